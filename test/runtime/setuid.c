// In a set-user-id program whoever starts it must not choose a log file.
//
// REQUIRES: root
// RUN: %fail_clang %s -o %t && chmod 4755 %t
// RUN: mkdir -p %t.d && chmod 777 %t.d && rm -f %t.d/log
// RUN: env CRIT_OPTIONS=log=%t.d/log:quiet=1 %python %S/Inputs/as-nobody.py %t
// RUN: test ! -e %t.d/log
// RUN: %fail_clang -static %s -o %t && chmod 4755 %t
// RUN: env CRIT_OPTIONS=log=%t.d/log:quiet=1 %python %S/Inputs/as-nobody.py %t
// RUN: test ! -e %t.d/log
// RUN: env CRIT_OPTIONS=log=%t.d/log:quiet=1 %run --reports 0 %t
// RUN: test -e %t.d/log
#include "check.h"

int main(void) {
  failGpr(1, 2);
  return 1;
}

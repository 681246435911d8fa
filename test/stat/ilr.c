// -fcrit=ilr, which has no runtime: the failure path counts its stop.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %fail_clang %s -o dynamic && %fail_clang -static %s -o static
// RUN: not env CRIT_OPTIONS=stats=page:quiet=1 ./dynamic
// RUN: not env CRIT_OPTIONS=stats=page:quiet=1 ./dynamic
// RUN: not env CRIT_OPTIONS=stats=page:quiet=1 ./static
// RUN: crit-stat page | FileCheck %s
// CHECK: {{^}} 3 stopped
// CHECK: core recovered stopped
// CHECK-DAG: 2 stopped {{.*}} {{.+}} (dynamic+0x{{[0-9a-f]+}}) bits 0x8000000000000001
// CHECK-DAG: 1 stopped {{.*}} {{.+}} (static+0x{{[0-9a-f]+}}) bits 0x8000000000000001
//
// A file that cannot be counted in is one more line; the stop is a stop.
// RUN: not env CRIT_OPTIONS=stats=/dev/null ./dynamic 2>&1 | FileCheck --check-prefix=DEVICE %s
// DEVICE: crit: CRIT_OPTIONS: cannot count in stats file '/dev/null': it is not a regular file; name another file
// DEVICE-NEXT: crit: ilr: mismatch
// RUN: not env CRIT_OPTIONS=stats=none:help=1 ./dynamic 2>&1 | FileCheck --check-prefix=HELP %s
// HELP: stats=PATH {{.*}}crit-stat
#include "check.h"

int main(void) {
  failGpr(7, 0x8000000000000006);
  return 0;
}

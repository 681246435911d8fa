// CRIT_OPTIONS is read when a check fails. Whatever it says, the program stops
// with 86.
//
// RUN: %fail_clang %s -o %t
// RUN: env CRIT_OPTIONS=quiet=1 %run --reports 0 %t
// RUN: env CRIT_OPTIONS= %run --reports 1 %t
// RUN: env CRIT_OPTIONS=:::quiet=0: %run --reports 1 %t
// RUN: env CRIT_OPTIONS=on_stop=abort %run --status -6 --reports 1 %t
// RUN: env CRIT_OPTIONS=on_stop=exit %run --reports 1 %t
// No hook to hand over to: a plain stop.
// RUN: env CRIT_OPTIONS=on_stop=hook %run --reports 1 %t | FileCheck %s --check-prefix=STOPPED
// STOPPED: ; stopped
//
// RUN: env CRIT_OPTIONS=quite=1:on_stop=abort %run --status -6 --reports 1 %t | FileCheck %s --check-prefix=KEY
// KEY: crit: CRIT_OPTIONS: unknown option 'quite', did you mean 'quiet'? (help=1 lists all)
// KEY-NEXT: crit: ilr: mismatch
// RUN: env CRIT_OPTIONS=on_stop=die %run --reports 1 %t | FileCheck %s --check-prefix=VALUE
// VALUE: crit: CRIT_OPTIONS: bad value in 'on_stop=die', expected on_stop=exit|abort|hook
// VALUE-NEXT: crit: ilr: mismatch
// RUN: env CRIT_OPTIONS=hook_seconds=x:quiet:log %run --reports 1 %t | FileCheck %s --check-prefix=VALUES
// VALUES: bad value in 'hook_seconds=x', expected hook_seconds=N
// VALUES-NEXT: bad value in 'quiet', expected quiet=0|1
// VALUES-NEXT: bad value in 'log', expected log=PATH
//
// RUN: env CRIT_OPTIONS=help=1 %run --reports 1 %t | FileCheck %s --check-prefix=HELP
// HELP: CRIT_OPTIONS=key=value:key=value
// HELP-NEXT: on_stop=exit|abort|hook
// HELP: log=PATH
// HELP: (default: none)
// HELP: quiet=0|1
// HELP: hook_seconds=N
// HELP: help=0|1
// HELP: bounds_chunks=N
// HELP-NEXT: bounds_full=forget|stop
// HELP-NEXT: bounds_origins=0|1
// HELP-NEXT: crit: ilr: mismatch
//
// The log is appended to, one JSON object a line.
// RUN: rm -f %t.log && echo first > %t.log
// RUN: env CRIT_OPTIONS=log=%t.log:quiet=1 %run %t
// RUN: env CRIT_OPTIONS=log=%t.log %run --reports 1 %t
// RUN: %python %S/Inputs/log.py %t.log
// RUN: env CRIT_OPTIONS=log=%t.none/x %run --reports 1 %t | FileCheck %s --check-prefix=LOG
// LOG: crit: ilr: mismatch
// LOG-NEXT: crit: CRIT_OPTIONS: cannot open log '{{.*}}.none/x' (errno 2)
//
// A FIFO nobody reads must not hold up the stop.
// RUN: rm -f %t.fifo && mkfifo %t.fifo
// RUN: env CRIT_OPTIONS=log=%t.fifo %run --timeout 20 --reports 1 %t
//
// Options compiled in, which the environment overrides.
// RUN: %fail_clang -DDEFAULTS='"quiet=1:on_stop=abort"' %s -o %t.default
// RUN: %run --status -6 --reports 0 %t.default
// RUN: env CRIT_OPTIONS=quiet=0 %run --status -6 --reports 1 %t.default
// RUN: %fail_clang -DDEFAULTS='"logg=x"' %s -o %t.wrong
// RUN: %run --reports 1 %t.wrong | FileCheck %s --check-prefix=DEFAULT
// DEFAULT: crit: crit_default_options(): unknown option 'logg', did you mean 'log'?
#include "check.h"

#ifdef DEFAULTS
const char *crit_default_options(void) { return DEFAULTS; }
#endif

int main(void) {
  failGpr(1, 2);
  return 1;
}

/* Included in front of every source of a runtime archive: its code lies in a
   section of its own, so that crit-audit tells it from the program's, stripped
   or not. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "crit/records.h"
#define CRIT_PRAGMA2(TEXT) _Pragma(#TEXT)
#define CRIT_PRAGMA(TEXT) CRIT_PRAGMA2(TEXT)
CRIT_PRAGMA(clang section text = CRIT_RUNTIME_SECTION)

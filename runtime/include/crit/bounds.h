/* bounds.h - what -fcrit=boundless leaves in a file for crit-audit
   SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef CRIT_BOUNDS_H
#define CRIT_BOUNDS_H

#include <stdint.h>

/* One record for each module. Strict: of Functions. Unchecked: accesses. */
#define CRIT_BL_RECORD_SECTION "crit_bounds"
struct crit_bl_record {
  uint32_t Version, Functions, Strict, Checks, Unchecked;
};

#endif

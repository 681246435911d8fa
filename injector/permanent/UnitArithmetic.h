/*===- UnitArithmetic.h - results and flags of operations -------*- C -*-===//
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===--------------------------------------------------------------------===*/
#ifndef CRIT_INJECT_UNITARITHMETIC_H
#define CRIT_INJECT_UNITARITHMETIC_H

#include "FaultUnit.h"

enum {
  CRIT_CF = 1,
  CRIT_PF = 4,
  CRIT_AF = 16,
  CRIT_ZF = 64,
  CRIT_SF = 128,
  CRIT_OF = 2048
};

static inline uint64_t critWidthMask(unsigned Width) {
  return Width == 8 ? ~0ull : (1ull << (8 * Width)) - 1;
}

struct CritValues {
  uint64_t A, B, R, High;
  uint32_t Flags;
  int WritesHigh;
};

/* V->R and flags of Op; On: the carry chain or the array is broken. High: the
   upper half of a dividend. */
void critCompute(struct CritFault *T, int On, unsigned Op, unsigned Width,
                 uint64_t High, struct CritValues *V);
uint32_t critResultFlags(uint64_t R, unsigned Width);
int critCondition(unsigned CondCode, uint32_t Flags);

#endif

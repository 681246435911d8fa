// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// work() writes three words of a variable of its own.
#include "fault.h"

NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  uint64_t To[3];
  To[0] = A * 3;
  To[1] = A * 5;
  To[2] = A * K >> 40;
  return To[P[0] & 1] + P[1];
}

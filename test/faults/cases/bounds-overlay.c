// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a write out of bounds is kept is computed twice, too: the runtime's
// own decisions are hardened (boundless/CMakeLists.txt).
// kind: call-argument
// function: critObjectWrite
// fault: ^movzwl
// at: 3 5
// beside: boundless
// result: any-stop
// dropped: skip
#include "fault.h"
#include <stdlib.h>

extern void *crit_region_create(size_t, size_t) __attribute__((weak));

NOINLINE void work(uint64_t *P, long At) { P[At] = K + (uint64_t)At; }
static NOINLINE uint64_t get(uint64_t *P, long At) { return P[At]; }

int main(void) {
  // The plain build has room.
  uint64_t *P = calloc(crit_region_create ? 4 : 16, 8);
  __asm__("" : "+r"(P));
  for (long I = 6; I < 16; ++I)
    work(P, I);
  for (long I = 6; I < 16; ++I)
    emit(get(P, I));
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The counter is compared behind the loop only.
// kind: back-edge
// copy: branch|store-address|store-value
// fault: (inc|add|sub|dec|lea)[lq]?\s.*
// at: 2 2
// result: any-stop
// dropped: skip
#include "fault.h"

NOINLINE void work(uint64_t *Out, uint64_t N) {
#pragma clang loop vectorize(disable) unroll(disable)
  for (uint64_t I = 0; I != N; ++I)
    Out[I] ^= 0x55;
}

int main(void) {
  uint64_t Out[64] = {0};
  for (unsigned I = 0; I != 3; ++I)
    work(Out, 16);
  for (unsigned I = 0; I != 64; ++I)
    emit(Out[I]);
}

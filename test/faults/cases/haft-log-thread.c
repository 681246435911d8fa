// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What goes into a thread-local variable that the region has read is hit: what was there
// is put back behind the thread pointer, and the region finds it.
// kind: store-value
// technique: haft
// fault: movq\s+%r\w+, %fs:\S*\(
// when: before
// register: first
// at: 3 5
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static __thread uint64_t Bins[4];

NOINLINE void work(uint64_t Bin, uint64_t N) { Bins[Bin] = Bins[Bin] * K + N; }

int main(void) {
  for (uint64_t I = 1; I < 9; ++I) {
    work(I & 1, I);
    emit(Bins[I & 1]);
  }
}

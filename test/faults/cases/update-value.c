// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A constant added to memory: either sum is hit.
// kind: store-value
// fault: (addq\s+\$0x3039|leaq\s+0x3039\(.*), %r
// at: 3 5
#include "fault.h"

NOINLINE void work(uint64_t *Out) {
  *Out += 12345; // stop
}

int main(void) {
  uint64_t Out = 7;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out);
    emit(Out);
  }
}

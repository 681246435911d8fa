// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of an update is hit behind its comparison, in front of the store.
// kind: store-address
// fault: addq\s+\$0x3039, %r
// register: rdi
// at: 3 6
// copies: 1
// result: any-stop
#include "fault.h"

NOINLINE void work(uint64_t *Out) { *Out += 12345; }

int main(void) {
  static _Alignas(128) uint64_t Out[16];
  for (uint64_t I = 1; I < 6; ++I) {
    work(Out);
    emit(Out[0]);
    emit(Out[8]);
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A wrong stack pointer traps at the next spill, also between regions, where
// there is nothing to go back to: the pointer alone is repaired.
// kind: checkpoint
// technique: haft
// fault: mov[lq]\s+%(?!rsp)\w+, -?\w*\(%rsp\)
// when: before
// register: rsp
// at: 3 57
// copies: 4
// result: corrected
// dropped: skip
#include "fault.h"

NOINLINE void work(uint64_t *Out, volatile uint64_t *In) {
  uint64_t A = In[0], B = In[1], C = In[2], D = In[3], S = 0;
  for (uint64_t I = 0; I < 4; ++I)
    S = S * K + (A ^ I) + (B >> I) + C * D + In[I];
  *Out = S + A + B * C + D;
}

int main(void) {
  static volatile uint64_t In[4];
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t Out;
    for (uint64_t J = 0; J < 4; ++J)
      In[J] = I * K + J;
    work(&Out, In);
    emit(Out);
  }
}

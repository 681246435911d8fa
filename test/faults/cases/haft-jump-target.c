// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The target of a jump is hit behind its check, and leads to where nothing is: the jump
// is made again to the place a bit away in the function whose frame is there.
// kind: switch
// technique: haft
// fault: jmpq\s+\*%r
// when: before
// at: 3 41
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

NOINLINE void work(uint64_t *Out, uint64_t A, volatile uint64_t *In) {
  uint64_t X = In[0];
  switch (A) {
  case 0: X = X * K; break;
  case 1: X = X + K; In[1] = X; break;
  case 2: X = X ^ K; break;
  case 3: X = X >> 3 | K; In[2] = X; break;
  case 4: X = X - K; break;
  case 5: X = X & K; In[3] = X; break;
  default: X = ~X;
  }
  *Out = X + In[1] + In[2] + In[3];
}

int main(void) {
  static volatile uint64_t In[4] = {12345};
  uint64_t Out;
  for (uint64_t I = 0; I < 7; ++I) {
    work(&Out, I, In);
    emit(Out);
  }
}

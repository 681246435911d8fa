// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that no register carries from region to region: what a landing does not load
// is there, behind many calls.
// kind: store-value
// technique: haft
// fault: imul
// at: 3 31
// copies: 2
// result: corrected
#include "fault.h"

static volatile unsigned Calls;
static NOINLINE void call(void) { ++Calls; }

NOINLINE __attribute__((minsize)) void work(uint64_t *Out, const uint64_t *In) {
  uint64_t A = In[0] + 1, B = In[1] + 2, C = In[2] + 3, D = In[3] + 4;
  call(), call(), call(), call();
  Out[0] = A * K;
  call(), call(), call(), call();
  Out[1] = B;
  call(), call(), call(), call();
  Out[2] = C;
  call(), call(), call(), call();
  Out[3] = D ^ A;
  call(), call(), call(), call();
}

int main(void) {
  uint64_t In[4] = {1, 2, 3, 4}, Out[4];
  for (uint64_t I = 1; I < 6; ++I) {
    work(Out, In);
    for (unsigned J = 0; J < 4; ++J)
      emit(Out[J]), In[J] += Out[J];
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries of 1, 8 and 16 bytes in one undo log: those of several turns are taken back
// in the right order, else counts and keys that were multiplied before would be
// multiplied again.
// kind: store-value
// technique: haft
// fault: imul
// at: 40 16
// copies: 2
// copy: store-value load-value store-address branch
// result: corrected
// dropped: skip
#include "fault.h"

struct Node {
  uint64_t Count, Pad;
  uint32_t Keys[4];
  uint8_t Flag;
};
static struct Node Nodes[16];

NOINLINE void work(struct Node *S, const uint8_t *P, uint64_t N) {
  for (uint64_t I = 0; I < N; ++I) {
    struct Node *Q = S + P[I];
    uint32_t A = Q->Keys[0], B = Q->Keys[1], C = Q->Keys[2], D = Q->Keys[3];
    Q->Keys[0] = B + 1;
    Q->Keys[1] = C + A;
    Q->Keys[2] = D + 2;
    Q->Keys[3] = A + 3;
    Q->Flag = (uint8_t)(Q->Flag * 5 + 1);
    Q->Count = Q->Count * K + I;
  }
}

int main(void) {
  static uint8_t In[64];
  for (int I = 0; I != 64; ++I)
    In[I] = (uint8_t)(I * 7 % 16);
  for (int I = 1; I < 3; ++I) {
    work(Nodes, In, sizeof In);
    for (int J = 0; J != 16; ++J) {
      emit(Nodes[J].Count);
      emit(Nodes[J].Keys[J % 4]);
      emit(Nodes[J].Flag);
    }
  }
}

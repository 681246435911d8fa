// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function that logs more than one log has room for: a cut in between, and what was
// stored since then is taken back, from the last entry to the first.
// kind: store-value
// technique: haft
// fault: imul
// at: 2 16
// copies: 2
// copy: store-value load-value store-address branch back-edge
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

#define U(N) C[P[N]] = C[P[N]] * K + N;
#define U8(N) U(N) U(N + 1) U(N + 2) U(N + 3) U(N + 4) U(N + 5) U(N + 6) U(N + 7)

NOINLINE void work(uint64_t *C, const uint8_t *P) {
  U8(0) U8(8) U8(16) U8(24) U8(32) U8(40) U8(48) U8(56)
  U8(64) U8(72) U8(80) U8(88) U8(96) U8(104) U8(112) U8(120)
}

int main(void) {
  static uint8_t In[128];
  for (int I = 0; I != 128; ++I)
    In[I] = (uint8_t)(I * 7 % 16);
  for (int I = 1; I < 3; ++I) {
    work(Counts, In);
    for (int J = 0; J != 16; ++J)
      emit(Counts[J]);
  }
}

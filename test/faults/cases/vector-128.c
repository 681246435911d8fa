// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-value
// fault: pmuludq\s.*xmm
// at: 2 100
#include "fault.h"
#include <immintrin.h>

NOINLINE void work(__m128i *Out, const __m128i *A, const __m128i *B) {
  *Out = _mm_mul_epu32(*A, *B); // stop
}

int main(void) {
  for (uint32_t I = 1; I < 6; ++I) {
    __m128i A, B, X;
    memset(&A, (int)(I * 17), sizeof A);
    memset(&B, (int)(I * 3), sizeof B);
    work(&X, &A, &B);
    for (unsigned J = 0; J != sizeof X / 8; ++J)
      emit(((uint64_t *)&X)[J]);
  }
}

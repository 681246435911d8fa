// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-value
// fault: vpmuludq\s.*zmm
// at: 2 200
// flags: -mavx512f
// register: ymm
#include "fault.h"
#include <immintrin.h>

NOINLINE void work(__m512i *Out, const __m512i *A, const __m512i *B) {
  *Out = _mm512_mul_epu32(*A, *B); // stop
}

int main(void) {
  for (uint32_t I = 1; I < 6; ++I) {
    __m512i A, B, X;
    memset(&A, (int)(I * 17), sizeof A);
    memset(&B, (int)(I * 3), sizeof B);
    work(&X, &A, &B);
    for (unsigned J = 0; J != sizeof X / 8; ++J)
      emit(((uint64_t *)&X)[J]);
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: call-argument
// fault: pmuludq\s.*xmm
// at: 2 100
#include "fault.h"
#include <emmintrin.h>

static NOINLINE void sink(__m128i X) {
  emit(((uint64_t *)&X)[0]);
  emit(((uint64_t *)&X)[1]);
}

NOINLINE uint64_t work(__m128i A, __m128i B) {
  sink(_mm_mul_epu32(A, B)); // stop
  return 0;
}

int main(void) {
  for (int I = 1; I < 6; ++I)
    work(_mm_set1_epi32(I * 17), _mm_set1_epi32(I * 3));
}

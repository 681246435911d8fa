// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: return
// fault: movdqa\s+%xmm0, %xmm\d+
// at: 2 70
// dropped: skip
#include "fault.h"
#include <emmintrin.h>

NOINLINE __m128i work(__m128i A, __m128i B) {
  return _mm_mul_epu32(A, B); // stop
}

int main(void) {
  for (int I = 1; I < 6; ++I) {
    __m128i X = work(_mm_set1_epi32(I * 17), _mm_set1_epi32(I * 3));
    emit(((uint64_t *)&X)[0]);
    emit(((uint64_t *)&X)[1]);
  }
}

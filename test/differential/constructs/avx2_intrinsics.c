// AVX2: gather, permute, variable blend, ptest, masked moves, FMA.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mavx2 -mfma
// NEEDS: avx2 fma
#include "check.h"
#include <immintrin.h>

NOINLINE static __m256i mix(__m256i A, __m256i B) {
  __m256i R = _mm256_permutevar8x32_epi32(A, _mm256_and_si256(B, _mm256_set1_epi32(7)));
  R = _mm256_blendv_epi8(R, B, A);
  R = _mm256_shuffle_epi8(R, _mm256_and_si256(A, _mm256_set1_epi8(15)));
  R = _mm256_sllv_epi32(R, _mm256_srli_epi32(B, 28));
  R = _mm256_permute2x128_si256(R, A, 0x31);
  return _mm256_sad_epu8(R, _mm256_alignr_epi8(A, B, 5));
}
NOINLINE static __m256i gather(const int *Base, __m256i Index, __m256i Mask) {
  __m256i All = _mm256_i32gather_epi32(Base, Index, 4);
  return _mm256_mask_i32gather_epi32(All, Base + 3, Index, Mask, 4);
}
NOINLINE static int tests(__m256i A, __m256i B) {
  int R = _mm256_testz_si256(A, B) | _mm256_testc_si256(A, B) << 1 |
          _mm256_testnzc_si256(A, B) << 2;
  R += _mm256_movemask_epi8(_mm256_cmpgt_epi8(A, B));
  if (_mm256_testz_si256(A, A))
    R ^= 12345;
  return R;
}
NOINLINE static void maskMove(int *Out, const int *In, __m256i Mask) {
  _mm256_maskstore_epi32(Out, Mask, _mm256_maskload_epi32(In + 1, Mask));
}
NOINLINE static __m256d fused(__m256d A, __m256d B, __m256d C) {
  __m256d R = _mm256_fmadd_pd(A, B, C);
  R = _mm256_fnmsub_pd(R, C, A);
  R = _mm256_addsub_pd(R, _mm256_hadd_pd(A, B));
  return _mm256_round_pd(R, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
NOINLINE static __m128i halves(__m256i A) {
  __m128i R = _mm_add_epi32(_mm256_castsi256_si128(A),
                            _mm256_extracti128_si256(A, 1));
  _mm256_zeroupper();
  return R;
}

int main(void) {
  int Table[64], Out[8];
  for (int I = 0; I < 64; ++I)
    Table[I] = (int)rnd();
  for (int I = 0; I < 60; ++I) {
    __m256i A, B;
    uint64_t Raw[8];
    for (int J = 0; J < 8; ++J)
      Raw[J] = rnd();
    memcpy(&A, Raw, 32);
    memcpy(&B, Raw + 4, 32);
    if (I % 7 == 0)
      A = _mm256_setzero_si256();
    __m256i R = mix(A, B);
    foldBytes(&R, 32);
    R = gather(Table, _mm256_and_si256(B, _mm256_set1_epi32(31)), A);
    foldBytes(&R, 32);
    fold((uint64_t)tests(A, B));
    memset(Out, 0, sizeof(Out));
    maskMove(Out, Table + I % 50, B);
    foldBytes(Out, sizeof(Out));
    __m256d D = fused(_mm256_cvtepi32_pd(_mm256_castsi256_si128(A)),
                      _mm256_cvtepi32_pd(_mm256_castsi256_si128(B)),
                      _mm256_set1_pd(1.0 / 3));
    foldBytes(&D, 32);
    __m128i H = halves(R);
    foldBytes(&H, 16);
  }
  show("avx2");
  return 0;
}

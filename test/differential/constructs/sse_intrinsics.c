// SSE2: scalar and packed, moves, masks, compares, packs, streams.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <emmintrin.h>

NOINLINE static __m128i mix(__m128i A, __m128i B) {
  __m128i R = _mm_packs_epi32(A, B);
  R = _mm_xor_si128(R, _mm_unpacklo_epi8(A, B));
  R = _mm_add_epi16(R, _mm_mulhi_epi16(A, B));
  R = _mm_sub_epi8(R, _mm_sad_epu8(A, B));
  R = _mm_shufflehi_epi16(_mm_shuffle_epi32(R, 0x4e), 0x1b);
  R = _mm_or_si128(_mm_slli_si128(R, 3), _mm_srli_epi64(B, 9));
  return _mm_add_epi64(R, _mm_mul_epu32(A, B));
}
NOINLINE static int compare(__m128 A, __m128 B) {
  int R = _mm_movemask_ps(_mm_cmpunord_ps(A, B));
  R = R * 16 + _mm_movemask_ps(_mm_cmple_ps(A, B));
  R = R * 2 + _mm_comilt_ss(A, B);
  R = R * 2 + _mm_ucomineq_ss(A, B);
  return R;
}
NOINLINE static __m128 minmax(__m128 A, __m128 B) {
  __m128 R = _mm_min_ps(A, B);
  R = _mm_max_ss(R, _mm_sqrt_ss(_mm_mul_ps(B, B)));
  return _mm_movehl_ps(_mm_andnot_ps(A, R), _mm_unpackhi_ps(R, B));
}
NOINLINE static void stream(__m128i *Out, __m128i A, int X) {
  _mm_stream_si128(Out, A);
  _mm_stream_si32((int *)(Out + 1), X);
  _mm_sfence();
}
NOINLINE static int64_t lanes(__m128i A, int X) {
  A = _mm_insert_epi16(A, X, 5);
  return _mm_cvtsi128_si64(A) + _mm_extract_epi16(A, 5) +
         _mm_movemask_epi8(A) + _mm_cvtsi128_si32(_mm_srli_si128(A, 8));
}
NOINLINE static __m128d halves(__m128d A, double *P) {
  A = _mm_loadh_pd(A, P);
  _mm_storel_pd(P + 1, A);
  A = _mm_move_sd(A, _mm_set_sd(P[0] * 2));
  return _mm_shuffle_pd(A, _mm_cvtps_pd(_mm_cvtpd_ps(A)), 1);
}

int main(void) {
  static __m128i Buffer[2];
  for (int I = 0; I < 80; ++I) {
    uint64_t Raw[4] = {rnd(), rnd(), rnd(), rnd()};
    __m128i A, B;
    memcpy(&A, Raw, 16);
    memcpy(&B, Raw + 2, 16);
    __m128i R = mix(A, B);
    foldBytes(&R, 16);
    __m128 F = _mm_cvtepi32_ps(A), G = _mm_cvtepi32_ps(B);
    if (I % 5 == 0)
      F = _mm_div_ps(_mm_setzero_ps(), _mm_setzero_ps());
    fold((uint64_t)compare(F, G));
    F = minmax(_mm_cvtepi32_ps(A), G);
    foldBytes(&F, 16);
    stream(Buffer, R, I);
    foldBytes(Buffer, 20);
    fold((uint64_t)lanes(A, I * 977));
    double P[2] = {(double)I, 3.5};
    __m128d D = halves(_mm_set_pd(I + 0.25, I / 3.0), P);
    foldBytes(&D, 16);
    foldDouble(P[1]);
  }
  show("sse");
  return 0;
}

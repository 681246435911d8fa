// AVX-512 mask registers: logic, tests, spills, masked operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mavx512f -mavx512vl -mavx512bw -mavx512dq
// NEEDS: avx512f avx512vl avx512bw avx512dq
#include "check.h"
#include <immintrin.h>

NOINLINE static __mmask16 logic(__mmask16 A, __mmask16 B) {
  __mmask16 R = _kand_mask16(A, B);
  R = _kxor_mask16(R, _kandn_mask16(A, B));
  R = _kor_mask16(R, _kshiftri_mask16(A, 3));
  return _kxnor_mask16(R, _knot_mask16(B));
}
NOINLINE static __mmask64 wide(__mmask64 A, __mmask64 B) {
  return _kadd_mask64(_kor_mask64(A, B), _kshiftli_mask64(B, 5)) ^
         _mm512_kunpackd(A, B);
}
NOINLINE static int tests(__mmask16 A, __mmask16 B, __mmask64 C) {
  int R = _kortestz_mask16_u8(A, B);
  R = R * 2 + _kortestc_mask16_u8(A, (__mmask16)~A);
  R = R * 2 + _ktestz_mask16_u8(A, B);
  R = R * 2 + _kortestz_mask64_u8(C, C);
  if (A)
    R += 100;
  return A == 0xffff ? R + 1000 : R;
}
NOINLINE static __m512i masked(__m512i A, __m512i B, __mmask16 M) {
  __m512i R = _mm512_mask_add_epi32(A, M, A, B);
  R = _mm512_mask_sub_epi32(R, (__mmask16)~M, R, B);
  R = _mm512_maskz_xor_epi32((__mmask16)(M | 0x1111), R, A);
  return _mm512_mask_blend_epi32(M, R, B);
}
NOINLINE static __m512i squeeze(__m512i A, __mmask16 M) {
  return _mm512_add_epi32(_mm512_maskz_compress_epi32(M, A),
                          _mm512_maskz_expand_epi32(M, A));
}
NOINLINE static uint64_t compares(__m512i A, __m512i B) {
  uint64_t R = _mm512_cmpgt_epi32_mask(A, B);
  R ^= (uint64_t)_mm512_cmple_epu8_mask(A, B) << 1;
  R += _mm512_cmpeq_epi64_mask(A, B);
  R ^= (uint64_t)_mm512_test_epi16_mask(A, B) << 7;
  return R + _mm512_movepi8_mask(A);
}
NOINLINE static double floats(__m512d A, __m512d B) {
  __mmask8 Less = _mm512_cmp_pd_mask(A, B, _CMP_LT_OQ);
  __mmask8 Unordered = _mm512_cmp_pd_mask(A, B, _CMP_NEQ_UQ);
  __m512d R = _mm512_mask_mul_pd(A, Less, A, B);
  return _mm512_mask_reduce_add_pd(Unordered, R) +
         (_mm512_fpclass_pd_mask(A, 0x40) ? 1 : 0);
}
NOINLINE static void memory(int *Out, const int *In, unsigned N) {
  __mmask16 Tail = (__mmask16)((1u << N) - 1);
  __m512i V = _mm512_maskz_loadu_epi32(Tail, In);
  _mm512_mask_storeu_epi32(Out, Tail, _mm512_add_epi32(V, V));
}
NOINLINE static __mmask16 overCall(__mmask16 A, __mmask16 B, __m512i V) {
  __mmask16 Kept = _kand_mask16(A, B); // alive over the calls: spilled
  __mmask16 R = logic(A, B);
  fold(compares(V, V));
  return _kxor_mask16(_kadd_mask16(Kept, R), Kept);
}

int main(void) {
  int In[16], Out[16];
  for (int I = 0; I < 60; ++I) {
    uint64_t X = rnd(), Y = rnd();
    __m512i A = _mm512_set1_epi64((long long)X), B;
    for (int J = 0; J < 16; ++J)
      In[J] = (int)rnd();
    memcpy(&B, In, sizeof(B));
    A = _mm512_mullo_epi32(A, B);
    fold(logic((__mmask16)X, (__mmask16)Y));
    fold(wide(X, Y));
    fold((uint64_t)tests((__mmask16)(X >> (I & 15)), (__mmask16)Y, X));
    __m512i R = _mm512_xor_si512(masked(A, B, (__mmask16)X),
                                 squeeze(A, (__mmask16)Y));
    foldBytes(&R, sizeof(R));
    fold(compares(A, B));
    __m512d DA = _mm512_cvtepi32_pd(_mm512_castsi512_si256(A));
    __m512d DB = _mm512_cvtepi32_pd(_mm512_castsi512_si256(B));
    foldDouble(floats(DA, DB));
    memset(Out, 0, sizeof(Out));
    memory(Out, In, (unsigned)I % 16);
    foldBytes(Out, sizeof(Out));
    fold(overCall((__mmask16)X, (__mmask16)Y, A));
  }
  show("masks");
  return 0;
}

// CRC32, AES, carry-less multiply.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -msse4.2 -maes -mpclmul
// NEEDS: sse4_2 aes pclmulqdq
#include "check.h"
#include <immintrin.h>

NOINLINE static uint32_t crc(const unsigned char *P, size_t N) {
  uint64_t C = 0xffffffff;
  for (; N >= 8; N -= 8, P += 8) {
    uint64_t W;
    memcpy(&W, P, 8);
    C = _mm_crc32_u64(C, W);
  }
  uint32_t R = (uint32_t)C;
  for (; N; --N)
    R = _mm_crc32_u8(R, *P++);
  return ~R;
}
NOINLINE static __m128i aes(__m128i X, __m128i Key) {
  X = _mm_xor_si128(X, Key);
  for (int I = 0; I < 9; ++I) {
    Key = _mm_xor_si128(Key, _mm_aeskeygenassist_si128(Key, 0x1b));
    X = _mm_aesenc_si128(X, Key);
  }
  return _mm_aesdec_si128(_mm_aesenclast_si128(X, Key), _mm_aesimc_si128(Key));
}
NOINLINE static __m128i clmul(__m128i A, __m128i B) {
  return _mm_xor_si128(_mm_clmulepi64_si128(A, B, 0x00),
                       _mm_clmulepi64_si128(A, B, 0x11));
}
NOINLINE static int search(__m128i A, __m128i B) {
  return _mm_cmpistri(A, B, _SIDD_CMP_EQUAL_ANY) * 2 +
         _mm_cmpistrc(A, B, _SIDD_CMP_EQUAL_ANY) +
         _mm_cmpestri(A, 7, B, 11, _SIDD_CMP_EQUAL_EACH);
}

int main(void) {
  unsigned char Buffer[100];
  for (int I = 0; I < 60; ++I) {
    for (size_t J = 0; J < sizeof(Buffer); ++J)
      Buffer[J] = (unsigned char)rnd();
    fold(crc(Buffer, 40 + (size_t)I));
    __m128i A, B;
    memcpy(&A, Buffer, 16);
    memcpy(&B, Buffer + 16, 16);
    __m128i R = aes(A, B);
    foldBytes(&R, 16);
    R = clmul(A, B);
    foldBytes(&R, 16);
    fold((uint64_t)search(A, B));
  }
  showValue("crc of digits", crc((const unsigned char *)"123456789", 9));
  show("crypto");
  return 0;
}

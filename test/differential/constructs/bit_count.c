// Counting and permuting bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -mpopcnt -mlzcnt -mbmi -mbmi2 -mmovbe
// NEEDS: popcnt abm bmi1 bmi2 movbe
#include "check.h"
#ifdef __BMI2__
#include <immintrin.h>
#endif

NOINLINE static int counts(uint64_t X) {
  int R = __builtin_popcountll(X) + __builtin_popcount((unsigned)X) * 3;
  R = R * 7 + (X ? __builtin_clzll(X) : 64) + __builtin_clz((unsigned)X | 1);
  R = R * 7 + __builtin_ctzll(X | 1ull << 60) + __builtin_ctz((unsigned)X | 64);
  R = R * 7 + __builtin_ffsll((long long)X) + __builtin_ffs((int)X);
  R = R * 7 + __builtin_parityll(X) + __builtin_parity((unsigned)X) * 2;
  return R * 7 + __builtin_clrsbll((long long)X) + __builtin_clrsb((int)X);
}
NOINLINE static int small(uint16_t X) {
  return __builtin_popcount(X) * 64 + (X ? __builtin_clz(X) : 50) +
         (X ? __builtin_ctz(X) : 90) + __builtin_parity(X & 0xff);
}
NOINLINE static uint64_t swaps(uint64_t X, uint64_t *P) {
  uint64_t R = __builtin_bswap64(X) ^ __builtin_bswap32((uint32_t)X);
  R += __builtin_bswap16((uint16_t)X);
  R ^= __builtin_bitreverse64(X) + __builtin_bitreverse8((uint8_t)X);
  R += __builtin_bswap64(*P);
  *P = __builtin_bswap64(R);
  return R;
}
NOINLINE static uint64_t extract(uint64_t X, uint64_t Mask) {
#ifdef __BMI2__
  return _pext_u64(X, Mask) * 3 + _pdep_u64(X, Mask) + _bextr_u64(X, 5, 17);
#else
  uint64_t Packed = 0, Spread = 0;
  unsigned N = 0;
  for (unsigned I = 0; I < 64; ++I)
    if (Mask >> I & 1) {
      Packed |= (X >> I & 1) << N;
      Spread |= (X >> N++ & 1) << I;
    }
  return Packed * 3 + Spread + (X >> 5 & ((1u << 17) - 1));
#endif
}
NOINLINE static unsigned walk(uint64_t X) {
  unsigned Sum = 0;
  for (; X; X &= X - 1)
    Sum = Sum * 3 + (unsigned)__builtin_ctzll(X);
  return Sum;
}

int main(void) {
  uint64_t Word = 1;
  for (int I = 0; I < 300; ++I) {
    uint64_t X = rnd() >> (I % 64);
    fold((uint64_t)counts(X));
    fold((uint64_t)small((uint16_t)X));
    fold(swaps(X, &Word));
    fold(extract(X, rnd()));
    fold(walk(X));
  }
  fold((uint64_t)counts(0));
  show("bits");
  return 0;
}

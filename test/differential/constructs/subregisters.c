// Parts of registers: low and high bytes, words, partial writes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static unsigned highBytes(unsigned A, unsigned B) {
  unsigned R = (A >> 8 & 0xff) + (B >> 8 & 0xff);
  R ^= (A >> 8 & 0xff) * 3;
  return R + (A & 0xff) - (B & 0xff);
}
NOINLINE static uint64_t merge(uint64_t X, uint8_t B, uint16_t W) {
  X = (X & ~0xffull) | B;
  X = (X & ~0xffff0000ull) | (uint64_t)W << 16;
  return (X & ~0xff00ull) | (uint64_t)(B ^ 0x5a) << 8;
}
NOINLINE static uint32_t wordMath(uint16_t A, uint16_t B) {
  uint16_t R = (uint16_t)(A + B);
  R = (uint16_t)((unsigned)R * A);
  R = (uint16_t)(R ^ (uint16_t)(B << 3));
  return R;
}
NOINLINE static uint8_t byteMath(uint8_t A, uint8_t B) {
  uint8_t R = (uint8_t)(A + B * 3);
  R = (uint8_t)(R << 1 | R >> 7);
  return (uint8_t)(R - (A & B));
}
NOINLINE static void bytesInPlace(uint8_t *P, int N) {
  for (int I = 1; I < N; ++I) {
    P[I] = (uint8_t)(P[I] + P[I - 1]);
    if (P[I] > 200)
      P[I] ^= 0xf0;
  }
}
NOINLINE static uint64_t extend(int8_t A, uint8_t B, int16_t C, uint16_t D,
                                int32_t E, uint32_t F) {
  return ((uint64_t)A ^ B) + ((uint64_t)C * 3 ^ D) + ((uint64_t)E ^ F);
}
NOINLINE static uint16_t swapBytes(uint16_t X) {
  return (uint16_t)(X << 8 | X >> 8);
}
NOINLINE static uint64_t low32(uint64_t X, uint64_t Y) {
  uint32_t A = (uint32_t)X, B = (uint32_t)Y;
  A += B;                 // upper half becomes zero
  return (uint64_t)A << 16 | (uint64_t)(uint32_t)(A * B);
}
NOINLINE static int checksum(const uint8_t *P, int N) {
  uint8_t A = 1, B = 0;
  for (int I = 0; I < N; ++I) {
    A = (uint8_t)(A + P[I]);
    B = (uint8_t)(B + A);
  }
  return A << 8 | B;
}

int main(void) {
  uint8_t Buffer[64] = {0};
  for (int I = 0; I < 200; ++I) {
    uint64_t X = rnd(), Y = rnd();
    memcpy(Buffer + I % 56, &X, 8);
    fold(highBytes((unsigned)X, (unsigned)Y));
    fold(merge(X, (uint8_t)Y, (uint16_t)(Y >> 9)));
    fold(wordMath((uint16_t)X, (uint16_t)Y));
    fold(byteMath((uint8_t)X, (uint8_t)Y));
    bytesInPlace(Buffer, 64);
    fold(extend((int8_t)X, (uint8_t)X, (int16_t)X, (uint16_t)X, (int32_t)X,
                (uint32_t)Y));
    fold(swapBytes((uint16_t)X));
    fold(low32(X, Y));
    fold((uint64_t)checksum(Buffer, 64));
  }
  show("parts");
  return 0;
}

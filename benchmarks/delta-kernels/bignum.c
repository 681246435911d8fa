//===- bignum.c - greatest common divisors, powers of long numbers --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Euclid's algorithm on words, and factorial-like products of numbers of many
// words, reduced by short divisions. Size: numbers.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

enum { Words = 16 };

static uint64_t gcd(uint64_t A, uint64_t B) {
  while (B) {
    uint64_t R = A % B;
    A = B;
    B = R;
  }
  return A;
}

static uint64_t multiplyAdd(uint64_t *N, uint64_t By, uint64_t Carry) {
  for (int I = 0; I < Words; ++I) {
    unsigned __int128 P = (unsigned __int128)N[I] * By + Carry;
    N[I] = (uint64_t)P;
    Carry = (uint64_t)(P >> 64);
  }
  return Carry;
}

static uint64_t add(uint64_t *N, const uint64_t *M) {
  unsigned __int128 Carry = 0;
  for (int I = 0; I < Words; ++I) {
    Carry += (unsigned __int128)N[I] + M[I];
    N[I] = (uint64_t)Carry;
    Carry >>= 64;
  }
  return (uint64_t)Carry;
}

/// Divides by a 32-bit number; returns the remainder.
static uint32_t divide(uint64_t *N, uint32_t By) {
  uint64_t Rest = 0;
  for (int I = Words; I-- > 0;) {
    uint64_t High = Rest << 32 | N[I] >> 32;
    uint64_t Low = (High % By) << 32 | (uint32_t)N[I];
    N[I] = (High / By) << 32 | (uint32_t)(Low / By);
    Rest = Low % By;
  }
  return (uint32_t)Rest;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1000, 1},    {"inject", 120, 1},     {"medium", 20000, 1},
      {"large", 200000, 1}, {"bench", 100000, 6}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t State = Args.Seed, Digest = Args.Size, N[Words] = {1}, M[Words] = {0};
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t A = kernelRandom(&State), B = kernelRandom(&State) >> (I & 31);
      Digest = kernelFold(Digest, gcd(A, B | 1));
      uint64_t Carry = multiplyAdd(N, A | 1, B);
      Carry += add(N, M);
      if (I % 4 == 3) {
        memcpy(M, N, sizeof(M));
        Digest = kernelFold(Digest, divide(M, (uint32_t)B | 0x10001));
      }
      Digest = kernelFold(Digest, N[I % Words] ^ Carry);
    }
  return kernelFinish(Digest);
}

//===- sha256.c - SHA-256 of a generated message --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FIPS 180-4, written for clarity. Size: bytes. Rounds: the message is hashed
// again with the previous hash written over its beginning. Before that, the
// hash of "abc" is compared with the standard's example.
//===----------------------------------------------------------------------===//
#include "kernel.h"

static const uint32_t Constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t X, unsigned By) {
  return X >> By | X << (32 - By);
}

static void hashBlock(uint32_t State[8], const uint8_t *Block) {
  uint32_t W[64], S[8];
  for (unsigned I = 0; I < 16; ++I)
    W[I] = (uint32_t)Block[4 * I] << 24 | (uint32_t)Block[4 * I + 1] << 16 |
           (uint32_t)Block[4 * I + 2] << 8 | Block[4 * I + 3];
  for (unsigned I = 16; I < 64; ++I) {
    uint32_t A = W[I - 15], B = W[I - 2];
    W[I] = W[I - 16] + W[I - 7] + (rotate(A, 7) ^ rotate(A, 18) ^ A >> 3) +
           (rotate(B, 17) ^ rotate(B, 19) ^ B >> 10);
  }
  for (unsigned I = 0; I < 8; ++I)
    S[I] = State[I];
  for (unsigned I = 0; I < 64; ++I) {
    uint32_t E = S[4], A = S[0];
    uint32_t T1 = S[7] + (rotate(E, 6) ^ rotate(E, 11) ^ rotate(E, 25)) +
                  ((E & S[5]) ^ (~E & S[6])) + Constants[I] + W[I];
    uint32_t T2 = (rotate(A, 2) ^ rotate(A, 13) ^ rotate(A, 22)) +
                  ((A & S[1]) ^ (A & S[2]) ^ (S[1] & S[2]));
    for (unsigned J = 7; J > 0; --J)
      S[J] = S[J - 1];
    S[4] += T1;
    S[0] = T1 + T2;
  }
  for (unsigned I = 0; I < 8; ++I)
    State[I] += S[I];
}

static void sha256(const uint8_t *Data, size_t Size, uint8_t Hash[32]) {
  uint32_t State[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  size_t At = 0;
  for (; Size - At >= 64; At += 64)
    hashBlock(State, Data + At);
  uint8_t Tail[128] = {0};
  size_t Rest = Size - At, End = Rest < 56 ? 64 : 128;
  for (size_t I = 0; I < Rest; ++I)
    Tail[I] = Data[At + I];
  Tail[Rest] = 0x80;
  for (unsigned I = 0; I < 8; ++I)
    Tail[End - 1 - I] = (uint8_t)((uint64_t)Size * 8 >> (8 * I));
  for (size_t I = 0; I < End; I += 64)
    hashBlock(State, Tail + I);
  for (unsigned I = 0; I < 32; ++I)
    Hash[I] = (uint8_t)(State[I / 4] >> (24 - 8 * (I % 4)));
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1 << 16, 2},  {"inject", 16384, 1},    {"medium", 1 << 20, 4},
      {"large", 1 << 23, 32}, {"bench", 1 << 20, 120}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint8_t Hash[32];
  sha256((const uint8_t *)"abc", 3, Hash);
  if (Hash[0] != 0xba || Hash[1] != 0x78 || Hash[31] != 0xad)
    puts("wrong hash of abc");

  if (Args.Size < sizeof(Hash))
    Args.Size = sizeof(Hash);
  uint8_t *Data = (uint8_t *)kernelAlloc(Args.Size, 1);
  uint64_t State = Args.Seed;
  for (size_t I = 0; I < Args.Size; I += 8) {
    uint64_t R = kernelRandom(&State);
    for (size_t J = I; J < I + 8 && J < Args.Size; ++J, R >>= 8)
      Data[J] = (uint8_t)R;
  }
  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    sha256(Data, Args.Size, Hash);
    for (unsigned I = 0; I < 32; ++I)
      Data[I] = Hash[I];
  }
  uint64_t Digest = Args.Size;
  for (unsigned I = 0; I < 32; ++I) {
    printf("%02x", Hash[I]);
    Digest = kernelFold(Digest, Hash[I]);
  }
  putchar('\n');
  free(Data);
  return kernelFinish(Digest);
}

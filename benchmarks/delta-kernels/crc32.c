//===- crc32.c - cyclic redundancy checks, by table and by bit ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CRC-32 of blocks of a buffer: the table is made bit by bit, then used a byte at
// a time; every 16th block is also done bit by bit. Size: bytes.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

static uint32_t Table[256];

static void makeTable(void) {
  for (uint32_t I = 0; I < 256; ++I) {
    uint32_t C = I;
    for (int K = 0; K < 8; ++K)
      C = C & 1 ? 0xedb88320u ^ (C >> 1) : C >> 1;
    Table[I] = C;
  }
}

static uint32_t byTable(const uint8_t *P, size_t N) {
  uint32_t C = ~0u;
  for (size_t I = 0; I < N; ++I)
    C = Table[(C ^ P[I]) & 0xff] ^ (C >> 8);
  return ~C;
}

static uint32_t byBit(const uint8_t *P, size_t N) {
  uint32_t C = ~0u;
  for (size_t I = 0; I < N; ++I) {
    C ^= P[I];
    for (int K = 0; K < 8; ++K)
      C = (C >> 1) ^ (0xedb88320u & -(C & 1));
  }
  return ~C;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 65536, 1},    {"inject", 12288, 1},   {"medium", 1 << 20, 4},
      {"large", 1 << 22, 16}, {"bench", 1 << 20, 120}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint8_t *Data = (uint8_t *)kernelAlloc(Args.Size, 1);
  uint64_t State = Args.Seed, Digest = Args.Size;
  for (size_t I = 0; I < Args.Size; ++I)
    Data[I] = (uint8_t)(kernelRandom(&State) >> 24);
  makeTable();
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    for (size_t At = 0, No = 0; At < Args.Size; At += 256, ++No) {
      size_t N = Args.Size - At < 256 ? Args.Size - At : 256;
      Digest = kernelFold(Digest, byTable(Data + At, N));
      if (No % 16 == 0)
        Digest = kernelFold(Digest, byBit(Data + At, N));
      Data[At] ^= (uint8_t)Digest;
    }
  free(Data);
  return kernelFinish(Digest);
}

//===- interpreter.c - a small stack machine ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a byte code program (primes by trial division, a Collatz search, a
// shuffle of memory) in a switch in a loop. Size: limit of the searches.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

enum Op {
  Push, Dup, Drop, Swap, Over, Add, Sub, Mul, Div, Mod, And, Or, Xor, Shl, Shr,
  Less, Equal, Load, Store, Jump, JumpZero, Halt
};

struct Code {
  uint8_t Op;
  int32_t Arg;
};

enum { MemoryWords = 64 };

static uint64_t run(const struct Code *Code, uint64_t *Memory, uint64_t Start) {
  uint64_t Stack[32], *Top = Stack, Digest = 1;
  *Top = Start;
  for (size_t Pc = 0;;) {
    const struct Code *C = &Code[Pc++];
    uint64_t A;
    switch (C->Op) {
    case Push: *++Top = (uint64_t)(int64_t)C->Arg; break;
    case Dup: A = *Top; *++Top = A; break;
    case Drop: --Top; break;
    case Swap: A = Top[0]; Top[0] = Top[-1]; Top[-1] = A; break;
    case Over: A = Top[-1]; *++Top = A; break;
    case Add: --Top; Top[0] += Top[1]; break;
    case Sub: --Top; Top[0] -= Top[1]; break;
    case Mul: --Top; Top[0] *= Top[1]; break;
    case Div: --Top; Top[0] /= Top[1] ? Top[1] : 1; break;
    case Mod: --Top; Top[0] %= Top[1] ? Top[1] : 1; break;
    case And: --Top; Top[0] &= Top[1]; break;
    case Or: --Top; Top[0] |= Top[1]; break;
    case Xor: --Top; Top[0] ^= Top[1]; break;
    case Shl: --Top; Top[0] <<= Top[1] & 63; break;
    case Shr: --Top; Top[0] >>= Top[1] & 63; break;
    case Less: --Top; Top[0] = Top[0] < Top[1]; break;
    case Equal: --Top; Top[0] = Top[0] == Top[1]; break;
    case Load: *++Top = Memory[C->Arg]; break;
    case Store:
      Memory[C->Arg] = *Top--;
      Digest = kernelFold(Digest, Top[1]);
      break;
    case Jump: Pc = (size_t)C->Arg; break;
    case JumpZero:
      if (!*Top--)
        Pc = (size_t)C->Arg;
      break;
    default: return kernelFold(Digest, *Top);
    }
  }
}

/// Is the number on the stack a prime? Leaves the smallest divisor.
static const struct Code Prime[] = {
    {Store, 0}, {Push, 2}, {Store, 1},                          // d = 2
    {Load, 1},  {Load, 1}, {Mul, 0}, {Load, 0}, {Swap, 0}, {Less, 0}, // 3
    {JumpZero, 12}, {Load, 0}, {Halt, 0},                       // n < d * d
    {Load, 0},  {Load, 1}, {Mod, 0}, {JumpZero, 21},            // 12
    {Load, 1},  {Push, 1}, {Add, 0}, {Store, 1}, {Jump, 3},     // 16
    {Load, 1},  {Halt, 0}};                                     // 21

/// Steps of the Collatz sequence.
static const struct Code Collatz[] = {
    {Store, 0}, {Push, 0}, {Store, 1},
    {Load, 0},  {Push, 2}, {Less, 0}, {JumpZero, 9}, {Load, 1}, {Halt, 0}, // 3
    {Load, 1},  {Push, 1}, {Add, 0}, {Store, 1},                           // 9
    {Load, 0},  {Push, 1}, {And, 0}, {JumpZero, 24},                       // 13
    {Load, 0},  {Push, 3}, {Mul, 0}, {Push, 1}, {Add, 0}, {Store, 0},
    {Jump, 3},
    {Load, 0},  {Push, 1}, {Shr, 0}, {Store, 0}, {Jump, 3}};               // 24

/// Mixes words of the memory.
static const struct Code Mix[] = {
    {Dup, 0},  {Push, 13}, {Shl, 0}, {Xor, 0}, {Dup, 0}, {Push, 7}, {Shr, 0},
    {Xor, 0},  {Dup, 0},   {Push, 17}, {Shl, 0}, {Xor, 0}, {Load, 5}, {Over, 0},
    {Sub, 0},  {Store, 5}, {Dup, 0}, {Load, 6}, {Or, 0}, {Load, 5}, {Equal, 0},
    {Drop, 0}, {Load, 5},  {Push, 1000}, {Div, 0}, {Store, 6}, {Load, 6}, {Halt, 0}};

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 200, 1},   {"inject", 60, 1},     {"medium", 2000, 1},
      {"large", 20000, 2}, {"bench", 20000, 8}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t State = Args.Seed, Digest = Args.Size, Memory[MemoryWords] = {0};
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    for (size_t I = 2; I < Args.Size; ++I) {
      Digest = kernelFold(Digest, run(Prime, Memory, I | 1));
      Digest = kernelFold(Digest, run(Collatz, Memory, I));
      Digest = kernelFold(Digest, run(Mix, Memory, kernelRandom(&State)));
    }
  return kernelFinish(Digest);
}

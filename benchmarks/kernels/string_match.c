//===- string_match.c - find words whose scrambled form is a key ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scrambles each word of a text and compares it with four scrambled keys
// (Phoenix "string_match"). Size: bytes of text. Rounds: passes, each with
// another scrambling.
//===----------------------------------------------------------------------===//
#include "kernel.h"
#include "text.h"

enum { Keys = 4 };

struct Match {
  const char *Text;
  size_t Size;
  uint8_t Shift;
  uint8_t Key[Keys][TextMaxWord];
  size_t KeyLength[Keys];
  struct {
    // Threads that write into one line of 64 bytes took 0.97 s instead of 0.57.
    char Apart[128];
    uint64_t Hits[Keys];
    uint64_t Places;
  } Found[KernelMaxThreads];
};

static void scramble(const char *Word, size_t Length, uint8_t Shift,
                     uint8_t *Out) {
  uint8_t Carry = Shift;
  for (size_t I = 0; I < Length; ++I) {
    uint8_t C = (uint8_t)(Word[I] + Carry);
    Out[I] = (uint8_t)(C << 3 | C >> 5);
    Carry = (uint8_t)(Carry * 5 + 1);
  }
}

static int sameBytes(const uint8_t *A, const uint8_t *B, size_t Length) {
  for (size_t I = 0; I < Length; ++I)
    if (A[I] != B[I])
      return 0;
  return 1;
}

static void matchWords(void *Context, size_t Begin, size_t End,
                       unsigned Worker) {
  struct Match *M = (struct Match *)Context;
  uint8_t Buffer[TextMaxWord];
  Begin = textWordStart(M->Text, M->Size, Begin);
  End = textWordStart(M->Text, M->Size, End);
  for (size_t At = Begin; At < End; ++At) {
    size_t Start = At;
    while (textIsLetter(M->Text[At]))
      ++At;
    size_t Length = At - Start;
    if (!Length || Length > TextMaxWord)
      continue;
    scramble(M->Text + Start, Length, M->Shift, Buffer);
    for (unsigned K = 0; K < Keys; ++K)
      if (M->KeyLength[K] == Length && sameBytes(M->Key[K], Buffer, Length)) {
        ++M->Found[Worker].Hits[K];
        M->Found[Worker].Places += Start * (K + 1);
      }
  }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1 << 16, 2},  {"inject", 25000, 1},    {"medium", 1 << 20, 4},
      {"large", 1 << 23, 16}, {"bench", 1 << 21, 140}, {NULL, 0, 0}};
  static const uint32_t KeyWords[Keys] = {0, 3, 17, 4242};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  char *Text = (char *)kernelAlloc(Args.Size, 1);
  textFill(Text, Args.Size, Args.Seed);
  struct Match *M = (struct Match *)kernelAlloc(1, sizeof(*M));
  M->Text = Text;
  M->Size = Args.Size;

  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    M->Shift = (uint8_t)(Round * 7 + 5);
    for (unsigned K = 0; K < Keys; ++K) {
      char Word[TextMaxWord + 2];
      M->KeyLength[K] = textSpell(KeyWords[K], Word);
      scramble(Word, M->KeyLength[K], M->Shift, M->Key[K]);
    }
    kernelParallel(Args.Threads, Args.Size, matchWords, M);
  }

  uint64_t Digest = Args.Size, Places = 0;
  for (unsigned T = 0; T < Args.Threads; ++T)
    Places += M->Found[T].Places;
  for (unsigned K = 0; K < Keys; ++K) {
    uint64_t Hits = 0;
    for (unsigned T = 0; T < Args.Threads; ++T)
      Hits += M->Found[T].Hits[K];
    printf("key %u hits %" PRIu64 "\n", K, Hits);
    Digest = kernelFold(Digest, Hits);
  }
  for (size_t I = 0; I < sizeof(M->Key); ++I)
    Digest = kernelFold(Digest, M->Key[I / TextMaxWord][I % TextMaxWord]);
  free(M);
  free(Text);
  return kernelFinish(kernelFold(Digest, Places));
}

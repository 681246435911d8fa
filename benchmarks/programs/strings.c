//===- strings.c - string builders
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text put together piece by piece in buffers that grow, split into words
// again, each word copied. Size: pieces of a text. Rounds: texts.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct builder {
  char *Text;
  size_t Length, Room;
};

static void append(struct builder *B, const char *Piece, size_t Length) {
  if (B->Length + Length + 1 > B->Room) {
    B->Room = (B->Length + Length + 1) * 2;
    B->Text = (char *)realloc(B->Text, B->Room);
    if (!B->Text)
      exit(3);
  }
  memcpy(B->Text + B->Length, Piece, Length);
  B->Length += Length;
  B->Text[B->Length] = 0;
}

static void appendNumber(struct builder *B, uint64_t N) {
  char Digits[24];
  unsigned At = sizeof(Digits);
  do
    Digits[--At] = (char)('0' + N % 10);
  while (N /= 10);
  append(B, Digits + At, sizeof(Digits) - At);
}

static uint64_t foldText(uint64_t Digest, const char *Text) {
  for (; *Text; ++Text)
    Digest = Digest * 31 + (unsigned char)*Text;
  return kernelFold(Digest, 0);
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 4000, 1},
                                                {"inject", 700, 1},
                                                {"medium", 20000, 8},
                                                {"large", 100000, 16},
                                                {"bench", 60000, 60},
                                                {NULL, 0, 0}};
  static const char *const Pieces[] = {"alpha",  "beta", "gamma ", "delta",
                                       "epsilo", "zeta", "eta ",   "theta"};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct builder B = {NULL, 0, 0};
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t N = kernelRandom(&Random);
      const char *Piece = Pieces[N % 8];
      append(&B, Piece, strlen(Piece));
      if (N % 5 == 0)
        appendNumber(&B, N >> 32);
      if (N % 7 == 0)
        append(&B, " ", 1);
    }
    char **Words = NULL;
    size_t NumWords = 0, Room = 0;
    for (char *P = B.Text; *P;) {
      while (*P == ' ')
        ++P;
      char *End = P;
      while (*End && *End != ' ')
        ++End;
      if (End == P)
        break;
      if (NumWords == Room) {
        Room = Room * 2 + 8;
        Words = (char **)realloc(Words, Room * sizeof(*Words));
        if (!Words)
          exit(3);
      }
      Words[NumWords] = (char *)kernelAlloc((size_t)(End - P) + 1, 1);
      memcpy(Words[NumWords++], P, (size_t)(End - P));
      P = End;
    }
    for (size_t I = 0; I < NumWords; ++I) {
      Digest = foldText(Digest, Words[I]);
      free(Words[I]);
    }
    free(Words);
    free(B.Text);
  }
  return kernelFinish(Digest);
}

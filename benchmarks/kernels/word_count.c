//===- word_count.c - how often each word occurs --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts the words of a text in one chained table per thread, merges the
// tables, sorts by count (Phoenix "word_count"). Size: bytes of text. Rounds:
// passes over the text, adding up.
//===----------------------------------------------------------------------===//
#include "kernel.h"
#include "text.h"

enum { Buckets = 4096 };

struct Entry {
  struct Entry *Next;
  uint64_t Count;
  uint32_t Hash;
  uint32_t Length;
  const char *Word;
};

struct WordCount {
  const char *Text;
  size_t Size;
  struct Entry *Table[KernelMaxThreads][Buckets];
};

static uint32_t hashWord(const char *Word, size_t Length) {
  uint32_t Hash = 2166136261u;
  for (size_t I = 0; I < Length; ++I)
    Hash = (Hash ^ (uint8_t)Word[I]) * 16777619u;
  return Hash ^ Hash >> 15;
}

static int sameWord(const char *A, const char *B, size_t Length) {
  for (size_t I = 0; I < Length; ++I)
    if (A[I] != B[I])
      return 0;
  return 1;
}

static void addWord(struct Entry **Table, const char *Word, uint32_t Length,
                    uint32_t Hash, uint64_t Count) {
  struct Entry **Link = &Table[Hash % Buckets];
  for (; *Link; Link = &(*Link)->Next) {
    struct Entry *E = *Link;
    if (E->Hash == Hash && E->Length == Length &&
        sameWord(E->Word, Word, Length)) {
      E->Count += Count;
      return;
    }
  }
  struct Entry *E = (struct Entry *)kernelAlloc(1, sizeof(*E));
  E->Word = Word;
  E->Length = Length;
  E->Hash = Hash;
  E->Count = Count;
  *Link = E;
}

static void freeTable(struct Entry **Table) {
  for (unsigned B = 0; B < Buckets; ++B) {
    while (Table[B]) {
      struct Entry *Next = Table[B]->Next;
      free(Table[B]);
      Table[B] = Next;
    }
  }
}

static void countWords(void *Context, size_t Begin, size_t End,
                       unsigned Worker) {
  struct WordCount *W = (struct WordCount *)Context;
  Begin = textWordStart(W->Text, W->Size, Begin);
  End = textWordStart(W->Text, W->Size, End);
  for (size_t At = Begin; At < End; ++At) {
    size_t Start = At;
    while (textIsLetter(W->Text[At]))
      ++At;
    uint32_t Length = (uint32_t)(At - Start);
    if (Length)
      addWord(W->Table[Worker], W->Text + Start, Length,
              hashWord(W->Text + Start, Length), 1);
  }
}

/// More frequent first, then alphabetical.
static int before(const struct Entry *A, const struct Entry *B) {
  if (A->Count != B->Count)
    return A->Count > B->Count;
  for (uint32_t I = 0; I < A->Length && I < B->Length; ++I)
    if (A->Word[I] != B->Word[I])
      return A->Word[I] < B->Word[I];
  return A->Length < B->Length;
}

static void siftDown(struct Entry **List, size_t At, size_t Size) {
  for (size_t Child; (Child = 2 * At + 1) < Size; At = Child) {
    if (Child + 1 < Size && before(List[Child], List[Child + 1]))
      ++Child;
    if (!before(List[At], List[Child]))
      return;
    struct Entry *Swap = List[At];
    List[At] = List[Child];
    List[Child] = Swap;
  }
}

static void sortEntries(struct Entry **List, size_t Size) {
  for (size_t I = Size / 2; I-- > 0;)
    siftDown(List, I, Size);
  for (size_t I = Size; I-- > 1;) {
    struct Entry *Swap = List[0];
    List[0] = List[I];
    List[I] = Swap;
    siftDown(List, 0, I);
  }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1 << 16, 2},  {"inject", 6000, 1},    {"medium", 1 << 20, 4},
      {"large", 1 << 23, 16}, {"bench", 1 << 21, 70}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  char *Text = (char *)kernelAlloc(Args.Size, 1);
  textFill(Text, Args.Size, Args.Seed);
  struct WordCount *W = (struct WordCount *)kernelAlloc(1, sizeof(*W));
  W->Text = Text;
  W->Size = Args.Size;
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    kernelParallel(Args.Threads, Args.Size, countWords, W);

  size_t Words = 0, At = 0;
  for (unsigned B = 0; B < Buckets; ++B) {
    for (unsigned T = 1; T < Args.Threads; ++T)
      for (struct Entry *E = W->Table[T][B]; E; E = E->Next)
        addWord(W->Table[0], E->Word, E->Length, E->Hash, E->Count);
    for (struct Entry *E = W->Table[0][B]; E; E = E->Next)
      ++Words;
  }
  struct Entry **List = (struct Entry **)kernelAlloc(Words, sizeof(*List));
  for (unsigned B = 0; B < Buckets; ++B)
    for (struct Entry *E = W->Table[0][B]; E; E = E->Next)
      List[At++] = E;
  sortEntries(List, Words);

  uint64_t Digest = Words;
  for (size_t I = 0; I < Words; ++I) {
    Digest = kernelFold(kernelFold(Digest, List[I]->Count), List[I]->Length);
    for (uint32_t J = 0; J < List[I]->Length; ++J)
      Digest = kernelFold(Digest, (uint8_t)List[I]->Word[J]);
  }
  for (size_t I = 0; I < Words && I < 5; ++I)
    printf("%.*s %" PRIu64 "\n", (int)List[I]->Length, List[I]->Word,
           List[I]->Count);
  printf("words %zu\n", Words);
  for (unsigned T = 0; T < Args.Threads; ++T)
    freeTable(W->Table[T]);
  free(List);
  free(W);
  free(Text);
  return kernelFinish(Digest);
}

//===- chained_hash.c - hash table with chains and string keys
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keys are strings of their own, tables grow by doubling, entries come and go.
// Size: operations. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct entry {
  struct entry *Next;
  uint64_t Hash, Value;
  char Key[];
};

struct table {
  struct entry **Buckets;
  size_t NumBuckets, NumEntries;
};

static uint64_t hashOf(const char *Key) {
  uint64_t H = 0xcbf29ce484222325u;
  for (; *Key; ++Key)
    H = (H ^ (unsigned char)*Key) * 0x100000001b3u;
  return H;
}

static struct entry **find(struct table *T, const char *Key, uint64_t Hash) {
  struct entry **At = &T->Buckets[Hash & (T->NumBuckets - 1)];
  while (*At && ((*At)->Hash != Hash || strcmp((*At)->Key, Key)))
    At = &(*At)->Next;
  return At;
}

static void grow(struct table *T) {
  struct entry **Old = T->Buckets;
  size_t NumOld = T->NumBuckets;
  T->NumBuckets = NumOld * 2;
  T->Buckets = (struct entry **)kernelAlloc(T->NumBuckets, sizeof(*Old));
  for (size_t I = 0; I < NumOld; ++I)
    for (struct entry *E = Old[I], *Next; E; E = Next) {
      Next = E->Next;
      struct entry **At = &T->Buckets[E->Hash & (T->NumBuckets - 1)];
      E->Next = *At;
      *At = E;
    }
  free(Old);
}

static void add(struct table *T, const char *Key, uint64_t Value) {
  uint64_t Hash = hashOf(Key);
  struct entry **At = find(T, Key, Hash);
  if (*At) {
    (*At)->Value += Value;
    return;
  }
  size_t Length = strlen(Key) + 1;
  struct entry *E = (struct entry *)kernelAlloc(1, sizeof(*E) + Length);
  memcpy(E->Key, Key, Length);
  E->Hash = Hash;
  E->Value = Value;
  *At = E;
  if (++T->NumEntries > T->NumBuckets)
    grow(T);
}

static uint64_t drop(struct table *T, const char *Key) {
  struct entry **At = find(T, Key, hashOf(Key));
  struct entry *E = *At;
  if (!E)
    return 0;
  uint64_t Value = E->Value;
  *At = E->Next;
  free(E);
  --T->NumEntries;
  return Value;
}

static void name(char *Out, uint64_t N) {
  char Digits[24];
  unsigned Length = 0;
  do
    Digits[Length++] = (char)('a' + N % 23);
  while (N /= 23);
  *Out++ = 'k';
  while (Length)
    *Out++ = Digits[--Length];
  *Out = 0;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 8000, 1},
                                                {"inject", 1500, 1},
                                                {"medium", 100000, 4},
                                                {"large", 500000, 6},
                                                {"bench", 400000, 10},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct table T = {(struct entry **)kernelAlloc(16, sizeof(void *)), 16, 0};
    char Key[40];
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t N = kernelRandom(&Random);
      name(Key, (N >> 8) % (Args.Size / 4 + 1) * 7919);
      if (N % 8 < 5)
        add(&T, Key, N >> 40);
      else
        Digest = kernelFold(Digest, drop(&T, Key));
    }
    for (size_t I = 0; I < T.NumBuckets; ++I)
      for (struct entry *E = T.Buckets[I], *Next; E; E = Next) {
        Next = E->Next;
        Digest += E->Value ^ E->Hash;
        free(E);
      }
    Digest = kernelFold(Digest, T.NumEntries);
    free(T.Buckets);
  }
  return kernelFinish(Digest);
}

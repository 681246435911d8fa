//===- json.c - JSON, written, parsed and freed
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recursive descent into a tree of values with names, strings and arrays of
// their own. Size: values of a document. Rounds: documents.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

enum kind { Null, Number, String, Array, Object };

struct value {
  enum kind Kind;
  uint32_t Num;
  union {
    uint64_t Number;
    char *String;
    struct value **Items;
  };
  char **Names; // of an object's items
};

struct text {
  char *Data;
  size_t Length, Room;
};

static void put(struct text *T, const char *S) {
  size_t N = strlen(S);
  if (T->Length + N + 1 > T->Room) {
    T->Room = (T->Length + N + 1) * 2;
    T->Data = (char *)realloc(T->Data, T->Room);
    if (!T->Data)
      exit(3);
  }
  memcpy(T->Data + T->Length, S, N + 1);
  T->Length += N;
}

static void write(struct text *T, uint64_t *Random, size_t *Budget,
                  unsigned Depth) {
  uint64_t N = kernelRandom(Random);
  char Word[40];
  *Budget -= *Budget > 0;
  if (Depth > 8 || !*Budget || N % 8 < 3) {
    snprintf(Word, sizeof(Word), N % 2 ? "%u" : "\"s%uxyz\"",
             (unsigned)(N >> 40));
    put(T, Word);
    return;
  }
  int IsObject = N % 2;
  put(T, IsObject ? "{" : "[");
  unsigned Num = (unsigned)(N >> 32) % 12;
  for (unsigned I = 0; I < Num; ++I) {
    if (I)
      put(T, ",");
    if (IsObject) {
      snprintf(Word, sizeof(Word), "\"name%u\":", I);
      put(T, Word);
    }
    write(T, Random, Budget, Depth + 1);
  }
  put(T, IsObject ? "}" : "]");
}

static char *parseString(const char **P) {
  const char *Begin = ++*P;
  while (**P != '"')
    ++*P;
  size_t N = (size_t)(*P - Begin);
  char *S = (char *)kernelAlloc(N + 1, 1);
  for (size_t I = 0; I < N; ++I)
    S[I] = Begin[I];
  ++*P;
  return S;
}

static struct value *parse(const char **P) {
  struct value *V = (struct value *)kernelAlloc(1, sizeof(*V));
  if (**P == '"') {
    V->Kind = String;
    V->String = parseString(P);
    return V;
  }
  if (**P != '[' && **P != '{') {
    V->Kind = Number;
    while (**P >= '0' && **P <= '9')
      V->Number = V->Number * 10 + (uint64_t)(*(*P)++ - '0');
    return V;
  }
  V->Kind = **P == '{' ? Object : Array;
  char End = V->Kind == Object ? '}' : ']';
  uint32_t Room = 0;
  for (++*P; **P != End;) {
    if (V->Num == Room) {
      Room = Room ? Room * 2 : 4;
      V->Items = (struct value **)realloc(V->Items, Room * sizeof(void *));
      if (V->Kind == Object)
        V->Names = (char **)realloc(V->Names, Room * sizeof(void *));
    }
    if (V->Kind == Object) {
      V->Names[V->Num] = parseString(P);
      ++*P;
    }
    V->Items[V->Num++] = parse(P);
    if (**P == ',')
      ++*P;
  }
  ++*P;
  return V;
}

static uint64_t drain(struct value *V, uint64_t Digest) {
  Digest = kernelFold(Digest, V->Kind);
  if (V->Kind == Number) {
    Digest = kernelFold(Digest, V->Number);
  } else if (V->Kind == String) {
    for (const char *S = V->String; *S; ++S)
      Digest = Digest * 31 + (unsigned char)*S;
    free(V->String);
  } else {
    for (uint32_t I = 0; I < V->Num; ++I) {
      if (V->Names)
        free(V->Names[I]);
      Digest = drain(V->Items[I], Digest);
    }
    free(V->Items);
    free(V->Names);
  }
  free(V);
  return Digest;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 2000, 1},
                                                {"inject", 300, 1},
                                                {"medium", 20000, 6},
                                                {"large", 100000, 12},
                                                {"bench", 60000, 40},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct text T = {NULL, 0, 0};
    put(&T, "[");
    for (size_t Budget = Args.Size; Budget;) {
      write(&T, &Random, &Budget, 0);
      put(&T, Budget ? "," : "]");
    }
    const char *P = T.Data;
    Digest = drain(parse(&P), Digest);
    Digest = kernelFold(Digest, (uint64_t)(P - T.Data));
    free(T.Data);
  }
  return kernelFinish(Digest);
}

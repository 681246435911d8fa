// A loop that fills an array of the frame and has no cut compares the stack pointer before it writes,
// in a turn that is long enough for that; a short one does not.
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - | FileCheck %s
#include <stdint.h>
#define NOINLINE __attribute__((noinline))
#define K 0x5bd1e995u

// CHECK-LABEL: {{^}}work:
// CHECK: imulq $1540483477,
// CHECK: cmpq $32,
// CHECK: cmpq %rsp, [[MARK:-?[0-9]+]](%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, {{-?[0-9]+}}(%rsp,%r
// CHECK: cmpq %rsp, [[MARK]](%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, {{-?[0-9]+}}(%rsp,%r
struct token {
  char *At;
  uint64_t Length, Hash, Salt;
};

NOINLINE uint64_t work(char *Text) {
  struct token Tokens[24];
  unsigned N = 0;
  char *Begin = Text, *End = Text;
  uint64_t Hash = 1, Salt = 3;
  for (; N < 23 && *End; ++End) {
    Hash = (Hash ^ (unsigned char)*End) * K;
    Salt = (Salt << 5 | Salt >> 59) + Hash;
    if (*End != ' ')
      continue;
    Tokens[N].At = Begin;
    Tokens[N].Length = (uint64_t)(End - Begin);
    Tokens[N].Hash = Hash;
    Tokens[N].Salt = Salt ^ N;
    ++N;
    Begin = End + 1;
  }
  uint64_t Sum = 0;
  for (unsigned I = 0; I != N; ++I)
    Sum = Sum * 31 + Tokens[I].Length + (unsigned char)*Tokens[I].At + (Tokens[I].Hash ^ Tokens[I].Salt);
  return Sum;
}


// CHECK-LABEL: {{^}}brief:
// CHECK: imulq $1540483477,
// CHECK-NOT: cmpq %rsp,
// CHECK: movq %r{{[a-z0-9]+}}, {{-?[0-9]+}}(%rsp,%r
// CHECK-NOT: cmpq %rsp,
// CHECK: {{j[a-z]+}}
NOINLINE uint64_t brief(const uint64_t *P, unsigned N) {
  uint64_t Kept[64];
  for (unsigned I = 0; I != (N & 63); ++I)
    Kept[I] = P[I] * K;
  uint64_t Sum = 0;
  for (unsigned I = 0; I != (N & 63); ++I)
    Sum = Sum * 31 + Kept[I ^ 1];
  return Sum;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A loop that fills an array of the frame and has no cut: the stack pointer is compared in
// it, and what the turns before have written does not count. It is hit where a turn begins.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+\$0x7f0, %r\w+
// register: rsp
// at: 40 9
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

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
    *End = 0;
    Begin = End + 1;
  }
  uint64_t Sum = 0;
  for (unsigned I = 0; I != N; ++I)
    Sum = Sum * 31 + Tokens[I].Length + (unsigned char)*Tokens[I].At + (Tokens[I].Hash ^ Tokens[I].Salt);
  return Sum;
}

/// From where bit 9 of work's stack pointer is 0.
static NOINLINE uint64_t from(uintptr_t At, char *Text) {
  volatile char Here = 0;
  if (((uintptr_t)&Here & 0x3ff) / 0x40 != At)
    return from(At, Text) + Here;
  return work(Text);
}

int main(void) {
  for (unsigned I = 0; I != 3; ++I) {
    char Text[] = "the stack pointer has no copy and is compared with its mark ";
    emit(from(0x4, Text));
  }
}

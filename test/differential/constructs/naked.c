// Naked functions and functions that do not return.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stdnoreturn.h>

__attribute__((naked)) NOINLINE static uint64_t twice(uint64_t X) {
  __asm__("lea (%rdi,%rdi), %rax\n\tret");
}
__attribute__((naked)) NOINLINE static int first(int A, int B) {
  __asm__("mov %edi, %eax\n\tsub %esi, %eax\n\tret");
}
noreturn NOINLINE static void leave(int Code) {
  show("leaving");
  exit(Code);
}
NOINLINE static int checked(int X) {
  if (X > 5)
    leave(X);
  switch (X) {
  case 0: return 3;
  case 1: return 5;
  case 2: return 7;
  case 3: return 9;
  case 4: return 11;
  case 5: return 13;
  }
  __builtin_unreachable();
}

int main(void) {
  for (int I = 0; I < 20; ++I) {
    fold(twice(rnd()));
    fold((uint64_t)first(I * 5, 7));
  }
  for (int I = 0; I < 9; ++I)
    fold((uint64_t)checked((int)hide((uint64_t)I)));
  return 0;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-argument-pointer.c, but what the wrong one leads to is mapped, only not to be read:
// so glibc has it behind the heaps of threads.
// kind: load-address
// technique: haft
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 20
// copies: 1
// result: corrected
// dropped: skip
#include "argument.h"
#include <sys/mman.h>

enum { Room = 1 << 22 };

static NOINLINE uint64_t calls(struct thing *T, uint64_t A) {
  Work(T, A);
  return T->Sum;
}

int main(void) {
  static struct thing *volatile At;
  char *P = mmap(0, 2 * Room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  P += -(uintptr_t)P & (Room - 1);
  mprotect(P, 4096, PROT_READ | PROT_WRITE);
  At = (struct thing *)P;
  At->Next = At;
  At->Sum = 1;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(At, I));
  emit(Calls);
}

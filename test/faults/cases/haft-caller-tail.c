// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-caller.c, but the function was not called: another one, which has counted its
// calls, jumped to it. To make that call again would count it twice. The second trap goes
// to the program's own handler.
// kind: load-address
// technique: haft
// function: look
// fault: movq\s+%rdi, -?\w*\(%rsp\)
// when: before
// register: rdi
// at: 3 45
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include <setjmp.h>
#include <signal.h>

static uint64_t Calls;
static sigjmp_buf Again;

static void handle(int Signal) { siglongjmp(Again, Signal); }

static NOINLINE uint64_t look(const uint64_t *P, uint64_t X) {
  return P[0] * X + P[1] * P[2] + X / 3;
}

static NOINLINE uint64_t count(const uint64_t *P, uint64_t X) {
  ++Calls;
  __attribute__((musttail)) return look(P, X ^ 1);
}

NOINLINE void work(uint64_t *Out, const uint64_t *P, uint64_t A) {
  uint64_t X = A * K;
  uint64_t R = count(P, X);
  *Out = R + X;
}

int main(void) {
  static uint64_t Some[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  signal(SIGSEGV, handle);
  for (volatile uint64_t I = 1; I < 6; ++I) {
    uint64_t Out;
    if (sigsetjmp(Again, 1))
      --Calls; // of the one that did not return
    work(&Out, Some + I, I);
    emit(Out ^ Calls);
  }
}

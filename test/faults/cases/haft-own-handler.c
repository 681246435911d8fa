// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program with handlers of its own: a trap caused by a fault does not reach
// them, one that is its own does.
// kind: load-address
// technique: haft
// fault: \(%rax\), %r
// when: before
// register: rax
// at: 3 61
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

static sigjmp_buf Back;
static volatile sig_atomic_t Mine;
static void handle(int Signal) {
  if (!Mine)
    _exit(3);
  siglongjmp(Back, Signal);
}

NOINLINE void work(uint64_t *Out, const uint64_t *In) { *Out = *In * K; }

int main(void) {
  struct sigaction A = {.sa_handler = handle};
  sigaction(SIGSEGV, &A, 0);
  signal(SIGBUS, handle);
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t Out;
    work(&Out, &I);
    emit(Out);
  }
  Mine = 1;
  int Signal = sigsetjmp(Back, 1);
  if (!Signal)
    work((uint64_t *)8, (uint64_t *)8);
  emit((uint64_t)Signal);
}

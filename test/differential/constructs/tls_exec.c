// Thread-local storage in the executable, with threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -fno-pie -no-pie
// FLAGS: -ftls-model=local-exec
// FLAGS: -fPIC -ftls-model=initial-exec
// FLAGS: -fPIC -ftls-model=global-dynamic
// LEVELS: -O0 -O2 -Os
#include "check.h"
#include <pthread.h>

_Thread_local uint64_t Counter = 5;
static _Thread_local struct {
  int A[10];
  double D;
} Block = {{1, 2, 3}, 0.5};
extern _Thread_local int Elsewhere;
_Thread_local int Elsewhere = 9;

NOINLINE static void work(uint64_t X) {
  Counter = Counter * 3 + X;
  Block.A[X % 10] += (int)X;
  Block.D = Block.D * 2 + (double)X;
  ++Elsewhere;
}
NOINLINE static uint64_t *place(void) { return &Counter; }

static void *threadMain(void *Arg) {
  uint64_t *Out = (uint64_t *)Arg, X = *Out;
  for (uint64_t I = 0; I < 20; ++I)
    work(X + I);
  *place() += 1;
  *Out = Counter + (uint64_t)Block.A[3] * 7 + (uint64_t)Block.D + (uint64_t)Elsewhere;
  return NULL;
}

int main(void) {
  pthread_t Ids[3];
  uint64_t Values[3];
  for (unsigned I = 0; I < 3; ++I) {
    Values[I] = I * 100;
    if (pthread_create(&Ids[I], NULL, threadMain, &Values[I]))
      return 1;
  }
  for (unsigned I = 0; I < 3; ++I) {
    pthread_join(Ids[I], NULL);
    showValue("thread", Values[I]);
  }
  uint64_t Own = 7;
  threadMain(&Own);
  showValue("own", Own);
#if defined(__x86_64__)
  // The word at fs:0 is its own address.
  uint64_t __seg_fs *Self = (uint64_t __seg_fs *)0;
  showValue("self", *(uint64_t *)*Self == *Self);
#endif
  return 0;
}

// Threads that haft code begins have a signal stack, so that a trap through a
// wrong stack pointer is seen in them, too; also with pthread_exit, many times.
// RUN: %crit_clang -fcrit=haft -O2 -pthread %s -o %t
// RUN: %t | FileCheck %s
// CHECK: 1000 threads, 1000 with a signal stack, sum 499500, maps kept
// RUN: crit-audit --require=haft %t
// What only stops needs none, and unhardened code makes its threads as ever.
// RUN: %crit_clang -fcrit=haft -fcrit-recover=stop -O2 -c %s -o %t.o
// RUN: llvm-nm-22 %t.o | FileCheck --check-prefix=NONE %s
// RUN: %crit_clang -fcrit=ilr -O2 -c %s -o %t.o
// RUN: llvm-nm-22 %t.o | FileCheck --check-prefix=NONE %s
// NONE-NOT: __crit_thread
// RUN: %crit_clang -fcrit=haft -O2 -flto -pthread %s -o %t-lto
// RUN: %t-lto | FileCheck %s
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int Stacks;

static void *run(void *Arg) {
  stack_t Now;
  if (!sigaltstack(0, &Now) && !(Now.ss_flags & SS_DISABLE))
    ++Stacks;
  if ((uintptr_t)Arg & 1)
    pthread_exit(Arg);
  return Arg;
}

static int maps(void) {
  char Line[4096];
  int N = 0;
  FILE *F = fopen("/proc/self/maps", "r");
  while (F && fgets(Line, sizeof Line, F))
    ++N;
  if (F)
    fclose(F);
  return N;
}

int main(void) {
  uintptr_t Sum = 0;
  int Made = 0, Before = 0;
  for (uintptr_t I = 0; I != 1000; ++I) {
    pthread_t T;
    void *Result;
    if (I == 10)
      Before = maps();
    if (pthread_create(&T, 0, run, (void *)I))
      break;
    pthread_join(T, &Result);
    Sum += (uintptr_t)Result;
    ++Made;
  }
  printf("%d threads, %d with a signal stack, sum %lu, maps %s\n", Made, Stacks,
         (unsigned long)Sum, maps() <= Before + 4 ? "kept" : "lost");
}

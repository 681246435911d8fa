// Many threads fail at the same time, in signal handlers on small stacks, too:
// one report, and the whole process stops.
//
// RUN: %fail_clang -pthread %s -o %t
// RUN: %run --reports 1 --repeat 40 %t threads
// RUN: %run --reports 1 --repeat 5 %t signal
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_barrier_t Barrier;
static int InHandler;

static void onSignal(int Signal) { failGpr(1, 2); }

static void *run(void *Argument) {
  stack_t Stack = {0};
  // What the kernel itself needs for the frame, and 4 KB.
  Stack.ss_size = (size_t)sysconf(_SC_MINSIGSTKSZ) + 4096;
  Stack.ss_sp = malloc(Stack.ss_size);
  sigaltstack(&Stack, NULL);
  pthread_barrier_wait(&Barrier);
  if (InHandler)
    raise(SIGUSR1);
  failGpr(3, 4);
  return NULL;
}

int main(int Argc, char **Argv) {
  enum { NumThreads = 16 };
  pthread_t Threads[NumThreads];
  struct sigaction Action = {0};
  InHandler = !strcmp(Argv[1], "signal");
  Action.sa_handler = onSignal;
  Action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &Action, NULL);
  pthread_barrier_init(&Barrier, NULL, NumThreads);
  for (int I = 0; I < NumThreads; ++I)
    pthread_create(&Threads[I], NULL, run, NULL);
  for (;;)
    pause();
}

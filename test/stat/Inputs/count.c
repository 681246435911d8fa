/* Counts through libcrit_rt.a as a technique would; what, say the arguments. */
#include "Stats.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) void here(void) {
  uint64_t Bits[2] = {1ull << 5 | 1ull << 63, 2};
  crit_stat_site(CRIT_COUNTER_Recovered, __builtin_return_address(0), Bits, 2);
}

__attribute__((noinline)) void place(void) {
  here();
  __asm__ volatile("");
}

#define THREADS 4
static void *many(void *Times) {
  for (long I = 0; I < (long)Times; ++I) {
    crit_stat_count(CRIT_COUNTER_OobReads, 1);
    place();
  }
  return 0;
}

static void threads(long Times) {
  pthread_t Thread[THREADS];
  for (int I = 0; I < THREADS; ++I)
    pthread_create(&Thread[I], 0, many, (void *)Times);
  for (int I = 0; I < THREADS; ++I)
    pthread_join(Thread[I], 0);
}

static void onSignal(int Signal) {
  (void)Signal;
  place();
}

static void inChild(void) {
  pid_t Child = fork();
  if (!Child) {
    place();
    crit_stat_count(CRIT_COUNTER_Retries, 7);
    _exit(0);
  }
  waitpid(Child, 0, 0);
  printf("child %d\n", (int)Child);
}

#ifdef EARLY
static void early(void) { place(); }
__attribute__((section(".preinit_array"), used)) static void (*Early)(void) =
    early;
#endif

int main(int argc, char **argv) {
  printf("pid %d\n", (int)getpid());
  for (int I = 1; I < argc; ++I) {
    if (!strcmp(argv[I], "place"))
      place();
    else if (!strcmp(argv[I], "threads"))
      threads(1000);
    else if (!strcmp(argv[I], "signal")) {
      signal(SIGUSR1, onSignal);
      raise(SIGUSR1);
    } else if (!strcmp(argv[I], "fork"))
      inChild();
    else if (!strcmp(argv[I], "gauge")) {
      crit_stat_count(CRIT_COUNTER_OverlayBytes, 4096);
      crit_stat_count(CRIT_COUNTER_OverlayBytes, (uint64_t)-96);
    } else if (!strcmp(argv[I], "sites")) {
      for (uint64_t S = 0; S < 2 * CRIT_STATS_SITES; ++S)
        crit_stat_site(CRIT_COUNTER_OobWrites, (const void *)(S * 64), 0, 0);
    } else if (!strcmp(argv[I], "wait")) {
      fflush(stdout);
      getchar();
    } else if (!strcmp(argv[I], "kill"))
      raise(SIGKILL);
  }
  puts(crit_stat_page() ? "counting" : "not counting");
  return 0;
}

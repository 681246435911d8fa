//===- recovery_time.c - from detection to resumed execution --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that breaks the calling convention flips a bit of one register
// that its hardened caller needs; the caller reads the time stamp counter
// right before the value is compared and right behind. What that takes with
// the fault more than without is detection, recovery and the region's second
// run. Prints quantiles in microseconds.
//
//   crit-clang -O2 -fcrit=haft recovery_time.c -o recovery_time
//   CRIT_OPTIONS=retries=1000000000:report_limit=0 ./recovery_time [EVENTS]
//===----------------------------------------------------------------------===//
#include <crit/crit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

static unsigned long Seen;
static volatile int Flip;

void crit_on_event(const struct crit_event *Event) {
  (void)Event;
  ++Seen;
}

// rbx or r14, whichever holds the first copy: the caller's other registers
// are what they were.
__attribute__((naked, noinline, annotate("crit:none"))) static void
spoil(uint64_t Bit) {
  __asm__("xorq %rdi, %rbx\n\tret");
}

__attribute__((noinline)) static uint64_t timed(uint64_t *To, uint64_t X) {
  X = X * 3 + 1;
  spoil(Flip);
  uint64_t Start = __rdtsc();
  *To = X;
  return __rdtsc() - Start;
}

static int byValue(const void *A, const void *B) {
  uint64_t X = *(const uint64_t *)A, Y = *(const uint64_t *)B;
  return (X > Y) - (X < Y);
}

static double ticksPerMicrosecond(void) {
  struct timespec A, B, Pause = {0, 100000000};
  clock_gettime(CLOCK_MONOTONIC, &A);
  uint64_t T = __rdtsc();
  nanosleep(&Pause, 0);
  clock_gettime(CLOCK_MONOTONIC, &B);
  T = __rdtsc() - T;
  return T / ((B.tv_sec - A.tv_sec) * 1e6 + (B.tv_nsec - A.tv_nsec) / 1e3);
}

int main(int Argc, char **Argv) {
  unsigned long N = Argc > 1 ? strtoul(Argv[1], 0, 0) : 2000, Wrong = 0;
  uint64_t *Took = malloc(N * sizeof(*Took));
  uint64_t *Plain = malloc(N * sizeof(*Plain));
  if (!N || !Took || !Plain)
    return 2;
  uint64_t To = 0;
  for (unsigned long I = 0; I != N; ++I) {
    Flip = 0;
    Plain[I] = timed(&To, I);
    Wrong += To != I * 3 + 1;
    Flip = 64;
    unsigned long Before = Seen;
    Took[I] = timed(&To, I);
    Wrong += To != I * 3 + 1;
    if (Seen != Before + 1) {
      fprintf(stderr, "recovery_time: the flipped bit was not detected\n");
      return 1;
    }
  }
  qsort(Took, N, sizeof(*Took), byValue);
  qsort(Plain, N, sizeof(*Plain), byValue);
  double Scale = ticksPerMicrosecond(), Base = Plain[N / 2] / Scale;
  printf("%lu recoveries, %lu wrong results; microseconds without a fault %.3f; "
         "with, less that: 10%% %.2f, median %.2f, 90%% %.2f, 99%% %.2f\n",
         N, Wrong, Base, Took[N / 10] / Scale - Base, Took[N / 2] / Scale - Base,
         Took[N * 9 / 10] / Scale - Base, Took[N * 99 / 100] / Scale - Base);
  return Wrong != 0;
}

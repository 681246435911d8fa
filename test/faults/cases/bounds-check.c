// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bounds check is decided twice: a fault that makes the distance look in
// bounds stops the program before the neighbour is written to.
// kind: branch
// fault: (?<!i)mul[q ]
// register: rdx
// at: 2 0
// beside: boundless
#include "fault.h"
#include <stdlib.h>

// The number of a slot is hit: an even one becomes the next, to which the
// address belongs.
enum { Slot = 112, Region = 36 };

extern void *crit_region_create(size_t, size_t) __attribute__((weak));
static char *volatile Neighbour;

NOINLINE uint64_t work(char *P, long At) {
  P[At] = 9; // stop
  return 0;
}

int main(void) {
  char *Mine = NULL;
  if (!crit_region_create) { // the plain build has room
    Mine = calloc(1, 300);
    Neighbour = Mine + 250;
  }
  while (!Mine) {
    char *A = calloc(1, 100), *B = calloc(1, 100);
    uint64_t Offset = (uint64_t)A & ((1ull << Region) - 1);
    if (B == A + Slot && Offset / Slot % 2 == 0) {
      Mine = A;
      Neighbour = B;
    }
  }
  for (long I = 1; I < 6; ++I) {
    work(Mine, Slot);
    emit((uint64_t)*Neighbour);
  }
}

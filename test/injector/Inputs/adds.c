// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Begins on the core that is its argument, free to leave it.
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) uint64_t work(uint64_t X, uint64_t N) {
  uint64_t S = X;
  for (uint64_t I = 0; I < N; ++I)
    S += (S << 7 ^ S >> 9 ^ I) + X; // an error in one copy stays different
  return S;
}

int main(int Argc, char **Argv) {
  cpu_set_t All, One;
  sched_getaffinity(0, sizeof All, &All);
  CPU_ZERO(&One);
  CPU_SET(atoi(Argv[1]), &One);
  sched_setaffinity(0, sizeof One, &One);
  sched_setaffinity(0, sizeof All, &All);
  for (uint64_t R = 0; R < 60; ++R)
    printf("%016llx\n",
           (unsigned long long)work(R * 0x9e3779b97f4a7c15ull, 100));
}

// Exit codes: from main, from exit in depth, at-exit functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

static void first(void) { printf("first\n"); }
static void second(void) { printf("second %016" PRIx64 "\n", Total); }

NOINLINE static void depth(int N) {
  fold((uint64_t)N);
  if (!N)
    exit((int)(Total & 63) + 1);
  depth(N - 1);
  fold(7);
}

int main(int Argc, char **Argv) {
  atexit(first);
  atexit(second);
  if (Argc > 5)
    return Argv[1][0];
  depth((int)hide(9));
  return 0;
}

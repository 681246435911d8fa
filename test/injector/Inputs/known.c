// Calls one function of known.s by name and prints what it returns.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>
#include <string.h>

#define EACH(F)                                                                \
  F(masked)                                                                    \
  F(sdc)                                                                       \
  F(crash)                                                                     \
  F(hang)                                                                      \
  F(detected)                                                                  \
  F(unreported)                                                                \
  F(aborts)                                                                    \
  F(vector)                                                                    \
  F(mask)                                                                      \
  F(strings)                                                                   \
  F(address)

#define DECLARE(N) long N(long);
EACH(DECLARE)

int main(int Argc, char **Argv) {
#define CALL(N)                                                                \
  if (Argc > 1 && !strcmp(Argv[1], #N)) {                                      \
    printf("%016lx\n", N(0x123456789abcdefL));                                 \
    return 0;                                                                  \
  }
  EACH(CALL)
  return 2;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function that hands its argument on to code that is not hardened, where it traps.
#include "argument.h"

static __attribute__((noinline, annotate("crit:none"))) uint64_t abroad(struct thing *T, uint64_t A) {
  volatile uint64_t Room[64];
  for (int I = 0; I != 64; ++I)
    Room[I] = A;
  Calls = Calls + Room[A];
  return T->Next->Sum + Room[1];
}

static uint64_t (*volatile Abroad)(struct thing *, uint64_t) = abroad;

static NOINLINE uint64_t middle(struct thing *T, uint64_t A) {
  Calls = Calls + A;
  return Abroad(T, A) * K;
}

static uint64_t (*volatile Middle)(struct thing *, uint64_t) = middle;

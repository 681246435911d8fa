// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function that is called by address and has had an effect before it traps on its argument.
#include "fault.h"

struct thing {
  struct thing *Next;
  uint64_t Sum;
};

static volatile uint64_t Calls;

NOINLINE void work(struct thing *T, uint64_t A) {
  Calls = Calls + 1;
  T->Next->Sum = T->Sum * K + A;
}

static void (*volatile Work)(struct thing *, uint64_t) = work;

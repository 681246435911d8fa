// Functions without prototypes (C before 2023).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -Wno-deprecated-non-prototype -Wno-strict-prototypes
#include "check.h"

NOINLINE static int oldStyle(A, B, C)
int A;
double B;
char *C;
{ return A + (int)B + C[0]; }

static int (*volatile Pointer)() = oldStyle;

int main(void) {
  for (int I = 0; I < 20; ++I) {
    fold((uint64_t)oldStyle(I, I / 3.0, "text"));
    fold((uint64_t)Pointer(I, 2.5, "more"));
  }
  show("old");
  return 0;
}

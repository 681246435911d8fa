// Thread-local storage of a shared library (dynamic models).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -ftls-model=local-dynamic
// FLAGS: -mtls-dialect=gnu2
// LIBRARY: -DIN_LIBRARY -Wl,-z,defs
// LEVELS: -O0 -O2 -Os
#include "check.h"
#include <pthread.h>

#ifdef IN_LIBRARY
static _Thread_local uint64_t Hidden = 3, Other = 4;
_Thread_local uint64_t Visible = 5;
uint64_t inLibrary(uint64_t X) {
  Hidden = Hidden * 5 + X;
  Other ^= Hidden;
  Visible += Other;
  return Hidden + Other * 3 + Visible;
}
#else
extern _Thread_local uint64_t Visible;
uint64_t inLibrary(uint64_t X);

static void *threadMain(void *Arg) {
  uint64_t *Out = (uint64_t *)Arg, X = *Out;
  for (uint64_t I = 0; I < 30; ++I)
    X += inLibrary(X + I) ^ Visible;
  *Out = X;
  return NULL;
}

int main(void) {
  pthread_t Id;
  uint64_t A = 1, B = 2;
  if (pthread_create(&Id, NULL, threadMain, &A))
    return 1;
  pthread_join(Id, NULL);
  threadMain(&B);
  showValue("thread", A);
  showValue("main", B);
  showValue("visible", Visible);
  return 0;
}
#endif

// Sixteen-byte atomics by cmpxchg16b.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mcx16
// LINK: -latomic
#include "check.h"
#include <pthread.h>

typedef unsigned __int128 U128;
static U128 Word __attribute__((aligned(16)));
struct Pair {
  uint64_t A, B;
} __attribute__((aligned(16)));
static struct Pair Twin;

NOINLINE static U128 addLoop(U128 *P, U128 X) {
  U128 Old = *P;
  for (;;) {
    U128 Seen = __sync_val_compare_and_swap(P, Old, Old + X);
    if (Seen == Old)
      return Old;
    Old = Seen;
  }
}
NOINLINE static int once(U128 *P, U128 Want, U128 New) {
  return __sync_bool_compare_and_swap(P, Want, New);
}
NOINLINE static U128 others(U128 *P, U128 X) {
  U128 R = __sync_fetch_and_add(P, X);
  R ^= __sync_fetch_and_xor(P, X << 3);
  R += __sync_fetch_and_or(P, X >> 70);
  return R ^ __sync_and_and_fetch(P, ~(X << 40));
}
NOINLINE static void pair(struct Pair *P, uint64_t K) {
  struct Pair Old, New;
  __atomic_load(P, &Old, __ATOMIC_SEQ_CST);
  do {
    New.A = Old.A + K;
    New.B = Old.B ^ New.A;
  } while (!__atomic_compare_exchange(P, &Old, &New, 0, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST));
}
static void *threadMain(void *Arg) {
  for (int I = 0; I < 2000; ++I)
    addLoop(&Word, ((U128)1 << 70) + 3);
  (void)Arg;
  return NULL;
}

int main(void) {
  pthread_t Id;
  if (pthread_create(&Id, NULL, threadMain, NULL))
    return 1;
  threadMain(NULL);
  pthread_join(Id, NULL);
  showValue("low", (uint64_t)Word);
  showValue("high", (uint64_t)(Word >> 64));
  for (int I = 0; I < 60; ++I) {
    U128 X = (U128)rnd() << 64 | rnd();
    fold((uint64_t)once(&Word, I & 1 ? Word : X, X));
    X = others(&Word, X);
    fold((uint64_t)X);
    fold((uint64_t)(X >> 64));
    pair(&Twin, rnd());
  }
  fold((uint64_t)Word);
  fold(Twin.A);
  fold(Twin.B);
  show("sixteen");
  return 0;
}

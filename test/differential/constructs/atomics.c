// Atomics of 1 to 8 bytes: every operation, order and use.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define ATOMIC_OPS(Type, Order)                                                \
  NOINLINE static uint64_t ops_##Type##_##Order(_Atomic(Type) *P, Type X,      \
                                                Type Y) {                      \
    uint64_t R = (uint64_t)atomic_fetch_add_explicit(P, X, Order);             \
    R = R * 3 + (uint64_t)atomic_fetch_sub_explicit(P, Y, Order);              \
    R = R * 3 + (uint64_t)atomic_fetch_and_explicit(P, (Type)(X | 0x55),       \
                                                    Order);                    \
    R = R * 3 + (uint64_t)atomic_fetch_or_explicit(P, Y, Order);               \
    R = R * 3 + (uint64_t)atomic_fetch_xor_explicit(P, X, Order);              \
    R = R * 3 + (uint64_t)atomic_exchange_explicit(P, (Type)(X ^ Y), Order);   \
    R = R * 3 + (uint64_t)__atomic_fetch_nand((Type *)P, X, __ATOMIC_SEQ_CST); \
    R = R * 3 + (uint64_t)__atomic_add_fetch((Type *)P, Y, __ATOMIC_ACQ_REL);  \
    R = R * 3 + (uint64_t)__atomic_fetch_min((Type *)P, X, __ATOMIC_RELAXED);  \
    R = R * 3 + (uint64_t)__atomic_fetch_max((Type *)P, Y, __ATOMIC_RELAXED);  \
    Type Want = Y;                                                             \
    R = R * 2 + atomic_compare_exchange_strong(P, &Want, X);                   \
    R = R * 2 + atomic_compare_exchange_strong(P, &Want, (Type)((uint64_t)X + 1));       \
    /* Results used only as flags. */                                          \
    R = R * 2 + (__atomic_sub_fetch((Type *)P, Want, __ATOMIC_SEQ_CST) == 0);  \
    R = R * 2 + (__atomic_and_fetch((Type *)P, 1, __ATOMIC_SEQ_CST) != 0);     \
    R = R * 2 + ((int64_t)__atomic_fetch_add((Type *)P, 1,                     \
                                             __ATOMIC_SEQ_CST) < 0);           \
    atomic_store(P, (Type)((uint64_t)X + (uint64_t)Y));                                            \
    atomic_fetch_add(P, 1);                                                    \
    atomic_fetch_or(P, 8);                                                     \
    return R + (uint64_t)atomic_load(P);                                       \
  }

#define ATOMIC_TYPE(Type)                                                      \
  ATOMIC_OPS(Type, memory_order_relaxed)                                       \
  ATOMIC_OPS(Type, memory_order_acquire)                                       \
  ATOMIC_OPS(Type, memory_order_seq_cst)                                       \
  static void run_##Type(void) {                                               \
    static _Atomic(Type) A;                                                    \
    for (int I = 0; I < 20; ++I) {                                             \
      Type X = (Type)rnd(), Y = (Type)rnd();                                   \
      fold(ops_##Type##_memory_order_relaxed(&A, X, Y));                       \
      fold(ops_##Type##_memory_order_acquire(&A, X, Y));                       \
      fold(ops_##Type##_memory_order_seq_cst(&A, Y, X));                       \
    }                                                                          \
    show(#Type);                                                               \
  }

ATOMIC_TYPE(uint8_t)
ATOMIC_TYPE(int16_t)
ATOMIC_TYPE(uint32_t)
ATOMIC_TYPE(int64_t)

NOINLINE static int bits(_Atomic(uint64_t) *P, unsigned At) {
  int R = (atomic_fetch_or(P, 1ull << (At & 63)) >> (At & 63)) & 1;
  R = R * 2 + !!(atomic_fetch_and(P, ~(1ull << 17)) & (1ull << 17));
  return R * 2 + !!(atomic_fetch_xor(P, 1ull << 40) & (1ull << 40));
}
NOINLINE static double addDouble(_Atomic(double) *P, double X) {
  double Old = atomic_load(P);
  while (!atomic_compare_exchange_weak(P, &Old, Old * 0.5 + X))
    ;
  return Old;
}
NOINLINE static void *swing(_Atomic(void *) *P, void *X) {
  return atomic_exchange(P, X);
}

static _Atomic(uint64_t) Shared;
static _Atomic(int) Lock;
static uint64_t Guarded;
static atomic_flag Flag = ATOMIC_FLAG_INIT;

static void *threadMain(void *Arg) {
  uint64_t K = *(uint64_t *)Arg;
  for (uint64_t I = 0; I < 3000; ++I) {
    uint64_t Old = atomic_load_explicit(&Shared, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&Shared, &Old, Old + K,
                                                  memory_order_acq_rel,
                                                  memory_order_relaxed))
      ;
    int Free = 0;
    while (!atomic_compare_exchange_weak(&Lock, &Free, 1))
      Free = 0;
    Guarded += I;
    atomic_store_explicit(&Lock, 0, memory_order_release);
    while (atomic_flag_test_and_set(&Flag))
      ;
    Guarded ^= K - K;
    atomic_flag_clear(&Flag);
    atomic_thread_fence(memory_order_seq_cst);
  }
  return NULL;
}

int main(void) {
  run_uint8_t();
  run_int16_t();
  run_uint32_t();
  run_int64_t();
  static _Atomic(uint64_t) Word;
  static _Atomic(double) Real;
  static _Atomic(void *) Pointer;
  for (unsigned I = 0; I < 100; ++I) {
    fold((uint64_t)bits(&Word, (unsigned)rnd()));
    foldDouble(addDouble(&Real, (double)I));
    fold(swing(&Pointer, &Word) == &Word);
  }
  pthread_t Ids[2];
  uint64_t Keys[2] = {3, 5};
  for (int I = 0; I < 2; ++I)
    if (pthread_create(&Ids[I], NULL, threadMain, &Keys[I]))
      return 1;
  for (int I = 0; I < 2; ++I)
    pthread_join(Ids[I], NULL);
  showValue("shared", Shared);
  showValue("guarded", Guarded);
  show("atomics");
  return 0;
}

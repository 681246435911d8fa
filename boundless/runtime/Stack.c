//===- Stack.c - low-fat stacks -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Local arrays whose address leaves the function live here: per thread and
// class a piece of a region, used downwards like a stack. Hardened functions
// take and give back by themselves; only the first use in a thread, an
// exhausted piece and a foreign native stack (coroutines, sigaltstack) come here,
// the latter two get 0 and use their ordinary frame.
//===----------------------------------------------------------------------===//
#define _GNU_SOURCE
#include "Bounds.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAX_THREADS 2048u

CRIT_TLS struct crit_bl_stacks critStacks;
#define Stacks critStacks
static CRIT_TLS uint32_t Thread; // number + 1
static CRIT_TLS bool Busy;
static uint8_t Taken[MAX_THREADS];
static uint64_t Touched[MAX_THREADS]; // classes mapped, bit each
extern void *__libc_stack_end __attribute__((weak));

// The piece at the class' place for a thread: threads are as far apart as the
// larger area, with a gap nobody maps.
static uint64_t areaOf(uint32_t Class, uint32_t T) {
  return REGION_START(CRIT_BL_STACK_REGION + Class) + (uint64_t)(T + 1) * (1u << 24);
}

static bool nativeStack(uint64_t *Low, uint64_t *Length) {
  if (getpid() == gettid()) {
    struct rlimit R;
    uint64_t Top = (uint64_t)__libc_stack_end, Size = 64u << 20;
    if (!Top)
      return false;
    if (getrlimit(RLIMIT_STACK, &R) == 0 && R.rlim_cur != RLIM_INFINITY)
      Size = R.rlim_cur;
    *Low = Top - Size;
    *Length = Size + (1u << 20);
    return true;
  }
  pthread_attr_t A;
  void *P;
  size_t N;
  if (pthread_getattr_np(pthread_self(), &A) != 0)
    return false;
  bool Ok = pthread_attr_getstack(&A, &P, &N) == 0;
  pthread_attr_destroy(&A);
  *Low = (uint64_t)P;
  *Length = N;
  return Ok;
}

static uint32_t takeThread(void) {
  for (uint32_t T = 0; T < MAX_THREADS; ++T)
    if (!__atomic_load_n(&Taken[T], __ATOMIC_RELAXED) &&
        !__atomic_exchange_n(&Taken[T], 1, __ATOMIC_ACQUIRE))
      return T + 1;
  return 0;
}

static uint64_t first(uint32_t Class, uint64_t Sp) {
  if (!Stacks.Length && !nativeStack(&Stacks.Low, &Stacks.Length))
    return 0;
  if (Sp - Stacks.Low >= Stacks.Length)
    return 0;
  uint64_t Next = Stacks.Next[Class];
  if (Next)
    return 0; // exhausted
  if (!Thread && !(Thread = takeThread()))
    return 0;
  uint32_t Log2 = CRIT_BL_STACK_MIN_LOG2 + Class;
  uint64_t Bytes = CRIT_BL_STACK_AREA(Log2);
  uint64_t Low = areaOf(Class, Thread - 1);
  void *P = mmap((void *)Low, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | 0x100000, -1, 0);
  if (P != (void *)Low) {
    if (P != MAP_FAILED)
      munmap(P, Bytes);
    return 0;
  }
  Touched[Thread - 1] |= 1ull << Class;
  return Low + Bytes - (1ull << Log2);
}

static CRIT_COLD uint64_t slow(uint32_t Class, uint64_t Sp) {
  // A signal handler in the middle of this keeps to its native stack.
  if (Busy)
    return 0;
  Busy = true;
  uint64_t P = first(Class, Sp);
  Busy = false;
  return P;
}

void critStackInit(void) {
  for (uint32_t C = 0; C < CRIT_BL_STACK_CLASSES; ++C) {
    uint32_t Log2 = CRIT_BL_STACK_MIN_LOG2 + C;
    TABLE[CRIT_BL_STACK_REGION + C].Magic = 1ull << (64 - Log2);
    TABLE[CRIT_BL_STACK_REGION + C].Size = 1ull << Log2;
  }
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_STACK] = (void *)slow;
  ((int64_t *)CRIT_BL_ENTRIES)[CRIT_BL_TLS] =
      (int64_t)((char *)&Stacks - (char *)__builtin_thread_pointer());
}

void critStackThreadEnd(void) {
  if (!Thread)
    return;
  uint32_t T = Thread - 1;
  Thread = 0;
  Stacks.Length = 0; // destructors that still run use their frames
  for (uint32_t C = 0; C < CRIT_BL_STACK_CLASSES; ++C) {
    Stacks.Next[C] = 0;
    if (Touched[T] >> C & 1)
      munmap((void *)areaOf(C, T),
             CRIT_BL_STACK_AREA(CRIT_BL_STACK_MIN_LOG2 + C));
  }
  Touched[T] = 0;
  __atomic_store_n(&Taken[T], 0, __ATOMIC_RELEASE);
}

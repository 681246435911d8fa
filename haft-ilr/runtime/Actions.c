//===- Actions.c - signal actions of hardened code ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiled to LLVM IR at Crit's build; SignalActions.cpp adds it to modules that
// set signal actions. While the program asks or sets, its own action is put into
// the kernel, so that libc and kernel themselves say what is valid and what was
// there; then it is remembered and ours put back:
//
//   program calls     kernel has        remembered
//   sigaction(SEGV,   ours              p
//     q, &old)        p                 p
//                     q   (old = p)     p
//                     ours              q
//
// A trap that is the program's own gets q in the kernel and happens again
// (critTrapPass): mask, stack, flags and context of its handler are as ever.
//===----------------------------------------------------------------------===//
#include "Actions.h"
#include "Syscall.h"

struct crit_actions __crit_actions;

int sigaction(int, const void *, void *);
void *signal(int, void *);
void *bsd_signal(int, void *);
void *ssignal(int, void *);
void *sysv_signal(int, void *);
void *__sysv_signal(int, void *);
int sigignore(int);
int siginterrupt(int, int);

enum { Plain, Swapped, Foreign };

struct change {
  uint64_t Signals;
  uint32_t Kind, Index;
};

static int64_t get(int Signal, struct crit_sigaction *A) {
  return CRIT_SYSCALL(rt_sigaction, Signal, 0, A, sizeof(A->Mask));
}

static void put(int Signal, const struct crit_sigaction *A) {
  CRIT_SYSCALL(rt_sigaction, Signal, A, 0, sizeof(A->Mask));
}

/// False in a child of vfork, whose actions are its own but whose memory is not.
static int isMine(struct crit_actions *A, uint64_t Pid) {
  if (A->Pid == Pid)
    return 1;
  if (!A->Forked || __atomic_load_n(A->Forked, __ATOMIC_RELAXED))
    return 0;
  __atomic_store_n(&A->Owner, 0, __ATOMIC_RELAXED); // the parent's thread
  A->Pid = Pid;
  *A->Forked = 1;
  return 1;
}

struct change __crit_actions_begin(int Signal) {
  struct crit_actions *A = &__crit_actions;
  struct change C = {0, Plain, critTrapIndex(Signal)};
  if (critTrapSignal(C.Index) != Signal || !A->Ours.Handler)
    return C;
  uint64_t All = ~0ull;
  CRIT_SYSCALL(rt_sigprocmask, 2, &All, &C.Signals, sizeof(All));
  uint64_t Pid = (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0);
  if (!isMine(A, Pid)) {
    struct crit_sigaction Now;
    if (!get(Signal, &Now) && Now.Handler == A->Ours.Handler)
      put(Signal, &A->Program[C.Index]);
    CRIT_SYSCALL(rt_sigprocmask, 2, &C.Signals, 0, sizeof(All));
    return C;
  }
  uint64_t Me = Pid << 32 | (uint64_t)CRIT_SYSCALL(gettid, 0, 0, 0, 0);
  uint64_t Nobody = 0;
  while (!__atomic_compare_exchange_n(&A->Owner, &Nobody, Me, 0,
                                      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    Nobody = 0;
    CRIT_SYSCALL(sched_yield, 0, 0, 0, 0);
  }
  struct crit_sigaction Now;
  C.Kind = Foreign;
  if (!get(Signal, &Now) && Now.Handler == A->Ours.Handler) {
    C.Kind = Swapped;
    put(Signal, &A->Program[C.Index]);
  }
  return C;
}

/// Sets: the program has chosen an action.
void __crit_actions_end(int Signal, struct change C, int Sets) {
  struct crit_actions *A = &__crit_actions;
  struct crit_sigaction Now;
  if (C.Kind == Plain)
    return;
  // An ignored signal is left to the kernel: it neither interrupts nor ends at
  // exec. Somebody else's action stays until the program sets one.
  if ((C.Kind == Swapped || Sets) && !get(Signal, &Now) &&
      Now.Handler != A->Ours.Handler && (uint64_t)Now.Handler != 1) {
    struct crit_sigaction Ours = A->Ours;
    A->Program[C.Index] = Now;
    Ours.Flags |= Now.Flags & 0x10000000; // SA_RESTART
    put(Signal, &Ours);
  }
  __atomic_store_n(&A->Owner, 0, __ATOMIC_RELEASE);
  CRIT_SYSCALL(rt_sigprocmask, 2, &C.Signals, 0, sizeof(C.Signals));
}

int __crit_sigaction(int Signal, const void *New, void *Old) {
  struct change C = __crit_actions_begin(Signal);
  int Result = sigaction(Signal, New, Old);
  __crit_actions_end(Signal, C, New != 0);
  return Result;
}

int __crit_sigignore(int Signal) {
  struct change C = __crit_actions_begin(Signal);
  int Result = sigignore(Signal);
  __crit_actions_end(Signal, C, 1);
  return Result;
}

int __crit_siginterrupt(int Signal, int Flag) {
  struct change C = __crit_actions_begin(Signal);
  int Result = siginterrupt(Signal, Flag);
  __crit_actions_end(Signal, C, 0);
  return Result;
}

#define SIGNAL(NAME)                                                           \
  void *__crit_##NAME(int Signal, void *Handler) {                             \
    struct change C = __crit_actions_begin(Signal);                            \
    void *Old = NAME(Signal, Handler);                                         \
    __crit_actions_end(Signal, C, 1);                                          \
    return Old;                                                                \
  }
SIGNAL(signal)
SIGNAL(bsd_signal)
SIGNAL(ssignal)
SIGNAL(sysv_signal)
SIGNAL(__sysv_signal)

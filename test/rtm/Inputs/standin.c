//===- standin.c - the three RTM instructions without the hardware --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked to a program with -fcrit-recover=auto code, takes the place of xbegin,
// xend and xabort (haft-ilr/runtime/Rtm.h). Begin keeps a copy of all private
// writable memory and of all registers; an abort puts it back and returns from
// Begin a second time. As on hardware, a system call or a trap inside a
// transaction aborts it. One thread only: there is no isolation.
//
// TX_STANDIN in the environment, comma separated:
//   ebx=HEX edx=HEX  words of CPUID leaf 7 (default: RTM)
//   dead             what a probe finds: every transaction aborts
//   abort=N every=N  every Nth commit fails, with this status
//   log              on exit: begun, committed, aborted by code, by trap or
//                    system call, by abort=
//
// Compiled for general registers only: vector registers are the program's.
//===----------------------------------------------------------------------===//
#include "Rtm.h"
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum { ArenaBytes = 1 << 28, MapsBytes = 1 << 16, StackBytes = 1 << 16,
       StateBytes = 1 << 14, MaxCopies = 64 };

struct copy {
  char *From, *To;
  size_t Bytes;
};

// All that must survive a rollback is in the arena, which is not copied.
struct arena {
  uint64_t Saved[8]; // rbx rbp r12 r13 r14 r15 rsp rip
  volatile char Selector; // of system calls: 0 allow, 1 block
  volatile char Inside;
  uint32_t Status, Every;
  uint64_t Begun, Committed, Explicit, Trapped, Forced;
  uint32_t NumCopies;
  struct copy Copies[MaxCopies];
  char Maps[MapsBytes];
  _Alignas(64) char Vectors[StateBytes];
  _Alignas(64) char Stack[StackBytes];
  _Alignas(64) char SignalStack[StackBytes];
  char Memory[];
};

static struct arena *A;

static uint32_t begin(void);
static void end(void);
static void leave(uint32_t Code);

struct crit_tx_standin crit_tx_standin = {1 << 11, 0, 0, begin, end, leave};

static long call(long Number, long X, long Y, long Z) {
  long R;
  __asm__ volatile("syscall" : "=a"(R) : "a"(Number), "D"(X), "S"(Y), "d"(Z)
                   : "rcx", "r11", "memory");
  return R;
}

static void copy(void *To, const void *From, size_t Bytes) {
  __asm__ volatile("rep movsb" : "+D"(To), "+S"(From), "+c"(Bytes)::"memory");
}

static uint64_t number(const char **P) {
  uint64_t N = 0;
  for (;; ++*P) {
    char C = **P;
    if (C >= '0' && C <= '9')
      N = N * 16 + (uint64_t)(C - '0');
    else if (C >= 'a' && C <= 'f')
      N = N * 16 + (uint64_t)(C - 'a' + 10);
    else
      return N;
  }
}

static void fail(const char *Why) {
  call(SYS_write, 2, (long)Why, (long)strlen(Why));
  call(SYS_exit_group, 3, 0, 0);
}

static void takeCopies(void) {
  long Fd = call(SYS_open, (long)"/proc/self/maps", 0, 0), N;
  size_t Length = 0, Used = 0;
  while ((N = call(SYS_read, Fd, (long)(A->Maps + Length),
                   (long)(MapsBytes - 1 - Length))) > 0)
    Length += (size_t)N;
  call(SYS_close, Fd, 0, 0);
  A->Maps[Length] = 0;
  A->NumCopies = 0;
  for (const char *P = A->Maps; *P;) {
    uint64_t Low = number(&P);
    ++P;
    uint64_t High = number(&P);
    ++P;
    int Mine = P[0] == 'r' && P[1] == 'w' && P[3] == 'p' &&
               (High <= (uint64_t)A || Low >= (uint64_t)A + ArenaBytes);
    while (*P && *P++ != '\n')
      ;
    if (!Mine)
      continue;
    if (A->NumCopies == MaxCopies ||
        offsetof(struct arena, Memory) + Used + (High - Low) > ArenaBytes)
      fail("stand-in: too much memory\n");
    struct copy *C = &A->Copies[A->NumCopies++];
    *C = (struct copy){(char *)Low, A->Memory + Used, High - Low};
    copy(C->To, C->From, C->Bytes);
    Used += C->Bytes;
  }
}

static void vectors(int Save) {
  if (Save)
    __asm__ volatile("xsaveq %0" : "+m"(A->Vectors) : "a"(0xe7), "d"(0));
  else
    __asm__ volatile("xrstorq %0" ::"m"(A->Vectors), "a"(0xe7), "d"(0));
}

__attribute__((used)) static void save(void) {
  if (A->Inside)
    fail("stand-in: a transaction in a transaction\n");
  vectors(1);
  takeCopies();
  ++A->Begun;
  A->Inside = 1;
  A->Selector = 1;
}

__attribute__((used)) static void restore(void) {
  for (uint32_t I = 0; I != A->NumCopies; ++I)
    copy(A->Copies[I].From, A->Copies[I].To, A->Copies[I].Bytes);
  vectors(0);
}

__attribute__((naked)) static uint32_t begin(void) {
  __asm__ volatile("movq %0, %%rax\n"
                   "movq %%rbx, (%%rax); movq %%rbp, 8(%%rax)\n"
                   "movq %%r12, 16(%%rax); movq %%r13, 24(%%rax)\n"
                   "movq %%r14, 32(%%rax); movq %%r15, 40(%%rax)\n"
                   "movq (%%rsp), %%rcx; movq %%rcx, 56(%%rax)\n"
                   "leaq 8(%%rsp), %%rcx; movq %%rcx, 48(%%rax)\n"
                   "subq $8, %%rsp; callq save; addq $8, %%rsp\n"
                   "movl $-1, %%eax\n"
                   "retq" ::"m"(A));
}

// Back to begin's caller, on a stack that is not written over.
static void rollBack(uint32_t Status) {
  A->Selector = 0;
  A->Inside = 0;
  __asm__ volatile("movl %0, %%ebx; movq %1, %%rbp; movq %2, %%rsp\n"
                   "callq restore\n"
                   "movl %%ebx, %%eax; movq %%rbp, %%rcx\n"
                   "movq (%%rcx), %%rbx; movq 8(%%rcx), %%rbp\n"
                   "movq 16(%%rcx), %%r12; movq 24(%%rcx), %%r13\n"
                   "movq 32(%%rcx), %%r14; movq 40(%%rcx), %%r15\n"
                   "movq 48(%%rcx), %%rsp; jmpq *56(%%rcx)" ::"r"(Status),
                   "r"(A), "r"(A->Stack + StackBytes)
                   : "rax", "rcx", "memory");
  __builtin_unreachable();
}

static void end(void) {
  if (!A->Inside)
    fail("stand-in: xend outside of a transaction\n");
  if (A->Every && (A->Committed + A->Forced + 1) % A->Every == 0) {
    ++A->Forced;
    rollBack(A->Status);
  }
  A->Selector = 0;
  A->Inside = 0;
  ++A->Committed;
}

static void leave(uint32_t Code) {
  if (!A->Inside)
    fail("stand-in: xabort outside of a transaction\n");
  ++A->Explicit;
  rollBack(Code << 24 | 1);
}

static void onSignal(int Signal, siginfo_t *Info, void *Context) {
  (void)Info;
  (void)Context;
  A->Selector = 0;
  if (A->Inside) {
    ++A->Trapped;
    rollBack(0);
  }
  signal(Signal, SIG_DFL);
}

static void showLog(void) {
  fprintf(stderr, "stand-in: %lu begun %lu committed %lu explicit %lu trapped %lu forced\n",
          A->Begun, A->Committed, A->Explicit, A->Trapped, A->Forced);
}

static uint32_t setting(const char *Text, const char *Key, uint32_t Default,
                        int Base) {
  const char *At = Text ? strstr(Text, Key) : NULL;
  return At ? (uint32_t)strtoul(At + strlen(Key), NULL, Base) : Default;
}

// Before Crit looks (init_array without priority).
__attribute__((constructor(101))) static void start(void) {
  const char *Text = getenv("TX_STANDIN");
  A = mmap(NULL, ArenaBytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (A == MAP_FAILED)
    fail("stand-in: no memory\n");
  crit_tx_standin.Ebx = setting(Text, "ebx=", crit_tx_standin.Ebx, 16);
  crit_tx_standin.Edx = setting(Text, "edx=", 0, 16);
  crit_tx_standin.AlwaysAborts = Text && strstr(Text, "dead");
  A->Status = setting(Text, "abort=", 6, 0);
  A->Every = setting(Text, "every=", 0, 0);
  if (Text && strstr(Text, "log"))
    atexit(showLog);
  if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &A->Selector))
    fail("stand-in: no PR_SET_SYSCALL_USER_DISPATCH\n");
}

// Behind Crit's own handlers, as a program's would be.
__attribute__((constructor)) static void takeSignals(void) {
  stack_t Stack = {.ss_sp = A->SignalStack, .ss_size = StackBytes};
  struct sigaction New = {.sa_sigaction = onSignal,
                          .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaltstack(&Stack, NULL);
  static const int Signals[] = {SIGSYS, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  for (size_t I = 0; I != sizeof(Signals) / sizeof(*Signals); ++I)
    sigaction(Signals[I], &New, NULL);
}

// Signals: handlers, traps of the program's own, leaving by siglongjmp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t Count, Last;
static sigjmp_buf Escape;
static volatile uint64_t Interrupted;

static void onUser(int Signal) {
  ++Count;
  Last = Signal;
}
static void onTrap(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  Last = Signal * 100 + (Info->si_addr == NULL);
  siglongjmp(Escape, Signal);
}
static void onAlarm(int Signal) {
  (void)Signal;
  Interrupted = 1;
}

static void install(int Signal, void (*Fn)(int),
                    void (*Info)(int, siginfo_t *, void *), int Flags) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  if (Info)
    Action.sa_sigaction = Info;
  else
    Action.sa_handler = Fn;
  Action.sa_flags = Flags | (Info ? SA_SIGINFO : 0);
  sigemptyset(&Action.sa_mask);
  sigaction(Signal, &Action, NULL);
}

NOINLINE static int readFrom(volatile int *P) { return *P + 1; }
NOINLINE static int divide(int A, int B) {
  int R;
  // The machine's own divide error, not C's undefined one.
  __asm__ volatile("cltd\n\tidivl %2" : "=a"(R) : "0"(A), "r"(B) : "edx", "cc");
  return R;
}

int main(void) {
  static char Alternate[65536];
  stack_t Stack = {.ss_sp = Alternate, .ss_size = sizeof(Alternate)};
  sigaltstack(&Stack, NULL);
  install(SIGUSR1, onUser, NULL, SA_RESTART);
  install(SIGSEGV, NULL, onTrap, SA_ONSTACK | SA_NODEFER);
  install(SIGFPE, NULL, onTrap, SA_NODEFER);
  install(SIGILL, NULL, onTrap, SA_NODEFER);
  install(SIGALRM, onAlarm, NULL, 0);

  uint64_t Sum = 0;
  for (int I = 0; I < 50; ++I) {
    Sum = Sum * 3 + rnd();
    if (I % 5 == 0)
      raise(SIGUSR1);
  }
  fold(Sum);
  showValue("count", (uint64_t)Count);

  int Kept = (int)(Sum & 1023);
  int R = sigsetjmp(Escape, 1);
  if (R == 0)
    Kept += readFrom((volatile int *)hide(0));
  showValue("segv", (uint64_t)(R * 10000 + Last));
  showValue("kept", (uint64_t)(Kept - (int)(Sum & 1023)));

  R = sigsetjmp(Escape, 1);
  if (R == 0)
    showValue("not reached", (uint64_t)divide(7, (int)hide(0)));
  showValue("fpe", (uint64_t)R);
  showValue("divide", (uint64_t)divide(700, (int)hide(7)));

  R = sigsetjmp(Escape, 1);
  if (R == 0)
    __builtin_trap();
  showValue("ill", (uint64_t)R);

  alarm(1);
  uint64_t Spins = 0;
  while (!Interrupted)
    ++Spins;
  showValue("alarm", Spins > 0);
  show("signals");
  install(SIGTERM, SIG_DFL, NULL, 0);
  fflush(stdout);
  raise(SIGTERM); // the exit status tells
  return 0;
}

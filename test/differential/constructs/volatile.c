// Volatile accesses: counted, in order, never doubled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

struct Registers {
  volatile uint32_t Status, Data;
  volatile uint8_t Bytes[8];
  volatile float Real;
};

NOINLINE static uint32_t poll(struct Registers *R, uint32_t X) {
  R->Data = X;
  R->Data += 3;
  R->Data = R->Data ^ R->Status;
  R->Status++;
  R->Bytes[X & 7] = (uint8_t)(R->Bytes[(X + 1) & 7] + 1);
  R->Real = R->Real * 0.5f + 1;
  (void)R->Status;
  return R->Data - (uint32_t)R->Real;
}

NOINLINE static uint64_t flags(volatile uint64_t *P) {
  if (*P & 4)
    *P = *P >> 1;
  else if (*P == 77)
    return *P;
  return (*P)++ + (--*P);
}

// A page that may not be read counts accesses by its faults.
static volatile sig_atomic_t Faults;
static unsigned char *Page;
static size_t PageSize;

static void onFault(int Signal, siginfo_t *Info, void *Context) {
  (void)Signal;
  (void)Context;
  ++Faults;
  if ((unsigned char *)Info->si_addr < Page ||
      (unsigned char *)Info->si_addr >= Page + PageSize)
    _exit(9);
  mprotect(Page, PageSize, PROT_READ | PROT_WRITE);
}

NOINLINE static int readOnce(volatile int *P) { return *P; }
NOINLINE static void writeOnce(volatile int *P, int X) { *P = X; }

int main(void) {
  static struct Registers R;
  static volatile uint64_t Word = 4;
  for (uint32_t I = 0; I < 100; ++I) {
    fold(poll(&R, (uint32_t)rnd()));
    fold(flags(&Word));
  }
  foldBytes((const void *)&R, sizeof(R));
  PageSize = (size_t)sysconf(_SC_PAGESIZE);
  Page = mmap(NULL, PageSize, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Page == MAP_FAILED)
    return 1;
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_sigaction = onFault;
  Action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &Action, NULL);
  for (int I = 0; I < 5; ++I) {
    mprotect(Page, PageSize, PROT_NONE);
    writeOnce((volatile int *)Page + I, I * 11);
    mprotect(Page, PageSize, PROT_NONE);
    fold((uint64_t)readOnce((volatile int *)Page + I));
  }
  showValue("faults", (uint64_t)Faults);
  show("volatile");
  return 0;
}

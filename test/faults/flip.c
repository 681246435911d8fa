//===- flip.c - one bit of one register at one instant ----------*- C -*---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   flip ADDRESS COUNT REGISTER BIT -- PROGRAM [ARGS...]
//
// Runs PROGRAM until the instruction at ADDRESS (as llvm-objdump prints it) has
// been executed COUNT times, flips BIT of REGISTER and lets it go on. REGISTER
// is a general register by its 64-bit name, eflags, xmmN or ymmN. With COUNT 0
// the program runs unharmed. "3+" flips at the third and every later execution:
// a permanent fault; "3@" only on the core of the third one; "3,9" at the third and the ninth. Exit code: that of the program, 128 + signal if it
// died, 124 if it did not end in time, 125 if the instant was never reached.
//===----------------------------------------------------------------------===//
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { Timeout = 10, ExitHang = 124, ExitMissed = 125 };

static pid_t Child;
static pid_t Hit; ///< thread of it that is at the breakpoint, or was
static volatile sig_atomic_t TimedOut;

static void fail(const char *What) {
  fprintf(stderr, "flip: %s: %s\n", What, strerror(errno));
  if (Child)
    kill(Child, SIGKILL);
  exit(ExitMissed);
}

static void onAlarm(int Signal) {
  (void)Signal;
  TimedOut = 1;
  kill(Child, SIGKILL);
}

static int finish(int Status) {
  if (TimedOut)
    return ExitHang;
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status);
}

/// What to add to addresses of the file: 0 unless position independent.
static uint64_t loadBase(const char *Program) {
  Elf64_Ehdr Header;
  int Fd = open(Program, O_RDONLY | O_CLOEXEC);
  if (Fd < 0 || read(Fd, &Header, sizeof Header) != sizeof Header)
    fail(Program);
  close(Fd);
  if (Header.e_type != ET_DYN)
    return 0;
  char Path[64], Real[4096], Line[8192];
  snprintf(Path, sizeof Path, "/proc/%d/maps", (int)Child);
  if (!realpath(Program, Real))
    fail(Program);
  FILE *Maps = fopen(Path, "re");
  if (!Maps)
    fail(Path);
  uint64_t Base = 0;
  while (!Base && fgets(Line, sizeof Line, Maps))
    if (strstr(Line, Real))
      Base = strtoull(Line, NULL, 16);
  fclose(Maps);
  return Base;
}

static const struct {
  const char *Name;
  size_t Offset;
} General[] = {
#define REG(N) {#N, offsetof(struct user_regs_struct, N)}
    REG(rax), REG(rbx), REG(rcx), REG(rdx), REG(rsi), REG(rdi),
    REG(rbp), REG(rsp), REG(r8),  REG(r9),  REG(r10), REG(r11),
    REG(r12), REG(r13), REG(r14), REG(r15), REG(eflags)};

/// Vector registers live in the XSAVE area, which ptrace shows in the standard
/// format: XMM in the legacy part, upper halves of YMM at 576.
static void flipVector(unsigned Number, unsigned Bit) {
  static unsigned char Area[16384];
  struct iovec Io = {Area, sizeof Area};
  if (ptrace(PTRACE_GETREGSET, Hit, NT_X86_XSTATE, &Io))
    fail("reading vector registers");
  if (Bit < 128)
    Area[160 + Number * 16 + Bit / 8] ^= 1u << Bit % 8;
  else
    Area[576 + Number * 16 + (Bit - 128) / 8] ^= 1u << Bit % 8;
  // A part that was in its initial state is marked absent.
  Area[512] |= Bit < 128 ? 2 : 6;
  if (ptrace(PTRACE_SETREGSET, Hit, NT_X86_XSTATE, &Io))
    fail("writing vector registers");
}

static void flip(const char *Register, unsigned Bit) {
  unsigned Number;
  if (sscanf(Register, "%*[xy]mm%u", &Number) == 1 && Number < 16 &&
      Bit < (Register[0] == 'x' ? 128 : 256)) {
    flipVector(Number, Bit);
    return;
  }
  struct user_regs_struct Regs;
  if (ptrace(PTRACE_GETREGS, Hit, NULL, &Regs))
    fail("reading registers");
  for (size_t I = 0; I != sizeof General / sizeof *General; ++I)
    if (!strcmp(General[I].Name, Register) && Bit < 64) {
      unsigned long long *R = (void *)((char *)&Regs + General[I].Offset);
      *R ^= 1ull << Bit;
      if (ptrace(PTRACE_SETREGS, Hit, NULL, &Regs))
        fail("writing registers");
      return;
    }
  errno = EINVAL;
  fail(Register);
}

/// Core that the thread ran on last.
static int coreOf(void) {
  char Path[64], Text[1024];
  snprintf(Path, sizeof Path, "/proc/%d/stat", (int)Hit);
  FILE *File = fopen(Path, "re");
  if (!File)
    fail(Path);
  size_t Size = fread(Text, 1, sizeof Text - 1, File);
  fclose(File);
  Text[Size] = 0;
  char *At = strrchr(Text, ')'); // end of field 2; the core is field 39
  for (int Field = 2; At && Field != 39; ++Field)
    At = strchr(At + 1, ' ');
  if (!At)
    fail(Path);
  return atoi(At);
}

/// Runs until the next stop of a thread that is no signal meant for the program.
static int resume(int Request, int *Status) {
  int Signal = 0;
  for (pid_t Which = Hit;;) {
    if (Which && ptrace(Which == Hit ? Request : PTRACE_CONT, Which, NULL,
                        (void *)(intptr_t)Signal))
      fail("going on");
    Which = waitpid(-1, Status, __WALL);
    if (Which < 0)
      fail("waiting");
    if (!WIFSTOPPED(*Status)) {
      if (Which == Child)
        return 0;
      Which = 0; // a thread has ended
      continue;
    }
    Signal = WSTOPSIG(*Status);
    if (*Status >> 16 || Signal == SIGSTOP) { // a thread has been made, and begins
      Signal = 0;
    } else if (Signal == SIGTRAP) {
      Hit = Which;
      return 1;
    }
  }
}

int main(int Argc, char **Argv) {
  if (Argc < 7 || strcmp(Argv[5], "--")) {
    fputs("usage: flip ADDRESS COUNT REGISTER BIT -- PROGRAM [ARGS...]\n",
          stderr);
    return 2;
  }
  uint64_t Address = strtoull(Argv[1], NULL, 16);
  char *Lasts;
  unsigned long Count = strtoul(Argv[2], &Lasts, 10);
  unsigned long Second = *Lasts == ',' ? strtoul(Lasts + 1, NULL, 10) : 0;
  char **Program = Argv + 6;

  Child = fork();
  if (Child < 0)
    fail("fork");
  if (Child == 0) {
    personality(ADDR_NO_RANDOMIZE);
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(Program[0], Program);
    perror(Program[0]);
    _exit(127);
  }
  Hit = Child;
  signal(SIGALRM, onAlarm);
  alarm(Timeout);
  int Status;
  if (waitpid(Child, &Status, 0) != Child)
    fail("waiting");
  if (!WIFSTOPPED(Status))
    return finish(Status);
  ptrace(PTRACE_SETOPTIONS, Child, NULL, (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE));

  if (Count) {
    void *Pc = (void *)(uintptr_t)(Address + loadBase(Program[0]));
    errno = 0;
    long Word = ptrace(PTRACE_PEEKTEXT, Hit, Pc, NULL);
    if (errno)
      fail("reading the instruction");
    long Trap = (Word & ~0xffl) | 0xcc;
    int Core = -1;
    for (unsigned long I = 1; I <= (Second ? Second : Count) || (*Lasts && !Second); ++I) {
      struct user_regs_struct Regs;
      if (ptrace(PTRACE_POKETEXT, Hit, Pc, (void *)Trap))
        fail("setting the breakpoint");
      if (!resume(PTRACE_CONT, &Status)) {
        if (I > Count && !Second)
          return finish(Status);
        fprintf(stderr, "flip: the instruction ran only %lu times\n", I - 1);
        return TimedOut ? ExitHang : ExitMissed;
      }
      if (ptrace(PTRACE_GETREGS, Hit, NULL, &Regs))
        fail("reading registers");
      if (Regs.rip != (uintptr_t)Pc + 1)
        fail("a trap of the program's own");
      Regs.rip = (uintptr_t)Pc;
      if (ptrace(PTRACE_SETREGS, Hit, NULL, &Regs) ||
          ptrace(PTRACE_POKETEXT, Hit, Pc, (void *)Word))
        fail("removing the breakpoint");
      if (!resume(PTRACE_SINGLESTEP, &Status))
        return finish(Status);
      if (I < Count || (I > Count && I < Second))
        continue;
      if (I == Count)
        Core = coreOf();
      if (*Lasts != '@' || coreOf() == Core)
        flip(Argv[3], (unsigned)strtoul(Argv[4], NULL, 10));
    }
  }
  while (resume(PTRACE_CONT, &Status))
    ;
  return finish(Status);
}

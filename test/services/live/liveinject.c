// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starts a server as its child and flips single register bits in it while it
// works. Being the parent, it may trace under any usual ptrace policy.
//
//   liveinject TEXT_LO TEXT_HI -- SERVER ARG...
//
// TEXT_LO and TEXT_HI (hex) are the file addresses of the code faults may go
// into. Commands on standard input, one answer line each on standard output:
//
//   mark               CPU time counts from now on          -> marked
//   stop STEPS MICROS  stop a random busy thread (drawn with probability
//                      proportional to its CPU time), let it run STEPS
//                      instructions, then on until it is in that code.
//                      MICROS bounds all that.
//                        -> at TID ADDRESS STEPPED START   START: 1 when the
//                           thread was in that code when it was stopped
//                        -> missed REASON
//   next               one more instruction, then as above        -> at ... | missed
//   flip REG BIT WHEN  WHEN: before or after the instruction at ADDRESS. Flips,
//                      lets the thread go.      -> flipped OLD NEW | missed REASON
//   leave              let the thread go unharmed                 -> left
//   kill               SIGKILL to the server
//
// Unasked: "pid PID BIAS" at the start, "exited CODE" or "killed SIGNAL" when the
// server ended, which also ends this program. End of input kills the server.
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t Server, Thread; // Thread: the one stopped now, or 0
static uint64_t TextLo, TextHi, Bias;
static long Stepped;
static int StartedInside;
static bool Ended; // the server's end was seen while tracing its first thread
static int EndStatus;
static volatile sig_atomic_t TimeUp;

static void onAlarm(int Sig) {
  (void)Sig;
  TimeUp = 1;
}

static const struct {
  const char *Name;
  size_t Offset;
} Registers[] = {
#define REG(NAME) {#NAME, offsetof(struct user_regs_struct, NAME)}
    REG(rax), REG(rbx), REG(rcx), REG(rdx), REG(rsi), REG(rdi), REG(rbp), REG(rsp),    REG(r8),
    REG(r9),  REG(r10), REG(r11), REG(r12), REG(r13), REG(r14), REG(r15), REG(eflags), REG(rip)};

// Waits for the traced thread to stop. 1 stopped, 0 time is up, -1 it is gone.
static int waitStop(int *Status) {
  for (;;) {
    pid_t Got = waitpid(Thread, Status, __WALL);
    if (Got == Thread) {
      if (WIFSTOPPED(*Status))
        return 1;
      Ended = Thread == Server;
      EndStatus = *Status;
      Thread = 0;
      return -1;
    }
    if (Got < 0 && errno != EINTR)
      return -1;
    if (TimeUp)
      return 0;
  }
}

static void detach(void) {
  if (Thread)
    ptrace(PTRACE_DETACH, Thread, 0, 0);
  Thread = 0;
}

// Is a trap of our stepping still queued for the thread? Left there, it would
// kill the server once nobody traces it.
static bool trapQueued(void) {
  char Path[64], Line[128];
  unsigned long long Pending = 0;
  snprintf(Path, sizeof Path, "/proc/%d/task/%d/status", (int)Server, (int)Thread);
  FILE *File = fopen(Path, "re");
  while (File && fgets(Line, sizeof Line, File))
    if (sscanf(Line, "SigPnd: %llx", &Pending) == 1)
      break;
  if (File)
    fclose(File);
  return Pending >> (SIGTRAP - 1) & 1;
}

// Gives up on the thread, which may be running.
static void missed(const char *Reason) {
  int Status;
  if (Thread && ptrace(PTRACE_INTERRUPT, Thread, 0, 0) == 0) {
    TimeUp = 0;
    struct itimerval Second = {{0, 0}, {1, 0}};
    setitimer(ITIMER_REAL, &Second, NULL);
    if (waitStop(&Status) == 1 && trapQueued() && ptrace(PTRACE_CONT, Thread, 0, 0) == 0)
      waitStop(&Status);
  }
  detach();
  printf("missed %s\n", Reason);
}

static int step(void) {
  int Status, Signal = 0;
  for (;;) {
    if (ptrace(PTRACE_SINGLESTEP, Thread, 0, Signal) != 0)
      return -1;
    int Got = waitStop(&Status);
    if (Got <= 0)
      return Got;
    Signal = WSTOPSIG(Status);
    if (Signal == SIGTRAP)
      break;
    // A signal of the program's own: deliver it with the next step.
  }
  ++Stepped;
  return 1;
}

static uint64_t pc(void) {
  errno = 0;
  return (uint64_t)ptrace(PTRACE_PEEKUSER, Thread, offsetof(struct user_regs_struct, rip), 0) - Bias;
}

static bool inside(uint64_t At) { return At >= TextLo && At < TextHi; }

static void reportPosition(void) {
  for (uint64_t At; !inside(At = pc());) {
    int Got = TimeUp ? 0 : step();
    if (Got <= 0) {
      missed(Got ? "the thread ended" : "not in the server's own code in time");
      return;
    }
  }
  printf("at %d %" PRIx64 " %ld %d\n", (int)Thread, pc(), Stepped, StartedInside);
}

// CPU time of one thread in ticks, user and system.
static unsigned long cpuTicks(const char *Tid) {
  char Path[64], Text[1024];
  snprintf(Path, sizeof Path, "/proc/%d/task/%s/stat", (int)Server, Tid);
  int File = open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return 0;
  ssize_t Length = read(File, Text, sizeof Text - 1);
  close(File);
  Text[Length > 0 ? Length : 0] = 0;
  unsigned long User = 0, System = 0;
  char *Rest = strrchr(Text, ')');
  if (Rest)
    sscanf(Rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &User, &System);
  return User + System;
}

// Nanoseconds a thread has been running, finer than ticks where available.
static unsigned long cpuTime(const char *Tid) {
  char Path[64];
  snprintf(Path, sizeof Path, "/proc/%d/task/%s/schedstat", (int)Server, Tid);
  unsigned long Nanos = 0;
  FILE *File = fopen(Path, "re");
  if (File) {
    if (fscanf(File, "%lu", &Nanos) != 1)
      Nanos = 0;
    fclose(File);
  }
  return Nanos ? Nanos : cpuTicks(Tid) * 10000000UL;
}

static struct {
  pid_t Tid;
  unsigned long Time;
} Marks[64];

static double sinceMark(const char *Tid, bool Mark) {
  unsigned long Now = cpuTime(Tid);
  pid_t Number = (pid_t)atoi(Tid);
  for (size_t I = 0; I < sizeof Marks / sizeof *Marks; ++I) {
    if (!Marks[I].Tid && Mark)
      Marks[I].Tid = Number;
    if (Marks[I].Tid != Number)
      continue;
    if (Mark)
      Marks[I].Time = Now;
    return (double)(Now - Marks[I].Time);
  }
  return (double)Now;
}

static pid_t drawThread(bool Mark) {
  char Path[32];
  snprintf(Path, sizeof Path, "/proc/%d/task", (int)Server);
  DIR *Tasks = opendir(Path);
  if (!Tasks)
    return 0;
  double Total = 0;
  pid_t Drawn = 0;
  for (struct dirent *Entry; (Entry = readdir(Tasks));) {
    if (Entry->d_name[0] == '.')
      continue;
    double Weight = sinceMark(Entry->d_name, Mark);
    Total += Weight;
    if (drand48() * Total < Weight)
      Drawn = (pid_t)atoi(Entry->d_name);
  }
  closedir(Tasks);
  return Drawn;
}

static void stop(long Steps, long Micros) {
  int Status;
  detach();
  Thread = drawThread(false);
  if (!Thread || ptrace(PTRACE_SEIZE, Thread, 0, 0) != 0) {
    const char *Why = Thread ? strerror(errno) : "no thread";
    Thread = 0;
    printf("missed cannot trace: %s\n", Why);
    return;
  }
  TimeUp = 0;
  // Repeats, should the alarm come between two waits.
  struct itimerval Limit = {{0, 50000}, {Micros / 1000000, Micros % 1000000}};
  setitimer(ITIMER_REAL, &Limit, NULL);
  Stepped = 0;
  if (ptrace(PTRACE_INTERRUPT, Thread, 0, 0) != 0 || waitStop(&Status) != 1) {
    missed("the thread ended");
    return;
  }
  StartedInside = inside(pc());
  while (Stepped < Steps) {
    int Got = TimeUp ? 0 : step();
    if (Got <= 0) {
      missed(Got ? "the thread ended" : "the thread was idle");
      return;
    }
  }
  reportPosition();
}

// Flips one bit of a named register. False when there is no such register.
static bool flipBit(const char *Name, unsigned Bit, uint64_t *Old, uint64_t *New) {
  if (strncmp(Name, "xmm", 3) == 0 && Bit < 128) {
    unsigned Index = (unsigned)atoi(Name + 3);
    struct user_fpregs_struct Vectors;
    if (Index > 15 || ptrace(PTRACE_GETFPREGS, Thread, 0, &Vectors) != 0)
      return false;
    unsigned *Word = (unsigned *)Vectors.xmm_space + Index * 4 + Bit / 32;
    *Old = *Word;
    *New = *Word ^= 1U << (Bit % 32);
    return ptrace(PTRACE_SETFPREGS, Thread, 0, &Vectors) == 0;
  }
  for (size_t I = 0; I < sizeof Registers / sizeof *Registers; ++I)
    if (strcmp(Registers[I].Name, Name) == 0 && Bit < 64) {
      errno = 0;
      *Old = (uint64_t)ptrace(PTRACE_PEEKUSER, Thread, Registers[I].Offset, 0);
      *New = *Old ^ UINT64_C(1) << Bit;
      return !errno && ptrace(PTRACE_POKEUSER, Thread, Registers[I].Offset, *New) == 0;
    }
  return false;
}

static void flip(const char *Name, unsigned Bit, bool After) {
  uint64_t Old = 0, New = 0;
  if (!Thread) {
    printf("missed no thread is stopped\n");
    return;
  }
  int Got = After ? step() : 1;
  if (Got <= 0) {
    missed("the thread ended");
    return;
  }
  bool Done = flipBit(Name, Bit, &Old, &New);
  detach();
  if (Done)
    printf("flipped %" PRIx64 " %" PRIx64 "\n", Old, New);
  else
    printf("missed cannot write %s bit %u\n", Name, Bit);
}

// Where the executable was loaded, relative to its file addresses.
static uint64_t loadBias(void) {
  char Path[64], Exe[4096], Line[4608];
  Elf64_Ehdr Header;
  snprintf(Path, sizeof Path, "/proc/%d/exe", (int)Server);
  ssize_t Length = readlink(Path, Exe, sizeof Exe - 1);
  int File = open(Path, O_RDONLY | O_CLOEXEC);
  bool Fixed = File < 0 || read(File, &Header, sizeof Header) != sizeof Header ||
               Header.e_type == ET_EXEC;
  if (File >= 0)
    close(File);
  if (Fixed || Length <= 0)
    return 0;
  Exe[Length] = 0;
  uint64_t Start = 0;
  snprintf(Path, sizeof Path, "/proc/%d/maps", (int)Server);
  FILE *Maps = fopen(Path, "re");
  while (Maps && !Start && fgets(Line, sizeof Line, Maps))
    if (strstr(Line, Exe))
      Start = strtoull(Line, NULL, 16);
  if (Maps)
    fclose(Maps);
  return Start;
}

static void command(char *Line) {
  char Name[16], When[16];
  long Steps, Micros;
  unsigned Bit;
  if (sscanf(Line, "stop %ld %ld", &Steps, &Micros) == 2)
    stop(Steps, Micros);
  else if (strcmp(Line, "mark") == 0) {
    drawThread(true);
    printf("marked\n");
  } else if (strcmp(Line, "next") == 0 && Thread) {
    if (step() > 0)
      reportPosition();
    else
      missed("the thread ended");
  } else if (sscanf(Line, "flip %15s %u %15s", Name, &Bit, When) == 3)
    flip(Name, Bit, strcmp(When, "after") == 0);
  else if (strcmp(Line, "leave") == 0) {
    detach();
    printf("left\n");
  } else if (strcmp(Line, "kill") == 0)
    kill(Server, SIGKILL);
  else
    printf("missed unknown command\n");
}

static int reportEnd(int Status) {
  if (WIFSIGNALED(Status))
    printf("killed %d\n", WTERMSIG(Status));
  else
    printf("exited %d\n", WEXITSTATUS(Status));
  return 0;
}

int main(int Argc, char **Argv) {
  if (Argc < 5 || strcmp(Argv[3], "--") != 0) {
    fprintf(stderr, "usage: liveinject TEXT_LO TEXT_HI -- SERVER ARG...\n");
    return 2;
  }
  TextLo = strtoull(Argv[1], NULL, 16);
  TextHi = strtoull(Argv[2], NULL, 16);
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGPIPE, SIG_IGN);
  struct sigaction Alarm = {.sa_handler = onAlarm}; // no SA_RESTART: ends waits
  sigaction(SIGALRM, &Alarm, NULL);
  srand48((long)time(NULL) ^ (long)getpid());
  int Ready[2];
  if (pipe2(Ready, O_CLOEXEC) != 0)
    return 2;
  Server = fork();
  if (Server == 0) {
    struct rlimit None = {0, 0};
    setrlimit(RLIMIT_CORE, &None);
    int Null = open("/dev/null", O_RDWR);
    dup2(Null, 0);
    dup2(Null, 1);
    execv(Argv[4], Argv + 4);
    fprintf(stderr, "liveinject: %s: %s\n", Argv[4], strerror(errno));
    _exit(127);
  }
  close(Ready[1]);
  char Byte;
  while (read(Ready[0], &Byte, 1) < 0 && errno == EINTR) // closed by the exec
    ;
  Bias = loadBias();
  printf("pid %d %" PRIx64 "\n", (int)Server, Bias);

  char Line[128];
  size_t Length = 0;
  for (;;) {
    int Status;
    if (Ended)
      return reportEnd(EndStatus);
    if (!Thread && waitpid(Server, &Status, WNOHANG) == Server &&
        (WIFEXITED(Status) || WIFSIGNALED(Status)))
      return reportEnd(Status);
    struct pollfd Input = {.fd = 0, .events = POLLIN};
    if (poll(&Input, 1, 2) <= 0)
      continue;
    ssize_t Got = read(0, Line + Length, sizeof Line - 1 - Length);
    if (Got <= 0) {
      kill(Server, SIGKILL);
      waitpid(Server, &Status, 0);
      return reportEnd(Status);
    }
    Length += (size_t)Got;
    for (char *End; (End = memchr(Line, '\n', Length));) {
      *End = 0;
      command(Line);
      Length -= (size_t)(End + 1 - Line);
      memmove(Line, End + 1, Length);
    }
    if (Length == sizeof Line - 1)
      Length = 0;
  }
}

//===- Stats.c - writing the counters page --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No locks: the thread may be anywhere, and may not come back. Tables only
// grow; an entry is claimed by compare-and-swap.
//===----------------------------------------------------------------------===//
#include "Stats.h"

#include "Syscall.h"

enum { MaxPath = 512, Zeros = 128, MaxProbes = 32 };
enum { ErrnoNoSys = 38, ErrnoNotSupported = 95 };

#define COUNT(FIELD, N) __atomic_fetch_add(&(FIELD), (N), __ATOMIC_RELAXED)

static int64_t now(void) {
  struct {
    int64_t Seconds, Nanoseconds;
  } Now = {0, 0};
  CRIT_SYSCALL(clock_gettime, 0 /*CLOCK_REALTIME*/, &Now, 0, 0);
  return Now.Seconds * 1000000000 + Now.Nanoseconds;
}

// Puts the process id for "%p". Names too long are cut and will not open.
static void expandPath(const char *Path, char Out[MaxPath]) {
  struct crit_text Text = {Out, 0, MaxPath - 1};
  for (; *Path; ++Path) {
    if (Path[0] == '%' && Path[1] == 'p') {
      critTextDec(&Text, CRIT_SYSCALL(getpid, 0, 0, 0, 0));
      ++Path;
    } else {
      critTextChar(&Text, *Path);
    }
  }
  Out[Text.Length] = 0;
}

// Gives the file its size and the blocks for it: a page that has to be
// allocated on a full disk while it is written to would be a SIGBUS.
static int64_t reserve(int64_t Fd, int64_t OldSize) {
  int64_t Result = CRIT_SYSCALL(fallocate, Fd, 0, 0,
                                sizeof(struct crit_stats_page));
  if (Result != -ErrnoNotSupported && Result != -ErrnoNoSys)
    return Result;
  char Zero[Zeros];
  for (uint32_t I = 0; I < Zeros; ++I)
    ((volatile char *)Zero)[I] = 0;
  uint64_t Size = sizeof(struct crit_stats_page);
  for (uint64_t Done = (uint64_t)OldSize; Done < Size;) {
    uint64_t Part = Size - Done < Zeros ? Size - Done : Zeros;
    int64_t N = CRIT_SYSCALL(pwrite64, Fd, Zero, Part, Done);
    if (N <= 0)
      return N < 0 ? N : -28 /*ENOSPC*/;
    Done += (uint64_t)N;
  }
  return 0;
}

struct file_status {
  uint64_t Device, Inode, Links;
  uint32_t Mode, Uid, Gid, Pad;
  uint64_t Type;
  int64_t Size;
  uint64_t Rest[11];
};

static const char *check(const struct crit_stats_page *Page) {
  if (Page->Magic != CRIT_STATS_MAGIC)
    return "is not a counters page";
  if (Page->Version != CRIT_STATS_VERSION)
    return "is a counters page of another version";
  return 0;
}

// Maps an open file; null with *Why or *Errno set.
static struct crit_stats_page *mapPage(int64_t Fd, const char **Why,
                                       int64_t *Errno) {
  struct file_status Status;
  int64_t Size = sizeof(struct crit_stats_page);
  if ((*Errno = CRIT_SYSCALL(fstat, Fd, &Status, 0, 0)) < 0)
    return 0;
  if ((Status.Mode & 0170000) != 0100000)
    *Why = "is not a regular file";
  else if (Status.Uid != (uint32_t)CRIT_SYSCALL(geteuid, 0, 0, 0, 0))
    *Why = "belongs to another user";
  else if (Status.Size && Status.Size != Size)
    *Why = "is not a counters page of this version";
  if (*Why || (*Errno = reserve(Fd, Status.Size)) < 0)
    return 0;
  int64_t Address =
      critSyscall6(CRIT_SYS_mmap, 0, (uint64_t)Size, 3 /*read, write*/,
                   1 /*MAP_SHARED*/, (uint64_t)Fd, 0);
  if ((*Errno = Address) < 0 && Address > -4096)
    return 0;
  struct crit_stats_page *Page = (struct crit_stats_page *)Address;
  if (!__atomic_load_n(&Page->Magic, __ATOMIC_ACQUIRE)) {
    // Several may be here at once; all write the same.
    Page->Version = CRIT_STATS_VERSION;
    Page->Size = (uint32_t)Size;
    Page->Made = now();
    __atomic_store_n(&Page->Magic, CRIT_STATS_MAGIC, __ATOMIC_RELEASE);
  }
  if ((*Why = check(Page))) {
    CRIT_SYSCALL(munmap, Page, Size, 0, 0);
    return 0;
  }
  Page->Opened = now();
  Page->Pid = (int32_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0);
  return Page;
}

struct crit_stats_page *critStatsOpen(const char *Path,
                                      struct crit_text *Errors) {
  char Name[MaxPath];
  expandPath(Path, Name);
  // O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
  int64_t Fd = CRIT_SYSCALL(
      open, Name, 02 | 0100 | 0400 | 04000 | 0400000 | 02000000, 0600, 0);
  struct crit_stats_page *Page = 0;
  const char *Why = 0;
  int64_t Errno = Fd;
  if (Fd >= 0) {
    Page = mapPage(Fd, &Why, &Errno);
    CRIT_SYSCALL(close, Fd, 0, 0, 0);
  }
  if (Page)
    return Page;
  critTextPut(Errors, "crit: CRIT_OPTIONS: cannot count in stats file '");
  critTextName(Errors, Name, MaxPath);
  if (Why) {
    critTextPut(Errors, "': it ");
    critTextPut(Errors, Why);
    critTextPut(Errors, "; name another file\n");
  } else {
    critTextPut(Errors, "' (errno ");
    critTextDec(Errors, -Errno);
    critTextPut(Errors, ")\n");
  }
  return 0;
}

void critStatsAdd(struct crit_stats_page *Page, enum crit_counter Counter,
                  uint64_t N) {
  COUNT(Page->Counters[Counter], N);
}

static uint32_t coreColumn(enum crit_counter Counter) {
  switch (Counter) {
#define CRIT_COUNTER(ENUM, VALUE, NAME, KIND, CORE, TEXT)                      \
  case CRIT_COUNTER_##ENUM:                                                    \
    return CRIT_CORE_##CORE;
#include "crit/counters.def"
  }
  return CRIT_CORE_None;
}

static void countCore(struct crit_stats_page *Page, enum crit_counter Counter,
                      int32_t Core) {
  uint32_t Column = coreColumn(Counter);
  if (Column == CRIT_CORE_None || Core < 0)
    return;
  if (Core >= CRIT_STATS_CORES)
    Core = CRIT_STATS_CORES - 1;
  COUNT(Page->Cores[Core].Count[Column], 1);
}

static uint64_t countBits(struct crit_stats_page *Page, const uint64_t *Bits,
                          uint32_t Words) {
  uint64_t All = 0;
  for (uint32_t W = 0; W < Words; ++W)
    for (uint64_t Rest = Bits[W]; Rest; Rest &= Rest - 1)
      COUNT(Page->Bits[__builtin_ctzll(Rest)], 1);
  for (uint32_t W = 0; W < Words; ++W)
    All |= Bits[W];
  return All;
}

// The entry of Key, claimed if it is new; null without room.
static struct crit_stats_site *findSite(struct crit_stats_page *Page,
                                        uint64_t Key) {
  uint64_t Hash = Key * 0x9e3779b97f4a7c15u >> 40;
  for (uint32_t Probe = 0; Probe < MaxProbes; ++Probe) {
    struct crit_stats_site *Site =
        &Page->Sites[(Hash + Probe) % CRIT_STATS_SITES];
    uint64_t Found = 0;
    if (__atomic_compare_exchange_n(&Site->Key, &Found, Key, 0,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        Found == Key)
      return Site;
  }
  return 0;
}

void critStatsEvent(struct crit_stats_page *Page,
                    const struct crit_stats_event *Event) {
  critStatsAdd(Page, Event->Counter, 1);
  countCore(Page, Event->Counter, Event->Core);
  uint64_t Bits = countBits(Page, Event->Bits, Event->Words);
  struct crit_stats_site *Site = findSite(
      Page, CRIT_SITE_KEY(Event->Counter, Event->Module, Event->Offset));
  if (!Site) {
    COUNT(Page->SitesLost, 1);
    return;
  }
  int64_t None = 0;
  __atomic_compare_exchange_n(&Site->First, &None, Event->Time, 0,
                              __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  __atomic_store_n(&Site->Last, Event->Time, __ATOMIC_RELAXED);
  __atomic_store_n(&Site->Core, Event->Core, __ATOMIC_RELAXED);
  __atomic_fetch_or(&Site->Bits, Bits, __ATOMIC_RELAXED);
  COUNT(Site->Count, 1);
}

int32_t critStatsModule(struct crit_stats_page *Page, const char *Path) {
  for (int32_t I = 0; I < CRIT_STATS_MODULES; ++I) {
    struct crit_stats_module *M = &Page->Modules[I];
    uint32_t State = 0;
    uint32_t At = 0;
    if (__atomic_compare_exchange_n(&M->State, &State, 1, 0, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE)) {
      for (; Path[At] && At < sizeof(M->Path) - 1; ++At)
        M->Path[At] = Path[At];
      __atomic_store_n(&M->State, 2, __ATOMIC_RELEASE);
      return I;
    }
    // One being written may become the same twice; readers do not mind.
    while (State == 2 && Path[At] && M->Path[At] == Path[At])
      ++At;
    if (State == 2 && !M->Path[At] &&
        (!Path[At] || At == sizeof(M->Path) - 1))
      return I;
  }
  return -1;
}

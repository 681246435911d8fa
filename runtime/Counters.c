//===- Counters.c - the process' counters page ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Maps.h"
#include "Runtime.h"
#include "Shared.h"
#include "Stats.h"
#include "Syscall.h"

#define STATE __crit_shared_state_1

// With a page of its own for each process, a forked child must notice that it
// is one: this memory is empty then.
static const uint32_t *markProcess(void) {
  int64_t Address = critSyscall6(CRIT_SYS_mmap, 0, 4096, 3 /*read, write*/,
                                 0x22 /*MAP_PRIVATE | MAP_ANONYMOUS*/, ~0ull, 0);
  if (Address < 0 && Address > -4096)
    return 0;
  if (CRIT_SYSCALL(madvise, Address, 4096, 18 /*MADV_WIPEONFORK*/, 0) < 0) {
    CRIT_SYSCALL(munmap, Address, 4096, 0, 0);
    return 0;
  }
  *(uint32_t *)Address = 1;
  return (const uint32_t *)Address;
}

static int hasPid(const char *Path) {
  for (; *Path; ++Path)
    if (Path[0] == '%' && Path[1] == 'p')
      return 1;
  return 0;
}

static void openPage(void) {
  char Buffer[1024];
  struct crit_text Errors = {Buffer, 0, sizeof(Buffer)};
  const char *Path = critOptions()->stats;
  STATE.Page = *Path ? critStatsOpen(Path, &Errors) : 0;
  STATE.NotForked = STATE.Page && hasPid(Path) ? markProcess() : 0;
  critWriteAll(2, &Errors);
}

struct crit_stats_page *crit_stat_page(void) {
  if (__atomic_load_n(&STATE.PageState, __ATOMIC_ACQUIRE) == CRIT_ONCE_DONE &&
      STATE.NotForked && !*STATE.NotForked) {
    uint64_t Done = CRIT_ONCE_DONE;
    __atomic_compare_exchange_n(&STATE.PageState, &Done, 0, 0, __ATOMIC_ACQUIRE,
                                __ATOMIC_RELAXED);
  }
  critOnce(&STATE.PageState, openPage);
  return STATE.Page;
}

// So that crit-stat finds the page of a program to which nothing happened yet.
__attribute__((constructor(101), used)) static void start(void) {
  crit_stat_page();
}

void crit_stat_count(enum crit_counter Counter, uint64_t N) {
  struct crit_stats_page *Page = crit_stat_page();
  if (Page)
    critStatsAdd(Page, Counter, N);
}

// The place looked up last: most events of an image are in one mapping.
struct place {
  struct crit_stats_page *Page;
  uint64_t Low, High, Start;
  int32_t Module;
};
static struct place Latest;
static uint32_t LatestSequence; // odd: being written

static int findLatest(struct crit_stats_page *Page, uint64_t Code,
                      struct place *Out) {
  uint32_t Before = __atomic_load_n(&LatestSequence, __ATOMIC_ACQUIRE);
  *Out = Latest;
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return !(Before & 1) &&
         __atomic_load_n(&LatestSequence, __ATOMIC_RELAXED) == Before &&
         Out->Page == Page && Code >= Out->Low && Code < Out->High;
}

static void keepLatest(const struct place *New) {
  uint32_t Before = __atomic_load_n(&LatestSequence, __ATOMIC_RELAXED);
  if (Before & 1 ||
      !__atomic_compare_exchange_n(&LatestSequence, &Before, Before + 1, 0,
                                   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  Latest = *New;
  __atomic_store_n(&LatestSequence, Before + 2, __ATOMIC_RELEASE);
}

static void findPlace(struct crit_stats_page *Page, uint64_t Code,
                      struct place *Out) {
  if (findLatest(Page, Code, Out))
    return;
  struct crit_mapping Mapping;
  Out->Start = 0;
  Out->Module = -1;
  Mapping.Path[0] = 0;
  if (!critFindMapping(Code, &Mapping) || Mapping.Path[0] != '/' ||
      !Mapping.Start)
    return;
  Out->Module = critStatsModule(Page, Mapping.Path);
  if (Out->Module < 0)
    return;
  Out->Page = Page;
  Out->Low = Mapping.Low;
  Out->High = Mapping.High;
  Out->Start = Mapping.Start;
  keepLatest(Out);
}

void crit_stat_site(enum crit_counter Counter, const void *Code,
                    const uint64_t *Bits, uint32_t Words) {
  struct crit_stats_page *Page = crit_stat_page();
  if (!Page)
    return;
  struct place Place;
  struct crit_stats_event Event;
  struct {
    int64_t Seconds, Nanoseconds;
  } Now = {0, 0};
  uint32_t Core = 0;
  findPlace(Page, (uint64_t)Code, &Place);
  CRIT_SYSCALL(clock_gettime, 0 /*CLOCK_REALTIME*/, &Now, 0, 0);
  Event.Core = CRIT_SYSCALL(getcpu, &Core, 0, 0, 0) == 0 ? (int32_t)Core : -1;
  Event.Counter = Counter;
  Event.Time = Now.Seconds * 1000000000 + Now.Nanoseconds;
  Event.Module = Place.Module;
  Event.Offset = (uint64_t)Code - Place.Start;
  Event.Bits = Bits;
  Event.Words = Bits ? Words : 0;
  critStatsEvent(Page, &Event);
}

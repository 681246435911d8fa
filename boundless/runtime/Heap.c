//===- Heap.c - low-fat heap ----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One region per size class, slots side by side. Nothing of the allocator lies
// between or inside objects: a state byte per slot and the stacks of free slots
// are elsewhere. A slot keeps its class for ever; freed slots rest in a small
// queue per thread and class before they are used again, so that a stale
// pointer finds old bytes and hurts nobody.
//
// Memory is mapped step by step at its fixed place, never reserved ahead: this
// works with ulimit -v and without overcommit.
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "FreeSlots.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define LAST_SMALL 1024u      // sizes looked up in a table
#define CACHED_MAX (32u << 10) // larger slots are not kept per thread
#define QUEUE 8u
#define QUEUE_MAX 1024u
#define CACHE_MAX 64u
#define DIRTY_BUDGET (16u << 20)
// Places of one class's state bytes and free slots.
#define STATE_BITS 32u
#define FREE_BITS 34u
#define FREE_WORDS (1ull << 33) // behind the bits

struct size_class {
  crit_lock Lock;
  uint32_t Cache;    // entries per thread
  uint64_t Size, Magic;
  uint64_t First;    // slot of the address space that the region begins with
  uint64_t Start;    // first slot used: randomised
  uint64_t Limit;    // slots in the region
  uint64_t Next;     // first slot never used
  uint64_t Mapped;   // slots below are mapped
  uint64_t Dirty;    // free slots that keep their pages,
  uint64_t DirtyLow; // none of them below
  uint8_t *State;    // indexed by slot
  struct free_slots Free; // counted from Start
  // Ends of mappings.
  uint64_t BitsMapped, WordsMapped, StateMapped, OriginMapped;
} __attribute__((aligned(64)));

struct class_cache {
  uint32_t Num, Head;
  void *Queue[QUEUE];
  void *Items[CACHE_MAX];
};

struct thread_cache {
  struct class_cache Class[CRIT_BL_CLASSES];
};

static struct size_class Classes[CRIT_BL_CLASSES];
static uint8_t SmallClass[LAST_SMALL / 16 + 1];
// Of slots that are not kept per thread: handed out, the most that ever was, and
// free ones that keep their pages.
static uint64_t LargeLive, LargePeak, DirtyBytes;
static pthread_key_t Key;
static bool HaveKey;

static CRIT_TLS struct thread_cache *Cache;
static CRIT_TLS bool CacheGone; // the thread's destructors have run

static uint64_t classSize(uint32_t C) {
  if (C < 4)
    return 16u * (C + 1);
  C -= 4; // 80, 96, 112, 128, 160, ...
  uint32_t Log2 = 4 + C / 4;
  // Powers of two above 1 MiB (Abi.h): pages nobody touches cost nothing.
  if (C < 88)
    return Log2 > 17 ? 8ull << Log2 : (uint64_t)(5 + C % 4) << Log2;
  return (uint64_t)1 << (29 + (C - 88)); // powers of two from 512 MiB
}

static uint32_t classOf(size_t N) { // N includes the byte behind the end
  if (N <= LAST_SMALL)
    return SmallClass[(N + 15) / 16];
  if (N > 256u << 20) {
    uint32_t C = 92;
    while (C < CRIT_BL_CLASSES && classSize(C) < N)
      ++C;
    return C;
  }
  uint32_t Log = 63u - (uint32_t)__builtin_clzll(N - 1); // 2^Log <= N-1
  uint32_t Quarter = (uint32_t)((N - 1) >> (Log - 2)) & 3;
  return 4 + (Log - 6) * 4 + Quarter;
}

// Makes [From, To) accessible; both ends page aligned.
static bool mapPlace(uint64_t From, uint64_t To) {
  if (From >= To)
    return true;
  void *P = mmap((void *)From, To - From, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE |
                     MAP_NORESERVE,
                 -1, 0);
  if (P == (void *)From)
    return true;
  if (P != MAP_FAILED)
    munmap(P, To - From);
  return false;
}

static uint64_t pageUp(uint64_t N) { return (N + 4095) & ~4095ull; }

static bool grow(uint64_t Base, uint64_t *End, uint64_t Need, uint64_t Step) {
  uint64_t Want = Base + Need;
  if (Want <= *End)
    return true;
  uint64_t To = *End + Step > Want ? *End + Step : Want;
  if (!mapPlace(*End, pageUp(To)) && !mapPlace(*End, To = pageUp(Want)))
    return false;
  *End = pageUp(To);
  return true;
}

// Room for slots below Upto. The last mapped slot may be mapped in part only:
// the next growth completes it.
static bool mapSlots(struct size_class *C, uint64_t Region, uint64_t Upto) {
  if (Upto > C->Limit)
    return false;
  uint64_t Step = (C->Next - C->Start) * C->Size / 8;
  Step = Step < 64u << 10 ? 64u << 10 : Step > 16u << 20 ? 16u << 20 : Step;
  uint64_t RegionEnd = REGION_START(Region + 1);
  uint64_t Base = C->First * C->Size;
  if (C->Mapped + Step > RegionEnd)
    Step = 0;
  return grow((uint64_t)C->State, &C->StateMapped, Upto, 16u << 10) &&
         grow((uint64_t)C->Free.Bits, &C->BitsMapped,
              (Upto - C->Start) / 8 + 8, 16u << 10) &&
         grow((uint64_t)C->Free.Words, &C->WordsMapped,
              (Upto - C->Start) / 512 + 8, 4096) &&
         grow(Base, &C->Mapped, Upto * C->Size, Step);
}

void critHeapInit(void) {
  uint32_t C = 0;
  for (uint32_t N = 0; N <= LAST_SMALL / 16; ++N) {
    while (classSize(C) < N * 16)
      ++C;
    SmallClass[N] = (uint8_t)C;
  }
  for (C = 0; C < CRIT_BL_CLASSES; ++C) {
    struct size_class *S = &Classes[C];
    uint64_t Region = CRIT_BL_HEAP_REGION + C, Size = classSize(C);
    S->Size = Size;
    S->Magic = critMagicOf(Size);
    S->First = (REGION_START(Region) + Size - 1) / Size;
    S->Limit = REGION_START(Region + 1) / Size;
    S->Limit -= S->Limit < S->First ? S->Limit : S->First;
    S->Start = Size <= 1u << 20 ? critBlRandom() % ((1u << 30) / Size) : 0;
    S->Start = (S->Start + 4095) / 4096 * 4096;
    if (Size > 1u << 20)
      S->Start = 0;
    S->Next = S->Start;
    S->DirtyLow = ~0ull;
    S->Mapped = (S->First + S->Start) * Size & ~4095ull;
    S->State = (uint8_t *)(REGION_START(CRIT_BL_META_REGION) +
                           ((uint64_t)C << STATE_BITS));
    S->StateMapped = (uint64_t)S->State + S->Start;
    S->BitsMapped = REGION_START(CRIT_BL_META_REGION + 8) +
                    ((uint64_t)C << FREE_BITS);
    S->WordsMapped = S->BitsMapped + FREE_WORDS;
    S->Free.Bits = (uint64_t *)S->BitsMapped;
    S->Free.Words = (uint64_t *)S->WordsMapped;
    uint64_t Keep = CACHED_MAX / Size;
    S->Cache = Size > CACHED_MAX ? 0
               : Keep > CACHE_MAX ? CACHE_MAX
               : Keep < 2         ? 2
                                  : (uint32_t)Keep;
    TABLE[Region].Magic = S->Magic;
    TABLE[Region].Size = Size;
  }
}

static uint64_t slotOf(const struct size_class *C, uint64_t P) {
  return critSlotOf(P, C->Magic) - C->First;
}

static uint64_t addressOf(const struct size_class *C, uint64_t Slot) {
  return (C->First + Slot) * C->Size;
}

uint64_t critHeapBase(uint64_t P) {
  const struct size_class *C = &Classes[regionOf(P) - CRIT_BL_HEAP_REGION];
  return addressOf(C, slotOf(C, P));
}

uint8_t *critHeapState(uint64_t P) {
  const struct size_class *C = &Classes[regionOf(P) - CRIT_BL_HEAP_REGION];
  uint64_t Slot = slotOf(C, P);
  return Slot >= C->Start && Slot < C->Next ? &C->State[Slot] : NULL;
}

uint64_t critHeapClassSize(size_t N) {
  uint32_t C = classOf(N + 1);
  return C < CRIT_BL_CLASSES ? Classes[C].Size : 0;
}

// Lock held.
static void putFree(struct size_class *C, const void *P) {
  critFreePut(&C->Free, slotOf(C, (uint64_t)P) - C->Start);
}

static void threadEnd(void *Arg) {
  struct thread_cache *T = Arg;
  Cache = NULL;
  CacheGone = true;
  critStackThreadEnd();
  for (uint32_t I = 0; I < CRIT_BL_CLASSES; ++I) {
    struct size_class *C = &Classes[I];
    struct class_cache *K = &T->Class[I];
    if (!C->Cache)
      continue;
    critBlLock(&C->Lock);
    for (uint32_t N = 0; N < K->Num; ++N)
      putFree(C, K->Items[N]);
    for (uint32_t N = 0; N < QUEUE; ++N)
      if (K->Queue[N])
        putFree(C, K->Queue[N]);
    critBlUnlock(&C->Lock);
  }
  munmap(T, sizeof(*T));
}

static bool makeCache(void) {
  critBlInit();
  if (CacheGone)
    return false;
  void *P = mmap(NULL, sizeof(struct thread_cache), PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED)
    return false;
  Cache = P;
  if (!HaveKey) {
    static crit_lock KeyLock;
    critBlLock(&KeyLock);
    if (!HaveKey)
      HaveKey = pthread_key_create(&Key, threadEnd) == 0;
    critBlUnlock(&KeyLock);
  }
  if (HaveKey)
    pthread_setspecific(Key, P);
  return true;
}

static bool mayKeep(uint64_t Bytes) {
  uint64_t Peak = __atomic_load_n(&LargePeak, __ATOMIC_RELAXED);
  uint64_t Dirty = __atomic_load_n(&DirtyBytes, __ATOMIC_RELAXED) + Bytes;
  return Dirty <= DIRTY_BUDGET &&
         Dirty + __atomic_load_n(&LargeLive, __ATOMIC_RELAXED) <= Peak + Peak / 16;
}

static void givePages(const struct size_class *C, uint64_t P) {
  uint64_t From = pageUp(P), To = (P + C->Size) & ~4095ull;
  madvise((void *)From, To - From, MADV_DONTNEED);
}

// What a free slot holds must not make the process larger than it was when most
// was in use: a table that grows leaves slots of every size behind.
static __attribute__((noinline)) void giveDirtyPages(void) {
  for (uint32_t I = CRIT_BL_CLASSES; I-- && !mayKeep(0);) {
    struct size_class *C = &Classes[I];
    if (!__atomic_load_n(&C->Dirty, __ATOMIC_RELAXED))
      continue;
    critBlLock(&C->Lock);
    for (; C->Dirty && C->DirtyLow < C->Next && !mayKeep(0); ++C->DirtyLow) {
      uint8_t *State = &C->State[C->DirtyLow];
      if ((*State & (SLOT_ALLOCATED | SLOT_DIRTY)) != SLOT_DIRTY)
        continue;
      givePages(C, addressOf(C, C->DirtyLow));
      *State &= (uint8_t)~SLOT_DIRTY;
      --C->Dirty;
      __atomic_sub_fetch(&DirtyBytes, C->Size, __ATOMIC_RELAXED);
    }
    critBlUnlock(&C->Lock);
  }
}

// A slot that is not kept per thread is handed out: nobody may take its pages from
// here on. Lock held.
static void useLarge(struct size_class *C, const void *P) {
  uint8_t *State = &C->State[slotOf(C, (uint64_t)P)];
  uint64_t Live = __atomic_add_fetch(&LargeLive, C->Size, __ATOMIC_RELAXED);
  if (*State & SLOT_DIRTY) {
    --C->Dirty;
    __atomic_sub_fetch(&DirtyBytes, C->Size, __ATOMIC_RELAXED);
  }
  *State |= SLOT_ALLOCATED;
  if (Live > __atomic_load_n(&LargePeak, __ATOMIC_RELAXED))
    __atomic_store_n(&LargePeak, Live, __ATOMIC_RELAXED);
}

// Fills Items with up to Want slots; lock held.
static uint32_t take(struct size_class *C, uint64_t Region, void **Items,
                     uint32_t Want) {
  uint32_t N = C->Free.Num < Want ? (uint32_t)C->Free.Num : Want;
  // Lowest address on top.
  for (uint32_t Place = N; Place--;)
    Items[Place] =
        (void *)addressOf(C, C->Start + critFreeTake(&C->Free));
  if (N)
    return N;
  // New slots a page at a time, so that a class used once stays small.
  uint32_t Fresh = C->Size >= 4096 ? 1 : (uint32_t)(4096 / C->Size);
  if (Fresh > Want)
    Fresh = Want;
  if (!mapSlots(C, Region, C->Next + Fresh) &&
      !mapSlots(C, Region, C->Next + (Fresh = 1)))
    return 0;
  for (N = Fresh; N; --N)
    Items[Fresh - N] = (void *)addressOf(C, C->Next + N - 1);
  C->Next += Fresh;
  return Fresh;
}

static __attribute__((noinline)) void *takeSlow(uint32_t I) {
  struct size_class *C = &Classes[I];
  void *One = NULL;
  if (!Cache)
    makeCache();
  if (!C->Size)
    return NULL;
  critBlLock(&C->Lock);
  if (C->Cache && Cache) {
    struct class_cache *K = &Cache->Class[I];
    uint32_t Want = C->Cache / 2 ? C->Cache / 2 : 1;
    K->Num = take(C, CRIT_BL_HEAP_REGION + I, K->Items, Want);
    if (K->Num)
      One = K->Items[--K->Num];
  } else {
    take(C, CRIT_BL_HEAP_REGION + I, &One, 1);
    if (One && !C->Cache)
      useLarge(C, One);
  }
  critBlUnlock(&C->Lock);
  if (UNLIKELY(!mayKeep(0)))
    giveDirtyPages();
  return One;
}

static __attribute__((noinline)) void giveSlow(uint32_t I, void *P,
                                               uint8_t *State) {
  struct size_class *C = &Classes[I];
  if (C->Cache && Cache) {
    // Full: the older half goes back.
    struct class_cache *K = &Cache->Class[I];
    uint32_t Half = C->Cache / 2;
    critBlLock(&C->Lock);
    for (uint32_t N = 0; N < Half; ++N)
      putFree(C, K->Items[N]);
    critBlUnlock(&C->Lock);
    K->Num -= Half;
    memmove(K->Items, K->Items + Half, K->Num * sizeof(void *));
    K->Items[K->Num++] = P;
    return;
  }
  bool Keep = true;
  if (!C->Cache) {
    __atomic_sub_fetch(&LargeLive, C->Size, __ATOMIC_RELAXED);
    if (!(Keep = mayKeep(C->Size)))
      givePages(C, (uint64_t)P);
  }
  critBlLock(&C->Lock);
  if (!C->Cache && Keep) {
    *State |= SLOT_DIRTY;
    ++C->Dirty;
    __atomic_add_fetch(&DirtyBytes, C->Size, __ATOMIC_RELAXED);
    uint64_t Slot = slotOf(C, (uint64_t)P);
    C->DirtyLow = C->DirtyLow < Slot ? C->DirtyLow : Slot;
  }
  putFree(C, P);
  critBlUnlock(&C->Lock);
}

// Pages of a slot that were given back read as zero.
static bool isZero(const struct size_class *C, uint64_t P, uint8_t State) {
  if (!(State & SLOT_USED))
    return true;
  return C->Size >= CACHED_MAX * 2 && !(State & SLOT_DIRTY) &&
         !(P & 4095) && !(C->Size & 4095);
}

// A place for a word for every slot, touched only when origins are noted.
static const struct crit_bl_site **originOf(uint32_t I, uint64_t P) {
  const struct size_class *C = &Classes[I];
  uint64_t Slot = slotOf(C, P) - C->Start;
  return (const struct crit_bl_site **)(REGION_START(CRIT_BL_ORIGIN_REGION) +
                                        ((uint64_t)I << FREE_BITS)) +
         Slot;
}

static __attribute__((noinline)) void noteOrigin(uint32_t I, uint64_t P) {
  struct size_class *C = &Classes[I];
  const struct crit_bl_site *Origin = critStacks.Origin;
  critStacks.Origin = NULL;
  uint64_t Start = REGION_START(CRIT_BL_ORIGIN_REGION) + ((uint64_t)I << FREE_BITS);
  uint64_t Need = (uint64_t)(originOf(I, P) + 1) - Start;
  if (Need > 1ull << FREE_BITS)
    return;
  critBlLock(&C->Lock);
  if (!C->OriginMapped)
    C->OriginMapped = Start;
  bool Ok = grow(Start, &C->OriginMapped, Need, 64u << 10);
  critBlUnlock(&C->Lock);
  if (Ok)
    *originOf(I, P) = Origin;
}

const struct crit_bl_site *critHeapOrigin(uint64_t P) {
  if (!critBlOptions.Origins || !critIsHeap(P))
    return NULL;
  uint32_t I = regionOf(P) - CRIT_BL_HEAP_REGION;
  const struct crit_bl_site **At = originOf(I, P);
  return (uint64_t)(At + 1) <= Classes[I].OriginMapped ? *At : NULL;
}

void *critHeapAllocate(size_t N, size_t Align, bool Zero) {
  if (UNLIKELY(N >= 1ull << 35))
    return NULL;
  if (UNLIKELY(!critBlReady))
    critBlInit();
  uint32_t I = classOf(N + 1);
  if (UNLIKELY(Align > 16)) {
    if (N < Align)
      N = Align - 1;
    for (I = classOf(N + 1); I < CRIT_BL_CLASSES && Classes[I].Size % Align;)
      ++I;
  }
  if (UNLIKELY(I >= CRIT_BL_CLASSES))
    return NULL;
  struct thread_cache *T = Cache;
  void *P;
  if (LIKELY(T && T->Class[I].Num))
    P = T->Class[I].Items[--T->Class[I].Num];
  else if (!(P = takeSlow(I)))
    return NULL;
  const struct size_class *C = &Classes[I];
  uint8_t *State = &C->State[slotOf(C, (uint64_t)P)];
  uint8_t Old = *State;
  *State = SLOT_ALLOCATED | SLOT_USED;
  if (UNLIKELY(Old & SLOT_OVERLAY))
    critOverlayDrop((uint64_t)P);
  if (UNLIKELY(critBlOptions.Origins))
    noteOrigin(I, (uint64_t)P);
  if (Zero && !isZero(C, (uint64_t)P, Old))
    memset(P, 0, N);
  return P;
}

bool critHeapFree(void *Ptr, const char *What) {
  uint64_t P = (uint64_t)Ptr;
  if (UNLIKELY(!critIsHeap(P))) {
    critReportFree(Ptr, isWindow(P) ? "a pointer that left its object"
                                    : "a pointer that is no heap object",
                   __builtin_return_address(0));
    return false;
  }
  uint32_t I = regionOf(P) - CRIT_BL_HEAP_REGION;
  struct size_class *C = &Classes[I];
  uint64_t Slot = slotOf(C, P);
  if (UNLIKELY(Slot < C->Start || Slot >= C->Next)) {
    critReportFree(Ptr, "a pointer that was never allocated",
                   __builtin_return_address(0));
    return false;
  }
  uint8_t *State = &C->State[Slot];
  if (UNLIKELY(!(*State & SLOT_ALLOCATED) ||
               P != addressOf(C, Slot))) {
    critReportFree(Ptr,
                   *State & SLOT_ALLOCATED ? "a pointer into an object"
                                           : "an object that is already free",
                   __builtin_return_address(0));
    return false;
  }
  if (UNLIKELY(*State & SLOT_OVERLAY))
    critOverlayDrop(P);
  *State = SLOT_USED;
  // A thread may free before it allocates anything.
  if (UNLIKELY(!Cache && C->Cache))
    makeCache();
  struct thread_cache *T = Cache;
  if (LIKELY(T && C->Cache)) {
    struct class_cache *K = &T->Class[I];
    if (C->Size <= QUEUE_MAX) {
      void **Place = &K->Queue[K->Head++ % QUEUE];
      void *Oldest = *Place;
      *Place = Ptr;
      if (!(Ptr = Oldest))
        return true;
    }
    if (LIKELY(K->Num < C->Cache)) {
      K->Items[K->Num++] = Ptr;
      return true;
    }
  }
  giveSlow(I, Ptr, State);
  return true;
}

void *critHeapMalloc(size_t N) {
  struct thread_cache *T = Cache;
  if (UNLIKELY(N >= LAST_SMALL || !T || critBlOptions.Origins))
    return critMallocOther(N);
  uint32_t I = SmallClass[(N + 16) / 16];
  struct class_cache *K = &T->Class[I];
  uint32_t Num = K->Num;
  if (UNLIKELY(!Num))
    return critMallocOther(N);
  void *P = K->Items[Num - 1];
  const struct size_class *C = &Classes[I];
  uint8_t *State = &C->State[slotOf(C, (uint64_t)P)];
  if (UNLIKELY(*State & SLOT_OVERLAY))
    return critMallocOther(N);
  *State = SLOT_ALLOCATED | SLOT_USED;
  K->Num = Num - 1;
  return P;
}

void critHeapFreeQuick(void *Ptr) {
  uint64_t P = (uint64_t)Ptr;
  uint32_t I = regionOf(P) - CRIT_BL_HEAP_REGION;
  struct thread_cache *T = Cache;
  if (UNLIKELY(I >= CRIT_BL_CLASSES || !T))
    return critFreeOther(Ptr);
  struct size_class *C = &Classes[I];
  uint64_t Slot = slotOf(C, P);
  if (UNLIKELY(Slot < C->Start || Slot >= C->Next || C->Size > QUEUE_MAX))
    return critFreeOther(Ptr);
  uint8_t *State = &C->State[Slot];
  struct class_cache *K = &T->Class[I];
  uint32_t Num = K->Num;
  if (UNLIKELY((*State & (SLOT_ALLOCATED | SLOT_OVERLAY)) != SLOT_ALLOCATED ||
               P != addressOf(C, Slot) || Num >= C->Cache))
    return critFreeOther(Ptr);
  *State = SLOT_USED;
  void **Place = &K->Queue[K->Head++ % QUEUE];
  void *Oldest = *Place;
  *Place = Ptr;
  // Written where nobody looks if there was none.
  K->Items[Num] = Oldest;
  K->Num = Num + (Oldest != NULL);
}

void critHeapForkLock(void) {
  for (uint32_t I = 0; I < CRIT_BL_CLASSES; ++I)
    critBlLock(&Classes[I].Lock);
}

void critHeapForkUnlock(void) {
  for (uint32_t I = 0; I < CRIT_BL_CLASSES; ++I)
    critBlUnlock(&Classes[I].Lock);
}

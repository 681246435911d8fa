//===- Overlay.c - where out-of-bounds bytes live -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A chunk keeps 64 KiB of one object's out-of-bounds bytes, offsets counted from
// the object's start, negative ones too. Chunks lie in the window region: their
// addresses can be handed out in place of pointers that left their object, and
// anyone may dereference them. Behind each chunk the same room again is mapped,
// for who walks on.
//
// What was never written reads as zero. Full: the chunk not used for the longest
// time is given up, its bytes are forgotten.
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "Stats.h"

#include <string.h>
#include <sys/mman.h>

#define CHUNK_LOG2 16
#define CHUNK (1ull << CHUNK_LOG2)
#define STRIDE (2 * CHUNK)
#define MAX_CHUNKS 4096u
#define BUCKETS 4096u

struct chunk {
  uint64_t Base, Size;
  int64_t Index;      // offset / CHUNK
  uint32_t Next;      // in the bucket, index + 1
  uint32_t Newer, Older; // index + 1
  bool Used, Touched;
};

static struct chunk Chunks[MAX_CHUNKS];
static uint32_t Buckets[BUCKETS];
static uint32_t Newest, Oldest, Free, Next;
static crit_lock Lock;
static uint64_t MappedEnd;
bool critOverlayUsed;
// A signal handler that comes while its thread holds the lock gets zeros.
static CRIT_TLS bool Inside;

static bool enter(void) {
  if (Inside)
    return false;
  Inside = true;
  critBlLock(&Lock);
  return true;
}

static void leave(void) {
  critBlUnlock(&Lock);
  Inside = false;
}

void critOverlayForkLock(void) { critBlLock(&Lock); }
void critOverlayForkUnlock(void) { critBlUnlock(&Lock); }

static uint64_t addressOf(uint32_t C) {
  return REGION_START(CRIT_BL_WINDOW_REGION) + STRIDE * (C + 1);
}

static uint32_t bucketOf(uint64_t Base, int64_t Index) {
  uint64_t H = (Base ^ (uint64_t)Index * 0x9e3779b97f4a7c15ull);
  return (uint32_t)((H * 0xff51afd7ed558ccdull) >> 52) % BUCKETS;
}

static void unlinkAge(uint32_t C) {
  struct chunk *K = &Chunks[C];
  *(K->Newer ? &Chunks[K->Newer - 1].Older : &Newest) = K->Older;
  *(K->Older ? &Chunks[K->Older - 1].Newer : &Oldest) = K->Newer;
}

static void linkNewest(uint32_t C) {
  Chunks[C].Newer = 0;
  Chunks[C].Older = Newest;
  *(Newest ? &Chunks[Newest - 1].Newer : &Oldest) = C + 1;
  Newest = C + 1;
}

static void unlinkBucket(uint32_t C) {
  uint32_t *At = &Buckets[bucketOf(Chunks[C].Base, Chunks[C].Index)];
  while (*At && *At != C + 1)
    At = &Chunks[*At - 1].Next;
  if (*At)
    *At = Chunks[C].Next;
}

static void forget(uint32_t C) {
  unlinkBucket(C);
  unlinkAge(C);
  Chunks[C].Used = false;
  crit_stat_count(CRIT_COUNTER_OverlayBytes, -CHUNK);
  madvise((void *)addressOf(C), STRIDE, MADV_DONTNEED);
}

static int32_t find(uint64_t Base, int64_t Index) {
  for (uint32_t At = Buckets[bucketOf(Base, Index)]; At;
       At = Chunks[At - 1].Next) {
    struct chunk *K = &Chunks[At - 1];
    if (K->Base == Base && K->Index == Index) {
      if (Newest != At) {
        unlinkAge(At - 1);
        linkNewest(At - 1);
      }
      return (int32_t)(At - 1);
    }
  }
  return -1;
}

static bool mapChunk(uint32_t C) {
  uint64_t From = addressOf(C);
  if (From + STRIDE <= MappedEnd)
    return true;
  uint64_t Bytes = STRIDE * 32;
  if (!MappedEnd)
    MappedEnd = From;
  void *P = mmap((void *)MappedEnd, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | 0x100000, -1, 0);
  if (P != (void *)MappedEnd) {
    if (P != MAP_FAILED)
      munmap(P, Bytes);
    return false;
  }
  MappedEnd += Bytes;
  return true;
}

static int32_t create(const struct crit_object *O, int64_t Index) {
  uint32_t C, Cap = critBlOptions.Chunks;
  if (Cap > MAX_CHUNKS)
    Cap = MAX_CHUNKS;
  if (Free) {
    C = Free - 1;
    Free = Chunks[C].Next;
  } else if (Next < Cap && mapChunk(Next)) {
    C = Next++;
  } else if (Oldest) {
    if (critBlOptions.StopWhenFull && !critBlOptions.Never)
      critStop("more out-of-bounds memory than bounds_chunks", NULL);
    C = Oldest - 1;
    forget(C);
    ++critBlCounts.Evicted;
  } else {
    return -1;
  }
  struct chunk *K = &Chunks[C];
  K->Base = O->Base;
  K->Size = O->Size;
  K->Index = Index;
  K->Used = true;
  uint32_t *Bucket = &Buckets[bucketOf(O->Base, Index)];
  K->Next = *Bucket;
  *Bucket = C + 1;
  linkNewest(C);
  crit_stat_count(CRIT_COUNTER_OverlayBytes, CHUNK);
  critOverlayUsed = true;
  if (critIsHeap(O->Base)) {
    uint8_t *State = critHeapState(O->Base);
    if (State)
      __atomic_or_fetch(State, SLOT_OVERLAY, __ATOMIC_RELAXED);
  }
  return (int32_t)C;
}

// Part of [Offset, Offset + N) that is in one chunk or in the object.
static uint64_t pieceOf(const struct crit_object *O, int64_t Offset, uint64_t N,
                        bool *InBounds) {
  uint64_t Left;
  *InBounds = (uint64_t)Offset < O->Size;
  if (*InBounds) {
    Left = O->Size - (uint64_t)Offset;
  } else {
    Left = CHUNK - ((uint64_t)Offset & (CHUNK - 1));
    if (Offset < 0 && Left > (uint64_t)-Offset)
      Left = (uint64_t)-Offset;
  }
  return N < Left ? N : Left;
}

void critObjectRead(const struct crit_object *O, int64_t Offset, void *To,
                    uint64_t N) {
  char *Out = To;
  while (N) {
    bool InBounds;
    uint64_t Part = pieceOf(O, Offset, N, &InBounds);
    if (InBounds) {
      memcpy(Out, (const void *)(O->Base + (uint64_t)Offset), Part);
    } else if (!critOverlayUsed || !enter()) {
      memset(Out, 0, Part);
    } else {
      int32_t C = find(O->Base, Offset >> CHUNK_LOG2);
      if (C >= 0)
        memcpy(Out,
               (const void *)(addressOf((uint32_t)C) +
                              ((uint64_t)Offset & (CHUNK - 1))),
               Part);
      else
        memset(Out, 0, Part);
      leave();
    }
    Out += Part;
    Offset += (int64_t)Part;
    N -= Part;
  }
}

void critObjectWrite(const struct crit_object *O, int64_t Offset,
                     const void *From, uint64_t N) {
  const char *In = From;
  while (N) {
    bool InBounds;
    uint64_t Part = pieceOf(O, Offset, N, &InBounds);
    if (InBounds) {
      memcpy((void *)(O->Base + (uint64_t)Offset), In, Part);
    } else if (enter()) {
      int32_t C = find(O->Base, Offset >> CHUNK_LOG2);
      if (C < 0)
        C = create(O, Offset >> CHUNK_LOG2);
      if (C >= 0)
        memcpy((void *)(addressOf((uint32_t)C) +
                        ((uint64_t)Offset & (CHUNK - 1))),
               In, Part);
      leave();
    }
    In += Part;
    Offset += (int64_t)Part;
    N -= Part;
  }
}

uint64_t critWindowAddress(const struct crit_object *O, bool Create) {
  uint64_t P = 0;
  if ((!Create && !critOverlayUsed) || !enter())
    return 0;
  int32_t C = find(O->Base, O->Offset >> CHUNK_LOG2);
  if (C < 0 && Create)
    C = create(O, O->Offset >> CHUNK_LOG2);
  if (C >= 0)
    P = addressOf((uint32_t)C) + ((uint64_t)O->Offset & (CHUNK - 1));
  leave();
  return P;
}

bool critWindowDecode(uint64_t P, struct crit_object *O) {
  uint64_t At = P - REGION_START(CRIT_BL_WINDOW_REGION);
  uint64_t C = At / STRIDE - 1;
  if (At < STRIDE || C >= MAX_CHUNKS || !Chunks[C].Used)
    return false;
  const struct chunk *K = &Chunks[C];
  O->Base = K->Base;
  O->Size = K->Size;
  O->Offset = (int64_t)((uint64_t)K->Index << CHUNK_LOG2) +
              (int64_t)(At % STRIDE);
  return true;
}

static void drop(uint32_t C) {
  forget(C);
  Chunks[C].Next = Free;
  Free = C + 1;
}

void critOverlayDrop(uint64_t Base) {
  if (!enter())
    return;
  for (uint32_t C = 0; C < Next; ++C)
    if (Chunks[C].Used && Chunks[C].Base == Base)
      drop(C);
  leave();
}

void critOverlayMove(uint64_t Old, uint64_t OldSize, uint64_t New,
                     uint64_t NewSize) {
  struct crit_object O = {Old, OldSize, 0};
  for (uint64_t At = OldSize; At < NewSize;) {
    uint64_t N = CHUNK - (At & (CHUNK - 1));
    if (N > NewSize - At)
      N = NewSize - At;
    O.Offset = (int64_t)At;
    if (critWindowAddress(&O, false))
      critObjectRead(&O, (int64_t)At, (void *)(New + At), N);
    At += N;
  }
}

struct crit_object critObjectOf(uint64_t P, uint64_t Root, uint64_t Size) {
  struct crit_object O = {Root, Size, 0};
  if (isWindow(Root)) {
    if (critWindowDecode(Root, &O)) {
      O.Offset += (int64_t)(P - Root);
      return O;
    }
    // Its chunk was given up; the address is as good an object as any.
    O.Base = Root;
    O.Size = 0;
  } else if (regionOf(Root) < CRIT_BL_REGIONS && TABLE[regionOf(Root)].Magic) {
    const struct crit_bl_entry_row *E = &TABLE[regionOf(Root)];
    O.Base = critSlotOf(Root, E->Magic) * E->Size;
    O.Size = E->Size;
  } else if (Size == ~0ull || !Size) {
    O.Base = Root;
    O.Size = ~0ull;
    if (TABLE[regionOf(Root) % CRIT_BL_REGIONS].Size == 0)
      critGlobalFind(Root, &O.Base, &O.Size);
  }
  O.Offset = (int64_t)(P - O.Base);
  return O;
}

uint64_t critAvailableSlow(uint64_t P) {
  if (isWindow(P))
    return 0;
  uint64_t Base, Size;
  return critGlobalFind(P, &Base, &Size) ? Size - (P - Base) : ~0ull;
}

bool critEndsSlow(uint64_t P) {
  uint64_t Base, Size;
  if (isWindow(P) || critIsSlot(P))
    return false;
  return !critGlobalFind(P, &Base, &Size) || !((const char *)Base)[Size - 1];
}

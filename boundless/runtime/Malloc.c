//===- Malloc.c - malloc and its family -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces libc's in the executable, and so for every library of the process;
// C++ new and delete end here, too. What no size class holds is mapped on its
// own and has no bounds.
//===----------------------------------------------------------------------===//
#include "Bounds.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MREMAP_MAYMOVE
#define MREMAP_MAYMOVE 1
#endif

// Mappings of their own: few, so a list.
struct huge {
  struct huge *Next;
  uint64_t Size; // of the mapping
};
static struct huge *Huge;
static crit_lock HugeLock;

static void *hugeAllocate(size_t N, size_t Align) {
  if (N > 1ull << 46 || Align > 4096) {
    errno = ENOMEM;
    return NULL;
  }
  uint64_t Size = (N + 2 * 4096) & ~4095ull;
  struct huge *H = mmap(NULL, Size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (H == MAP_FAILED) {
    errno = ENOMEM;
    return NULL;
  }
  H->Size = Size;
  critBlLock(&HugeLock);
  H->Next = Huge;
  Huge = H;
  critBlUnlock(&HugeLock);
  return (char *)H + 4096;
}

static struct huge **findHuge(void *P) {
  struct huge **At = &Huge;
  while (*At && (char *)*At + 4096 != (char *)P)
    At = &(*At)->Next;
  return *At ? At : NULL;
}

static void *allocate(size_t N, size_t Align, bool Zero) {
  void *P = critHeapAllocate(N, Align, Zero);
  return LIKELY(P != NULL) ? P : hugeAllocate(N, Align);
}

void *critMallocOther(size_t N) { return allocate(N, 16, false); }
CRIT_EXPORT void *malloc(size_t N) { return critHeapMalloc(N); }

CRIT_EXPORT void *calloc(size_t A, size_t B) {
  size_t N;
  if (UNLIKELY(__builtin_mul_overflow(A, B, &N))) {
    errno = ENOMEM;
    return NULL;
  }
  return allocate(N, 16, true);
}

void critFreeOther(void *P) {
  if (!P)
    return;
  int Saved = errno;
  struct huge *H = NULL;
  if (!critIsHeap((uint64_t)P)) {
    critBlLock(&HugeLock);
    struct huge **At = findHuge(P);
    H = At ? *At : NULL;
    if (At)
      *At = H->Next;
    critBlUnlock(&HugeLock);
  }
  if (H)
    munmap(H, H->Size);
  else
    critHeapFree(P, "free");
  errno = Saved;
}

CRIT_EXPORT void free(void *P) { critHeapFreeQuick(P); }

static void *reallocHuge(void *P, size_t N) {
  critBlLock(&HugeLock);
  struct huge **At = findHuge(P);
  uint64_t Old = At ? (*At)->Size - 4096 : 0;
  critBlUnlock(&HugeLock);
  if (!At) {
    critReportFree(P, "a pointer that is no heap object",
                   __builtin_return_address(0));
    return allocate(N, 16, false);
  }
  void *New = allocate(N, 16, false);
  if (New) {
    memcpy(New, P, Old < N ? Old : N);
    free(P);
  }
  return New;
}

CRIT_EXPORT void *realloc(void *P, size_t N) {
  if (!P)
    return malloc(N);
  if (!N) {
    free(P);
    return NULL;
  }
  if (!critIsHeap((uint64_t)P))
    return reallocHuge(P, N);
  uint8_t *State = critHeapState((uint64_t)P);
  uint64_t Base = critHeapBase((uint64_t)P);
  if (UNLIKELY(!State || !(*State & SLOT_ALLOCATED) || Base != (uint64_t)P)) {
    critReportFree(P, "a pointer that cannot be reallocated",
                   __builtin_return_address(0));
    // Old bytes for whoever reads on.
    void *New = malloc(N);
    uint64_t Room = TABLE[regionOf(P)].Size - ((uint64_t)P - Base);
    if (New && State)
      memcpy(New, P, Room < N ? Room : N);
    return New;
  }
  uint64_t Size = TABLE[regionOf(P)].Size;
  // Shrinking far moves to a smaller slot.
  if (N < Size && (N >= Size / 2 || Size <= 64))
    return P;
  void *New = allocate(N, 16, false);
  if (!New)
    return NULL;
  memcpy(New, P, Size < N ? Size : N);
  if (UNLIKELY(*State & SLOT_OVERLAY) && N > Size)
    critOverlayMove((uint64_t)P, Size, (uint64_t)New, N);
  critHeapFree(P, "realloc");
  return New;
}

CRIT_EXPORT void *reallocarray(void *P, size_t A, size_t B) {
  size_t N;
  if (__builtin_mul_overflow(A, B, &N)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(P, N);
}

CRIT_EXPORT int posix_memalign(void **Out, size_t Align, size_t N) {
  if (Align < sizeof(void *) || (Align & (Align - 1)))
    return EINVAL;
  int Saved = errno;
  void *P = allocate(N, Align, false);
  errno = Saved;
  if (!P)
    return ENOMEM;
  *Out = P;
  return 0;
}

CRIT_EXPORT void *memalign(size_t Align, size_t N) {
  // Like glibc: up to the next power of two.
  size_t Power = 16;
  while (Power < Align && Power <= 1ull << 40)
    Power *= 2;
  return allocate(N, Power, false);
}

CRIT_EXPORT void *aligned_alloc(size_t Align, size_t N) {
  return memalign(Align, N);
}
CRIT_EXPORT void *valloc(size_t N) { return memalign(4096, N); }
CRIT_EXPORT void *pvalloc(size_t N) {
  return memalign(4096, (N + 4095) & ~4095ull);
}
CRIT_EXPORT void cfree(void *P) { free(P); }

static __attribute__((noinline)) size_t usableOther(void *P) {
  if (!P)
    return 0;
  critBlLock(&HugeLock);
  struct huge **At = findHuge(P);
  size_t N = At ? (*At)->Size - 4096 : 0;
  critBlUnlock(&HugeLock);
  return N;
}

CRIT_EXPORT size_t malloc_usable_size(void *P) {
  // Whoever does not own it may ask: it has its slot's bounds all the same.
  return LIKELY(critIsHeap((uint64_t)P)) ? TABLE[regionOf(P)].Size - 1
                                         : usableOther(P);
}

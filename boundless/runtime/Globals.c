//===- Globals.c - which global variable an address is in -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each hardened image registers its list of variables from a constructor. The
// regions the images lie in get Size 0 in the table: code asks here for bounds
// of pointers into them. All lists are merged into one sorted by address; an old
// one is never freed, since a thread may be reading it.
//===----------------------------------------------------------------------===//
#include "Bounds.h"

#include <string.h>
#include <sys/mman.h>

struct list {
  uint64_t Num;
  struct crit_bl_global All[];
};

static struct list *Current;
static uint64_t Low = ~0ull, High; // of all variables
static crit_lock Lock;

bool critGlobalFind(uint64_t P, uint64_t *Base, uint64_t *Size) {
  const struct list *L = __atomic_load_n(&Current, __ATOMIC_ACQUIRE);
  if (!L || P < Low || P >= High)
    return false;
  // Where an address like this was found last; looked at before it is believed.
  static uint32_t Hints[256];
  uint32_t *Hint = &Hints[P >> 4 & 255];
  uint64_t From = __atomic_load_n(Hint, __ATOMIC_RELAXED), To = L->Num;
  if (From < To && L->All[From].Address <= P &&
      (From + 1 == To || P < L->All[From + 1].Address))
    To = From + 1;
  else
    From = 0;
  while (To - From > 1) {
    uint64_t Middle = (From + To) / 2;
    if (L->All[Middle].Address <= P)
      From = Middle;
    else
      To = Middle;
  }
  __atomic_store_n(Hint, (uint32_t)From, __ATOMIC_RELAXED);
  if (P - L->All[From].Address >= L->All[From].Size)
    return false;
  *Base = L->All[From].Address;
  *Size = L->All[From].Size;
  return true;
}

static void sort(struct crit_bl_global *A, uint64_t N) {
  // Heap sort: no recursion, no memory.
  for (uint64_t Start = N / 2, End = N; End > 1;) {
    struct crit_bl_global X;
    if (Start) {
      X = A[--Start];
    } else {
      X = A[--End];
      A[End] = A[0];
    }
    uint64_t Root = Start, Child;
    while ((Child = 2 * Root + 1) < End) {
      if (Child + 1 < End && A[Child + 1].Address > A[Child].Address)
        ++Child;
      if (A[Child].Address <= X.Address)
        break;
      A[Root] = A[Child];
      Root = Child;
    }
    A[Root] = X;
  }
}

static struct list *makeList(uint64_t Num) {
  uint64_t Bytes = sizeof(struct list) + Num * sizeof(struct crit_bl_global);
  void *P = mmap(NULL, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return P == MAP_FAILED ? NULL : P;
}

static bool listed(uint64_t Address, const struct crit_bl_global *Begin,
                   const struct crit_bl_global *End) {
  while (Begin < End && Begin->Address != Address)
    ++Begin;
  return Begin < End;
}

static void change(const struct crit_bl_global *Begin,
                   const struct crit_bl_global *End, bool Add) {
  critBlInit();
  critBlLock(&Lock);
  struct list *Old = Current;
  uint64_t Num = (uint64_t)(End - Begin), Kept = 0;
  struct list *New = makeList((Old ? Old->Num : 0) + Num);
  if (New) {
    for (uint64_t I = 0; Old && I < Old->Num; ++I)
      if (Add || !listed(Old->All[I].Address, Begin, End))
        New->All[Kept++] = Old->All[I];
    for (const struct crit_bl_global *G = Begin; Add && G < End; ++G)
      if (G->Size) {
        New->All[Kept++] = *G;
        if (G->Address < Low)
          Low = G->Address;
        if (G->Address + G->Size > High)
          High = G->Address + G->Size;
        TABLE[regionOf(G->Address) % CRIT_BL_REGIONS].Size = 0;
      }
    sort(New->All, Kept);
    // The same variable from two objects of a COMDAT.
    uint64_t Unique = 0;
    for (uint64_t I = 0; I < Kept; ++I)
      if (!Unique || New->All[Unique - 1].Address != New->All[I].Address)
        New->All[Unique++] = New->All[I];
    New->Num = Unique;
    __atomic_store_n(&Current, New, __ATOMIC_RELEASE);
  }
  critBlUnlock(&Lock);
}

static void add(const struct crit_bl_global *Begin,
                const struct crit_bl_global *End) {
  change(Begin, End, true);
}
static void drop(const struct crit_bl_global *Begin,
                 const struct crit_bl_global *End) {
  change(Begin, End, false);
}

void critGlobalsInit(void) {
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_GLOBALS] = (void *)add;
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_GLOBALS_END] = (void *)drop;
}

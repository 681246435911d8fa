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

// Where an address like this was found last; looked at before it is believed.
static uint32_t Hints[256];

// The last variable that begins at P or below, or the first of all.
static __attribute__((noinline)) uint64_t search(const struct list *L,
                                                 uint64_t P) {
  uint64_t From = 0, To = L->Num;
  while (To - From > 1) {
    uint64_t Middle = (From + To) / 2;
    if (L->All[Middle].Address <= P)
      From = Middle;
    else
      To = Middle;
  }
  __atomic_store_n(&Hints[P >> 4 & 255], (uint32_t)From, __ATOMIC_RELAXED);
  return From;
}

// The variable P is in, if one like it was looked for before: tried before
// anything else, for that is what nearly all are.
static inline const struct crit_bl_global *hinted(const struct list *L,
                                                  uint64_t P) {
  uint32_t I = __atomic_load_n(&Hints[P >> 4 & 255], __ATOMIC_RELAXED);
  const struct crit_bl_global *G = &L->All[I];
  return LIKELY(I < L->Num && P - G->Address < G->Size) ? G : NULL;
}

// In no variable, as far as can be said without a search.
static inline __attribute__((always_inline)) bool
isBetween(const struct list *L, uint64_t P) {
  uint32_t I = __atomic_load_n(&Hints[P >> 4 & 255], __ATOMIC_RELAXED);
  const struct crit_bl_global *G = &L->All[I];
  // Behind the last one there is an end beyond all addresses.
  return P < Low || P >= High ||
         (I < L->Num && P - G->Address >= G->Size && G->Address <= P &&
          P < G[1].Address);
}

bool critGlobalFind(uint64_t P, uint64_t *Base, uint64_t *Size) {
  const struct list *L = __atomic_load_n(&Current, __ATOMIC_ACQUIRE);
  if (UNLIKELY(!L))
    return false;
  const struct crit_bl_global *G = hinted(L, P);
  if (UNLIKELY(!G)) {
    if (isBetween(L, P))
      return false;
    G = &L->All[search(L, P)];
    if (P - G->Address >= G->Size)
      return false;
  }
  *Base = G->Address;
  *Size = G->Size;
  return true;
}

struct bounds {
  uint64_t Base, Size;
};

static CRIT_COLD struct bounds lookupSlow(uint64_t Root) {
  // Whoever arrives here with an address in the window is out of bounds.
  if (isWindow(Root))
    return (struct bounds){0, 64};
  struct bounds B = {0, ~0ull};
  critGlobalFind(Root, &B.Base, &B.Size);
  return B;
}

// Asked for every pointer to a string constant: no calls on the way, for what
// this calls may use all registers, which it would have to save.
static CRIT_COLD struct bounds lookup(uint64_t Root) {
  const struct list *L = __atomic_load_n(&Current, __ATOMIC_ACQUIRE);
  if (UNLIKELY(!L))
    return lookupSlow(Root);
  const struct crit_bl_global *G = hinted(L, Root);
  if (LIKELY(G != NULL))
    return (struct bounds){G->Address, G->Size};
  if (!isWindow(Root) && isBetween(L, Root))
    return (struct bounds){0, ~0ull};
  return lookupSlow(Root);
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
  uint64_t Bytes =
      sizeof(struct list) + (Num + 1) * sizeof(struct crit_bl_global);
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
    New->All[Unique].Address = ~0ull;
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
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_LOOKUP] = (void *)lookup;
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_GLOBALS] = (void *)add;
  ((void **)CRIT_BL_ENTRIES)[CRIT_BL_GLOBALS_END] = (void *)drop;
}

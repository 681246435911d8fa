//===- Callers.c - frames above the one that failed -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Callers.h"
#include "Trap.h"

static const uint16_t *listOf(const struct crit_region_table *T, uint32_t List) {
  return (const uint16_t *)((const char *)&T->Lists + T->Lists) + List - 1;
}

/// Whether T's function has nothing in a word of its frame while it makes the call that
/// returns to Return.
static int isFree(const struct crit_region_table *T, uint64_t Return, uint64_t Word) {
  const struct crit_free_call *C =
      (const struct crit_free_call *)((const char *)&T->Calls + T->Calls);
  if (((const uint8_t *)&T->Free)[T->Free + (int64_t)(Word / 8)] >> Word % 8 & 1)
    return 1;
  for (uint32_t N = T->NumCalls; N; --N, ++C)
    if ((uint64_t)&C->Returned + (uint64_t)(int64_t)C->Returned == Return) {
      const uint16_t *L = listOf(T, C->List);
      for (uint32_t I = 0; I != *L; ++I)
        if (Word + CRIT_LIST_BELOW - L[2 * I + 1] < L[2 * I + 2])
          return 1;
    }
  return 0;
}

/// Whether what is from Low on, up to High, lies where callers of T's function, whose stack
/// pointer is Sp, have nothing. The way up goes by return addresses and marks that belong to
/// them.
static int areFree(uint64_t Low, uint64_t High, uint64_t Sp, const struct crit_region_table *T,
                   const struct crit_ilr_imports *Imports) {
  uint64_t Return;
  while (Low < High) {
    if (Low < Sp + T->Frame + 8 || !critReadMemory(Sp + T->Frame, &Return, 8))
      return 0;
    Sp += T->Frame + 8ull;
    T = critTrapTable((const char *)Return - 1, Imports);
    if (!T || !T->Free || T->Frame == ~0u || T->Mark == -1 || !critStackIsRight(Sp, T))
      return 0;
    for (; Low < High && Low < Sp + T->Frame; Low = (Low | 7) + 1)
      if (!isFree(T, Return, (Low - Sp) / 8))
        return 0;
  }
  return 1;
}

int critCallersFree(uint64_t Wrong, uint64_t Right, int Inside, const struct crit_region_table *T,
                    uint32_t List, const struct crit_ilr_imports *Imports) {
  if (!List || !Imports || T->Frame == ~0u)
    return 0;
  const uint16_t *L = listOf(T, List);
  uint64_t Own = Right + T->Frame + 8;
  for (uint32_t I = 0; I != *L; ++I) {
    uint64_t Low = Wrong + 8ull * L[2 * I + 1] - 8 * CRIT_LIST_BELOW;
    uint64_t High = Low + 8ull * L[2 * I + 2];
    if (Low < Own) {
      if (!Inside)
        return 0;
      Low = Own;
    }
    if (!areFree(Low, High, Right, T, Imports))
      return 0;
  }
  return 1;
}

//===- FreeSlots.h - free slots of a size class -----------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bit per slot, and a bit per word of those. The lowest free slot is handed out
// first: what is allocated together lies together, whatever order it was freed in.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_FREESLOTS_H
#define CRIT_BOUNDLESS_FREESLOTS_H

#include <stdint.h>

struct free_slots {
  uint64_t *Bits, *Words; // both zero where they were never written
  uint64_t Low;           // Words below are zero
  uint64_t Num;
};

static inline void critFreePut(struct free_slots *F, uint64_t Slot) {
  F->Bits[Slot / 64] |= 1ull << Slot % 64;
  F->Words[Slot / 4096] |= 1ull << Slot / 64 % 64;
  if (Slot / 4096 < F->Low)
    F->Low = Slot / 4096;
  ++F->Num;
}

/// There must be one.
static inline uint64_t critFreeTake(struct free_slots *F) {
  while (!F->Words[F->Low])
    ++F->Low;
  uint64_t Word = F->Low * 64 + (uint64_t)__builtin_ctzll(F->Words[F->Low]);
  uint64_t Slot = Word * 64 + (uint64_t)__builtin_ctzll(F->Bits[Word]);
  F->Bits[Word] &= F->Bits[Word] - 1;
  if (!F->Bits[Word])
    F->Words[F->Low] &= ~(1ull << Word % 64);
  --F->Num;
  return Slot;
}

#endif

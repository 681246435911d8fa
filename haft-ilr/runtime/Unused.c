//===- Unused.c - stack that nobody uses ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Unused.h"
#include "Maps.h"
#include "StackPointer.h"
#include "crit/records.h"

enum { Unit = 8 << 20, Window = 65536, MostUnits = 16 };

static int isClear(uint64_t From, uint64_t To) {
  uint64_t Words[64];
  for (From &= ~7ull; From < To; From += sizeof(Words)) {
    if (!critReadMemory(From, Words, sizeof(Words)))
      return 0;
    for (uint32_t I = 0; I != 64; ++I)
      if (Words[I])
        return 0;
  }
  return 1;
}

static int isInRoom(uint64_t Low, uint64_t High, const struct crit_mapping *M) {
  uint64_t Words[64], At = M->High & ~(Unit - 1ull);
  for (uint32_t N = 0; N != MostUnits && At > M->Low; ++N, At -= Unit) {
    uint64_t From = At - sizeof(Words);
    if (!critReadMemory(From, Words, sizeof(Words)))
      continue;
    for (uint32_t I = 0; I != 64 - 2; I += 2) {
      const struct crit_thread_room *Room = (const struct crit_thread_room *)(Words + I);
      uint64_t Place = From + I * 8;
      if (Room->Word == (Place ^ CRIT_THREAD_ROOM))
        // A thread may have gone further down than it asked for: its frames are larger.
        return (Low > Place + sizeof(*Room) && High <= Room->End) ||
               (High <= Room->Low && isClear(High, High + Window));
    }
  }
  return 0;
}

int critIsUnusedStack(uint64_t Wrong, uint32_t Frame, int Wipe) {
  uint64_t Low = (Wrong & ~7ull) - 256, High = Wrong + Frame + 16;
  struct crit_mapping M = {0, 0, 0, 0, {0}};
  if (Frame == ~0u || !critFindMapping(Low, &M) || !M.Writable || High > M.High ||
      !isInRoom(Low, High, &M))
    return 0;
  for (; Wipe && Low < High; Low += 8)
    *(uint64_t *)Low = 0;
  return 1;
}

//===- Maps.c - which file is at an address -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// /proc/self/maps, read in pieces: "low-high perms offset dev inode   path".
//===----------------------------------------------------------------------===//
#include "Maps.h"

#include "Syscall.h"

enum { FieldLow, FieldHigh, FieldPerms, FieldOffset, FieldDev, FieldPath };

int critFindMapping(uint64_t Address, struct crit_mapping *Mapping) {
  // Numbers of the line; start of the latest image, by where its path began.
  uint64_t Number[FieldDev] = {0, 0, 0, 0};
  uint64_t Start = 0;
  uint32_t Field = 0, Length = 0;
  char Block[256];
  int64_t Fd = CRIT_SYSCALL(open, "/proc/self/maps", 02000000 /*O_CLOEXEC*/, 0,
                            0);
  if (Fd < 0)
    return 0;
  for (;;) {
    int64_t N = CRIT_SYSCALL(read, Fd, Block, sizeof(Block), 0);
    if (N <= 0)
      break;
    for (int64_t I = 0; I < N; ++I) {
      char C = Block[I];
      if (C == '\n') {
        // The parts of an image follow each other, offset 0 first.
        if (!Number[FieldOffset])
          Start = Length ? Number[FieldLow] : 0;
        if (Address >= Number[FieldLow] && Address < Number[FieldHigh]) {
          CRIT_SYSCALL(close, Fd, 0, 0, 0);
          Mapping->Low = Number[FieldLow];
          Mapping->High = Number[FieldHigh];
          Mapping->Start = Length ? Start : 0;
          return 1;
        }
        for (Field = 0; Field < FieldDev; ++Field)
          Number[Field] = 0;
        Field = Length = 0;
        Mapping->Path[0] = 0;
        Mapping->Writable = 0;
      } else if (Field < FieldDev) {
        if (C == '-' ? Field == FieldLow : C == ' ')
          ++Field;
        else if (Field == FieldPerms)
          Mapping->Writable |= C == 'w';
        else
          Number[Field] = Number[Field] << 4 |
                          ((uint64_t)(C & 15) + (C > '9' ? 9 : 0));
      } else if (Field == FieldDev) {
        // dev and inode: left at the first '/' or '[' of the path
        if (C == '/' || C == '[') {
          Field = FieldPath;
          Mapping->Path[Length++] = C;
        }
      } else if (Length < sizeof(Mapping->Path) - 1) {
        Mapping->Path[Length++] = C;
        Mapping->Path[Length] = 0;
      }
    }
  }
  CRIT_SYSCALL(close, Fd, 0, 0, 0);
  return 0;
}

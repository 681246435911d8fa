//===- LibcTable.c - words of the libc functions, and their sites ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#define _GNU_SOURCE
#include "Libc.h"

#include <string.h>

// Only addresses are needed here.
#define CRIT_LIBC(NAME) extern char crit_bl_##NAME[];
#include "Libc.def"

// Site and name in one piece: the offset between them is a constant.
struct named {
  struct crit_bl_site Site;
  char Name[20];
};
#define CRIT_LIBC(NAME)                                                        \
  {{0,                                                                         \
    (int32_t)(offsetof(struct named, Name) -                                   \
              offsetof(struct crit_bl_site, Function)),                        \
    0, 0, 0, 0},                                                               \
   #NAME},
static const struct named Names[] = {
#include "Libc.def"
};

const struct crit_bl_site *critLibcSite(const char *Name) {
  unsigned I = 0;
  while (I + 1 < sizeof(Names) / sizeof(Names[0]) &&
         strcmp(Names[I].Name, Name) != 0)
    ++I;
  return &Names[I].Site;
}

void critLibcInit(void) {
  void **E = (void **)CRIT_BL_ENTRIES + CRIT_BL_NUM_ENTRIES;
#define CRIT_LIBC(NAME) *E++ = crit_bl_##NAME;
#include "Libc.def"
}

//===- LibcFormat.c - printf and its family -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two dangers: a %s argument that does not end in its object, and a result that
// does not fit. The arguments are walked once beforehand; a bad string is
// replaced in its place in the argument list by a copy that ends. Results go to
// memory of our own first when they could be too long.
//===----------------------------------------------------------------------===//
#define _GNU_SOURCE
#include "Arguments.h"
#include "Libc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MAX_COPIES 16

struct copies {
  char *Made[MAX_COPIES];
  unsigned Num;
};

static void skipDouble(struct list *L) {
  if (L->Fp < 176)
    L->Fp += 16;
  else
    L->Overflow += 8;
}

/// Walks the arguments of Format and replaces bad strings. False: positional
/// arguments (%1$s) or something unknown, left alone from there.
static void fixArguments(const char *Name, const char *F, va_list Args,
                         struct copies *C) {
  struct list L;
  memcpy(&L, Args, sizeof(L));
  while ((F = strchr(F, '%'))) {
    int64_t Precision = -1, Ignored;
    unsigned Long = 0;
    bool Extended = false;
    ++F;
    if (*F == '%') {
      ++F;
      continue;
    }
    F += strspn(F, "-+ #0'I");
    if (*F == '*') {
      nextWord(&L);
      ++F;
    } else {
      F = digits(F, &Ignored);
      if (*F == '$')
        return;
    }
    if (*F == '.') {
      if (*++F == '*') {
        Precision = *(int *)nextWord(&L);
        ++F;
      } else {
        F = digits(F, &Precision);
      }
    }
    for (;; ++F) {
      if (*F == 'l')
        ++Long;
      else if (*F == 'L')
        Extended = true;
      else if (!*F || !strchr("hzjtq", *F))
        break;
    }
    switch (*F) {
    case 'd': case 'i': case 'o': case 'u': case 'x': case 'X': case 'c':
    case 'p': case 'C': case 'S':
      nextWord(&L);
      break;
    case 'n': {
      void **P = nextWord(&L);
      if (critAvailable((uint64_t)*P) < 8) {
        // Whatever is written there nobody in bounds sees.
        static int64_t Sink;
        critLibcReport(Name, (uint64_t)*P, 4, true);
        *P = &Sink;
      }
      break;
    }
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a':
    case 'A':
      if (Extended)
        L.Overflow = (char *)(((uint64_t)L.Overflow + 15) & ~15ull) + 16;
      else
        skipDouble(&L);
      break;
    case 's': {
      const char **P = nextWord(&L);
      if (Long)
        break;
      char *Copy;
      const char *S = critString(
          Name, *P, Precision < 0 ? ~0ull : (uint64_t)Precision, &Copy);
      if (Copy && C->Num < MAX_COPIES)
        C->Made[C->Num++] = Copy;
      else if (Copy) {
        free(Copy);
        S = "";
      }
      *P = S;
      break;
    }
    case 'm':
      break;
    default:
      return;
    }
    if (!*F)
      return;
    ++F;
  }
}

static void release(struct copies *C) {
  int Saved = errno;
  while (C->Num)
    free(C->Made[--C->Num]);
  errno = Saved;
}

#define WITH_ARGUMENTS(NAME, CALL)                                             \
  struct copies C = {{NULL}, 0};                                               \
  char *FormatCopy;                                                            \
  Format = critString(NAME, Format, ~0ull, &FormatCopy);                       \
  fixArguments(NAME, Format, Args, &C);                                        \
  int R = CALL;                                                                \
  release(&C);                                                                 \
  free(FormatCopy);                                                            \
  return R;

static int toBuffer(const char *Name, char *To, uint64_t Max,
                    const char *Format, va_list Args) {
  uint64_t Room = critAvailable((uint64_t)To);
  if (Max <= Room || !To)
    return vsnprintf(To, Max == ~0ull ? 0x7fffffff : Max, Format, Args);
  va_list Again;
  va_copy(Again, Args);
  int N = vsnprintf(NULL, 0, Format, Again);
  va_end(Again);
  if (N < 0 || (uint64_t)N < Room)
    return vsnprintf(To, Room < 0x7fffffff ? Room : 0x7fffffff, Format, Args);
  char *B = malloc((uint64_t)N + 1);
  if (!B)
    return -1;
  vsnprintf(B, (uint64_t)N + 1, Format, Args);
  if (Max) {
    uint64_t Keep = (uint64_t)N < Max - 1 ? (uint64_t)N : Max - 1;
    B[Keep] = 0;
    critCopyIn(Name, (uint64_t)To, B, Keep + 1);
  }
  free(B);
  return N;
}

int crit_bl_vfprintf(FILE *F, const char *Format, va_list Args) {
  WITH_ARGUMENTS("printf", vfprintf(F, Format, Args))
}
int crit_bl_vdprintf(int F, const char *Format, va_list Args) {
  WITH_ARGUMENTS("dprintf", vdprintf(F, Format, Args))
}
int crit_bl_vsnprintf(char *To, size_t Max, const char *Format, va_list Args) {
  WITH_ARGUMENTS("snprintf", toBuffer("snprintf", To, Max, Format, Args))
}
int crit_bl_vsprintf(char *To, const char *Format, va_list Args) {
  WITH_ARGUMENTS("sprintf", toBuffer("sprintf", To, ~0ull, Format, Args))
}
int crit_bl_vasprintf(char **To, const char *Format, va_list Args) {
  WITH_ARGUMENTS("asprintf", vasprintf(To, Format, Args))
}
int crit_bl_vprintf(const char *Format, va_list Args) {
  return crit_bl_vfprintf(stdout, Format, Args);
}

int crit_bl_printf(const char *Format, ...) {
  VARIADIC(crit_bl_vfprintf(stdout, Format, Args))
}
int crit_bl_fprintf(FILE *F, const char *Format, ...) {
  VARIADIC(crit_bl_vfprintf(F, Format, Args))
}
int crit_bl_dprintf(int F, const char *Format, ...) {
  VARIADIC(crit_bl_vdprintf(F, Format, Args))
}
int crit_bl_sprintf(char *To, const char *Format, ...) {
  VARIADIC(crit_bl_vsprintf(To, Format, Args))
}
int crit_bl_snprintf(char *To, size_t Max, const char *Format, ...) {
  VARIADIC(crit_bl_vsnprintf(To, Max, Format, Args))
}
int crit_bl_asprintf(char **To, const char *Format, ...) {
  VARIADIC(crit_bl_vasprintf(To, Format, Args))
}

int crit_bl_puts(const char *S) {
  char *Copy;
  int R = puts(critString("puts", S, ~0ull, &Copy));
  free(Copy);
  return R;
}
int crit_bl_fputs(const char *S, FILE *F) {
  char *Copy;
  int R = fputs(critString("fputs", S, ~0ull, &Copy), F);
  free(Copy);
  return R;
}

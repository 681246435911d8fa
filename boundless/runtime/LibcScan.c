//===- LibcScan.c - scanf and its family ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is scanned into an object that may be too small goes to memory of our own
// first, and from there to the object and its chunks: the destinations are
// replaced in the argument list, unlimited conversions get a limit.
//===----------------------------------------------------------------------===//
#define _GNU_SOURCE
#include "Arguments.h"
#include "Libc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 16u          // replaced destinations of one call
#define LONGEST 65535     // of a string without a limit of its own
#define LONGEST_TEXT "65535"
#define FORMAT 1024u

struct replaced {
  void **Place;
  uint64_t To;
  char *Buffer;
  uint64_t Bytes;   // of a number; 0: a string
  uint64_t Count;   // bytes of %c
  int Order;        // among the assigned ones, from 0
};

struct scan {
  struct replaced All[MOST];
  unsigned Num;
  char Format[FORMAT];
};

static bool replace(struct scan *S, void **Place, uint64_t Room, uint64_t Bytes,
                    uint64_t Count, int Order) {
  char *B = S->Num < MOST ? calloc(1, Room + 1) : NULL;
  if (!B)
    return false;
  S->All[S->Num++] = (struct replaced){Place, (uint64_t)*Place, B, Bytes, Count, Order};
  *Place = B;
  return true;
}

static uint64_t numberSize(const char *Length, char Conversion) {
  if (*Length == 'L')
    return 16;
  if (strchr("aAeEfFgG", Conversion))
    return *Length == 'l' ? 8 : 4;
  if (Conversion == 'p' || *Length == 'l' || *Length == 'j' || *Length == 'z' ||
      *Length == 't' || *Length == 'q')
    return 8;
  return *Length == 'h' ? (Length[1] == 'h' ? 1 : 2) : 4;
}

/// Makes a format with limits, and replaces destinations. False: something it
/// does not know, or too much of it.
static bool change(struct scan *S, const char *F, va_list Args) {
  struct list L;
  memcpy(&L, Args, sizeof(L));
  char *Out = S->Format, *End = S->Format + FORMAT - 32;
  int Order = 0;
  while (*F && Out < End) {
    if (*F != '%') {
      *Out++ = *F++;
      continue;
    }
    *Out++ = *F++;
    if (*F == '%') {
      *Out++ = *F++;
      continue;
    }
    int64_t Width = -1;
    bool Skip = *F == '*';
    if (Skip)
      *Out++ = *F++;
    const char *Digits = F;
    if (*F >= '0' && *F <= '9')
      F = digits(F, &Width);
    if (*F == '$' || *F == 'm' || F - Digits > 9)
      return false;
    memcpy(Out, Digits, (size_t)(F - Digits));
    Out += F - Digits;
    const char *Length = F;
    while (*F && strchr("hljztLq", *F))
      ++F;
    char Conversion = *F;
    if (!Conversion || *F == 'm' || ((Conversion == 's' || Conversion == '[' ||
                                      Conversion == 'c') && F != Length))
      return false;
    bool Text = Conversion == 's' || Conversion == '[';
    if (Text && Width < 0) {
      memcpy(Out, LONGEST_TEXT, sizeof(LONGEST_TEXT) - 1);
      Out += sizeof(LONGEST_TEXT) - 1;
    }
    const char *From = Length;
    ++F;
    if (Conversion == '[') {
      F += *F == '^';
      F += *F == ']';
      while (*F && *F != ']')
        ++F;
      F += *F == ']';
    }
    if (Out + (F - From) >= End)
      return false;
    memcpy(Out, From, (size_t)(F - From));
    Out += F - From;
    if (Skip)
      continue;
    void **Place = nextWord(&L);
    uint64_t Room = critAvailable((uint64_t)*Place);
    uint64_t Need = Text                ? (uint64_t)(Width < 0 ? LONGEST : Width) + 1
                    : Conversion == 'c' ? (uint64_t)(Width < 0 ? 1 : Width)
                                        : numberSize(Length, Conversion);
    if (Need > Room &&
        !replace(S, Place, Need, Text || Conversion == 'c' ? 0 : Need,
                 Conversion == 'c' ? Need : 0, Conversion == 'n' ? -1 : Order))
      return false;
    Order += Conversion != 'n';
  }
  *Out = 0;
  return !*F;
}

static bool prepare(struct scan *S, const char *F, va_list Args) {
  if (change(S, F, Args))
    return true;
  while (S->Num) {
    struct replaced *R = &S->All[--S->Num];
    *R->Place = (void *)R->To;
    free(R->Buffer);
  }
  return false;
}

/// What was assigned, to where it belongs.
static void finish(struct scan *S, const char *Name, int Assigned) {
  int Saved = errno;
  for (unsigned I = 0; I < S->Num; ++I) {
    struct replaced *R = &S->All[I];
    if (R->Order < Assigned && (R->Order >= 0 || Assigned >= 0))
      critCopyIn(Name, R->To, R->Buffer,
                 R->Bytes   ? R->Bytes
                 : R->Count ? R->Count
                            : strlen(R->Buffer) + 1);
    free(R->Buffer);
  }
  errno = Saved;
}

#define SCAN(NAME, CALL)                                                       \
  struct scan S;                                                               \
  S.Num = 0;                                                                   \
  char *FormatCopy;                                                            \
  const char *Old = Format = critString(NAME, Format, ~0ull, &FormatCopy);     \
  Format = prepare(&S, Old, Args) ? S.Format : Old;                            \
  int R = CALL;                                                                \
  finish(&S, NAME, R);                                                         \
  free(FormatCopy);                                                            \
  return R;

int crit_bl_vfscanf(FILE *F, const char *Format, va_list Args) {
  SCAN("scanf", vfscanf(F, Format, Args))
}
int crit_bl_vscanf(const char *Format, va_list Args) {
  return crit_bl_vfscanf(stdin, Format, Args);
}
int crit_bl_vsscanf(const char *Text, const char *Format, va_list Args) {
  char *Copy;
  Text = critString("sscanf", Text, ~0ull, &Copy);
  SCAN("sscanf", vsscanf(Text, Format, Args); free(Copy))
}

int crit_bl_scanf(const char *Format, ...) {
  VARIADIC(crit_bl_vfscanf(stdin, Format, Args))
}
int crit_bl_fscanf(FILE *F, const char *Format, ...) {
  VARIADIC(crit_bl_vfscanf(F, Format, Args))
}
int crit_bl_sscanf(const char *Text, const char *Format, ...) {
  VARIADIC(crit_bl_vsscanf(Text, Format, Args))
}

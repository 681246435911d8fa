//===- Arguments.h - walking the arguments of printf and scanf --*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_ARGUMENTS_H
#define CRIT_BOUNDLESS_ARGUMENTS_H

#include <stdint.h>

// x86-64: what a va_list is.
struct list {
  uint32_t Gp, Fp;
  char *Overflow, *Saved;
};

// Place of the next general argument.
static inline void *nextWord(struct list *L) {
  void *P;
  if (L->Gp < 48) {
    P = L->Saved + L->Gp;
    L->Gp += 8;
  } else {
    P = L->Overflow;
    L->Overflow += 8;
  }
  return P;
}

static inline const char *digits(const char *F, int64_t *Value) {
  *Value = 0;
  while (*F >= '0' && *F <= '9')
    *Value = *Value * 10 + (*F++ - '0');
  return F;
}

// Body of a variadic function: CALL is its va_list form, with Args.
#define VARIADIC(CALL)                                                         \
  va_list Args;                                                                \
  va_start(Args, Format);                                                      \
  int R = CALL;                                                                \
  va_end(Args);                                                                \
  return R;

#endif

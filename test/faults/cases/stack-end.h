//===- stack-end.h - a function that ends behind a call ---*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_TEST_STACK_END_H
#define CRIT_TEST_STACK_END_H

#include "fault.h"

static volatile unsigned Calls;
static NOINLINE void call(void) { ++Calls; }

NOINLINE uint64_t work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  call();
  *Out = X ^ X >> 7;
  return X * 3;
}

int main(void) {
  uint64_t Out, Sum = 7;
  for (uint64_t I = 1; I < 6; ++I) {
    Sum = Sum * 31 + work(&Out, I);
    emit(Out);
    emit(Sum);
  }
}

#endif

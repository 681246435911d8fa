//===- fault.h - what the programs under fault share ------------*- C -*---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each program computes something in work() with the constant K, so that the
// instruction to be hit is found in the disassembly, and emits what came out.
// Output is flushed at once: what has left before a stop is seen.
//===----------------------------------------------------------------------===//
#ifndef CRIT_TEST_FAULT_H
#define CRIT_TEST_FAULT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define K 0x5bd1e995ull
#define NOINLINE __attribute__((noinline))

static NOINLINE void emit(uint64_t X) {
  printf("%016llx\n", (unsigned long long)X);
  fflush(stdout);
}

#endif

//===- log-below.h - frames one bit of the stack pointer apart --*- C -*---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdint.h>

struct counter {
  uint64_t Value, More, Gap, Last;
};

/// Calls Work with a stack pointer whose bit 13 is set; with another Low, lower by that.
static NOINLINE void callAt(uint64_t Low, void (*Work)(struct counter *, uint64_t),
                            struct counter *C, uint64_t N) {
  uint64_t Here = (uint64_t)__builtin_frame_address(0);
  volatile char *Room = __builtin_alloca(((Here - 12288) & 16383) + Low);
  Room[0] = 0;
  Work(C, N);
  Room[0] = 1;
}

#define above(WORK, C, N) callAt(16, WORK, C, N)
#define below(WORK, C, N) callAt(16 + 8192, WORK, C, N)

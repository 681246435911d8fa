// A small program under clang's own instrumentation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -fsanitize=address
// FLAGS: -fsanitize=undefined
// FLAGS: -fsanitize=address,undefined -fno-sanitize-recover=all
// FLAGS: -fsanitize=thread
// FLAGS: -fsanitize=safe-stack
// FLAGS: -fsanitize=bounds -fsanitize-trap=bounds
// FLAGS: -fprofile-instr-generate=/dev/null
// FLAGS: -fsanitize-coverage=inline-8bit-counters
// LEVELS: -O0 -O2
// ARCH: default
#include "general.inc"

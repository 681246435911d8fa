// Vectors of 512 bits where the CPU level splits them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -Wno-psabi
// LEVELS: -O0 -O2
#define BYTES 64
#include "vec.inc"

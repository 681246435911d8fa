// Vectors of 256 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mavx2
// NEEDS: avx2
#define BYTES 32
#include "vec.inc"

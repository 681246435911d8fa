// Vectors of 512 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mavx512f -mavx512vl -mavx512bw -mavx512dq
// NEEDS: avx512f avx512vl avx512bw avx512dq
#define BYTES 64
#include "vec.inc"

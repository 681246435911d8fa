// Vectors of 128 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#define BYTES 16
#include "vec.inc"

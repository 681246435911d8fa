// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors that are logged are not read back, but compared where the region ends: the
// log still holds what was there before.
// kind: store-value
// technique: haft
// fault: padd
// at: 40 16
// copies: 2
// result: corrected
#include "log-vector.h"

// A small program in the medium and large code models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -mcmodel=medium
// FLAGS: -mcmodel=large -fno-pie -no-pie
// FLAGS: -mcmodel=large -fPIC
// LEVELS: -O0 -O2
// ARCH: default
// UNHARDENED: other code models may be left alone, with a remark
#include "general.inc"

// A small program with link-time optimisation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -flto -fuse-ld=lld
// FLAGS: -flto=thin -fuse-ld=lld
// LEVELS: -O0 -O2 -O3
// ARCH: default
#include "general.inc"

// A small program under many compiler options.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -fstack-protector-all
// FLAGS: -fcf-protection=full
// FLAGS: -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer
// FLAGS: -fPIC
// FLAGS: -fPIE -pie
// FLAGS: -fno-pie -no-pie
// FLAGS: -static
// FLAGS: -static-pie
// FLAGS: -g
// FLAGS: -g -gsplit-dwarf -Wl,--build-id
// FLAGS: -ftrapv
// FLAGS: -fwrapv -fno-strict-aliasing
// FLAGS: -fno-jump-tables -fno-unroll-loops
// FLAGS: -mretpoline
// FLAGS: -fpatchable-function-entry=4
// FLAGS: -D_FORTIFY_SOURCE=2
// FLAGS: -ftrivial-auto-var-init=pattern
// FLAGS: -fzero-call-used-regs=used
// FLAGS: -fexceptions -fasynchronous-unwind-tables
// FLAGS: -mtune=znver4 -mprefer-vector-width=256
// FLAGS: -fuse-ld=lld
// FLAGS: -fuse-ld=lld -Wl,--icf=all -ffunction-sections
// FLAGS: -falign-functions=64 -falign-loops=32
// FLAGS: -fno-integrated-as
// FLAGS: -save-temps=obj
// LEVELS: -O0 -O2
// ARCH: default
#include "general.inc"

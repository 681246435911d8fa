// The fail path needs nothing at link time and works in whatever it is linked
// into.
//
// RUN: %fail_clang %s -c -o %t.o
// RUN: %fail_clang -DPART %s -c -o %t2.o
// One copy of many survives.
// RUN: %clang %t.o %t2.o -o %t && llvm-nm %t | FileCheck %s --check-prefix=ONE
// RUN: %clang -r %t.o %t2.o -o %t.r.o && llvm-nm %t.r.o | FileCheck %s --check-prefix=ONE
// ONE: {{[tW]}} __crit_ilr_fail
// ONE-NOT: __crit_ilr_fail
// RUN: %run --reports 1 %t | FileCheck %s
// CHECK: crit: ilr: mismatch store-value at src/demo.c:42 in demo {{.*}} bits=0x3 (rax=0x1 rcx=0x2)
// RUN: %clang %t.r.o -o %t && %run --reports 1 %t
// RUN: %clang -fuse-ld=lld -Wl,--gc-sections %t.o %t2.o -o %t && %run --reports 1 %t
// RUN: strip %t && %run --reports 1 %t | FileCheck %s
//
// RUN: %fail_clang -static %s -o %t && %run --reports 1 %t
// RUN: env CRIT_OPTIONS=on_stop=abort %run --status -6 %t
// RUN: %fail_clang -static-pie %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -no-pie -fno-pic %s -o %t && %run --reports 1 %t
// RUN: env CRIT_OPTIONS=quiet=1 %run --reports 0 %t
// RUN: %fail_clang -mcmodel=large %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -mcmodel=medium -no-pie -fno-pic %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -O0 -g %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -march=native -ffunction-sections -fdata-sections %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -fno-integrated-as -c %s -o %t.gas.o && %clang %t.gas.o -o %t && %run --reports 1 %t
// RUN: %fail_clang -masm=intel %s -DEMPTY -c -o %t.intel.o
// RUN: %fail_clang -fsanitize=address,undefined %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -fprofile-instr-generate -fcoverage-mapping -fcf-protection=full %s -c -o %t.p.o
//
// Without libc: options only from crit_default_options.
// RUN: %fail_clang -nostdlib -static -DNOLIBC %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -nostdlib -static-pie -DNOLIBC %s -o %t && %run --reports 1 %t
//
// Shared objects: complete by themselves, loaded late; each with its own copy.
// RUN: %fail_clang -shared -fPIC -Wl,-z,defs -DPART %s -o %t.so
// RUN: %clang -DMAIN %s -o %t && %run --reports 1 %t %t.so | FileCheck %s
// RUN: env CRIT_OPTIONS=quiet=1 %run --reports 0 %t %t.so
// RUN: llvm-nm -D %t.so | FileCheck %s --check-prefix=HIDDEN
// HIDDEN-NOT: __crit_ilr
//
// LTO: the code arrives at code generation.
// RUN: %fail_clang -flto -fuse-ld=lld -Wl,--load-pass-plugin=%fail_plugin %s -o %t && %run --reports 1 %t
// RUN: %fail_clang -flto=thin -DPART -c %s -o %t2.bc
// RUN: %fail_clang -flto=thin -fuse-ld=lld -Wl,--load-pass-plugin=%fail_plugin %s %t2.bc -o %t && %run --reports 1 %t
//
// The same input gives the same bytes.
// RUN: %fail_clang %s -c -o %t.again.o && cmp %t.o %t.again.o
//
// Where it cannot work: one error, no object.
// RUN: rm -f %t.none.o
// RUN: not %fail_clang -DEMPTY -mcmodel=kernel -c %s -o %t.none.o 2>&1 | FileCheck %s --check-prefix=KERNEL
// KERNEL: error: crit: no failure path for -mcmodel=kernel: compile kernels with -fcrit=none
// RUN: not %fail_clang -DEMPTY -ffreestanding --target=i386-linux-gnu -c %s -o %t.none.o 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not %fail_clang -DEMPTY -ffreestanding --target=x86_64-linux-gnux32 -c %s -o %t.none.o 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not %fail_clang -DEMPTY -ffreestanding --target=x86_64-unknown-freebsd -c %s -o %t.none.o 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: crit: no failure path for target '{{.*}}': only x86-64 Linux
// RUN: test ! -e %t.none.o
#ifdef EMPTY
int Nothing;
#elif defined(MAIN)
#include <dlfcn.h>
int main(int Argc, char **Argv) {
  void *Part = dlopen(Argv[1], RTLD_NOW);
  if (Part)
    ((void (*)(void))dlsym(Part, "part"))();
  return 1;
}
#else
#include "check.h"
#ifdef PART
void part(void) { failGpr(1, 2); }
#elif defined(NOLIBC)
void _start(void) {
  __asm__("andq $-16, %rsp");
  failGpr(1, 2);
}
#else
int main(void) {
  failGpr(1, 2);
  return 1;
}
#endif
#endif

// One clear line for what cannot be audited, and the documented exit status.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -O2 %s -o plain
// RUN: not crit-audit plain 2>&1 | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: plain: built without crit (no section crit_funcs)
// WITHOUT: crit-audit: error: plain: built without crit
// RUN: not crit-audit none 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: crit-audit: error: none: No such file or directory
// RUN: not crit-audit . 2>&1 | FileCheck %s --check-prefix=DIRECTORY
// DIRECTORY: crit-audit: error: .: Is a directory
// RUN: not crit-audit %s 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: errors.c: not an ELF file or an archive of them
// RUN: %clang --target=aarch64-linux-gnu -ffreestanding -c %s -o arm.o
// RUN: not crit-audit arm.o 2>&1 | FileCheck %s --check-prefix=ARM
// ARM: crit-audit: error: arm.o: not for x86-64 (ELF machine 183)
// RUN: %clang -m32 -ffreestanding -c %s -o x86.o
// RUN: not crit-audit x86.o 2>&1 | FileCheck %s --check-prefix=X86
// X86: x86.o: not a 64-bit x86-64 file
// RUN: %clang -flto -c %s -o lto.o
// RUN: not crit-audit lto.o 2>&1 | FileCheck %s --check-prefix=BITCODE
// BITCODE: lto.o: LLVM bitcode: Crit protects at code generation, audit the linked file
// RUN: head -c 1000 plain > cut
// RUN: not crit-audit cut 2>&1 | FileCheck %s --check-prefix=CUT
// CUT: crit-audit: error: cut: damaged ELF file: {{.+}}
// RUN: not crit-audit --require=irl plain 2>&1 | FileCheck %s --check-prefix=MODE
// MODE: crit-audit: error: --require: unknown technique 'irl', expected ilr, haft or delta
// RUN: not crit-audit --allow='[' plain 2>&1 | FileCheck %s --check-prefix=GLOB
// GLOB: crit-audit: error: --allow: {{.+}}
// RUN: not crit-audit --wrong plain 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: crit-audit: error: {{.*}}--wrong
// RUN: not crit-audit 2>&1 | FileCheck %s --check-prefix=USAGE
// USAGE: crit-audit: error: {{.+}}
//
// An error in one file does not hide the others.
// RUN: not crit-audit none plain 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH-DAG: error: none:
// BOTH-DAG: plain: built without crit (no
//
// RUN: %python %S/Inputs/status.py
int main(void) { return 0; }

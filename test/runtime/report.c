// What one line of report says, for each way copies can be kept.
//
// RUN: %fail_clang %s -o %t
// RUN: %run --status 0 %t equal | FileCheck %s --check-prefix=EQUAL --allow-empty
// EQUAL-NOT: crit:
//
// RUN: %run --reports 1 %t gpr | FileCheck %s --check-prefix=GPR
// GPR: {{^}}crit: ilr: mismatch store-value at src/demo.c:42 in demo core={{[0-9]+}} bits=0x8000000000000001 (rax=0x7 rcx=0x8000000000000006) pid=[[PID:[0-9]+]] tid=[[PID]]; stopped{{$}}
//
// Only the compared byte counts.
// RUN: %run --status 0 %t byte-equal
// RUN: %run %t byte | FileCheck %s --check-prefix=BYTE
// BYTE: mismatch call-argument at src/demo.c:43 in demo {{.*}} bits=0x80 (rdx=0xff r9=0x7f)
//
// RUN: %run %t xmm | FileCheck %s --check-prefix=XMM
// XMM: mismatch store-address at src/demo.c:44 {{.*}} bits=0x4000000000000000000000000000002 (xmm3=0xf0e0d0c0b0a09080706050403020100 xmm12=0xb0e0d0c0b0a09080706050403020102)
//
// RUN: %run %t difference | FileCheck %s --check-prefix=DIFF
// DIFF: mismatch branch at src/demo.c:48 {{.*}} bits=0x10 (rsi=0x10) pid=
//
// No line, no registers: the module and where in it the function is.
// RUN: %run %t unknown | FileCheck %s --check-prefix=UNKNOWN -DT=%t
// UNKNOWN: mismatch branch at [[T]]+0x{{[0-9a-f]+}} in demo core={{[0-9]+}} bits=? pid=
//
// A record from another version, or a fault on the way: still one line, 86.
// RUN: %run --reports 1 %t kind | FileCheck %s --check-prefix=KIND
// KIND: mismatch ? at src/demo.c:49 in demo {{.*}} bits=0x0 (rsp=0x[[RSP:[0-9a-f]+]] rsp=0x[[RSP]])
// RUN: %run --reports 1 %t site | FileCheck %s --check-prefix=SITE
// SITE: mismatch ? at {{.*}}+0x{{[0-9a-f]+}} in demo {{.*}} bits=? pid=
// RUN: %run --reports 1 %t record | FileCheck %s --check-prefix=RECORD
// RECORD: mismatch ? at ?+0x0 in ? {{.*}} bits=? pid=
#include "check.h"
#include <string.h>

__attribute__((naked)) static void failBadRecord(void) {
  __asm__("pushq $0\n  pushq %rsp\n  jmp __crit_ilr_fail");
}

int main(int Argc, char **Argv) {
  unsigned char A[16], B[16];
  for (int I = 0; I < 16; ++I)
    A[I] = B[I] = (unsigned char)I;
  B[0] ^= 2;
  B[15] ^= 4;
  const char *What = Argv[1];
  if (!strcmp(What, "equal")) {
    failGpr(5, 5);
    failXmm(A, A);
    failDifference(0);
    return 0;
  }
  if (!strcmp(What, "gpr"))
    failGpr(7, 0x8000000000000006);
  if (!strcmp(What, "byte-equal")) {
    failByte(0x1ff, 0x2ff);
    return 0;
  }
  if (!strcmp(What, "byte"))
    failByte(0x1ff, 0x27f);
  if (!strcmp(What, "xmm"))
    failXmm(A, B);
  if (!strcmp(What, "difference"))
    failDifference(0x500000010);
  if (!strcmp(What, "unknown"))
    failUnknown();
  if (!strcmp(What, "kind"))
    failStrangeKind();
  if (!strcmp(What, "site"))
    failNoSuchSite();
  if (!strcmp(What, "record"))
    failBadRecord();
  return 1;
}

// Division and shifts by a variable read and write fixed registers: the whole
// sequence is repeated as one unit on the second copy.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o divide | FileCheck --check-prefix=DIV %s
// RUN: %show %t.o remainder | FileCheck --check-prefix=REM %s
// RUN: %show %t.o shift | FileCheck --check-prefix=SHL %s
// RUN: %show %t.o multiply | FileCheck --check-prefix=MUL %s
// RUN: %harden -O0 -c %s -o %t0.o
// RUN: %show %t0.o divide | FileCheck --check-prefix=DIV0 %s
// RUN: %show %t0.o shift | FileCheck --check-prefix=SHL %s

unsigned divide(unsigned a, unsigned b) { return a / b; }
// DIV: record divide: {{.*}} unprotected=0 {{.*}}return=1
// DIV: divl
// DIV: movl %eax, [[Q:.*]]
// DIV: xorl %edx, %edx
// DIV-NEXT: divl
// DIV-NOT: divl
// DIV: jne <return>
// DIV0: record divide: {{.*}} unprotected=0 {{.*}}return=1
// DIV0-COUNT-2: divl
// DIV0-NOT: divl
// DIV0: jne <return>

long remainder(long a, long b) { return a % b; }
// REM: record remainder: {{.*}} unprotected=0 {{.*}}return=1
// REM: cqto
// REM-NEXT: idivq
// REM: cqto
// REM-NEXT: idivq
// REM-NOT: idivq
// REM: jne <return>

long shift(long a, long n) { return a << n; }
// SHL: record shift: {{.*}} unprotected=0 {{.*}}return=1
// SHL: shlq %cl,
// SHL: {{mov[lq]}} {{.*}}, %{{[er]}}cx
// SHL: shlq %cl,
// SHL-NOT: shlq
// SHL: jne <return>

unsigned long multiply(unsigned long a, unsigned long b) {
  return (unsigned __int128)a * b >> 64;
}
// MUL: record multiply: {{.*}} unprotected=0 {{.*}}return=1
// MUL-COUNT-2: mulq
// MUL-NOT: mulq
// MUL: jne <return>

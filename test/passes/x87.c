// What cannot be copied and compared is compiled once, with a remark at its line
// and a count by reason in the record; -fcrit-strict makes it an error and leaves
// no object behind.
// RUN: rm -f %t.no.o
// RUN: %harden -O2 -c %s -o %t.o -Rpass-missed=crit 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: %show %t.o | FileCheck --check-prefix=RECORD %s
// RUN: not crit-clang -O2 -fcrit-strict -c %s -o %t.no.o 2>&1 | FileCheck --check-prefix=STRICT %s
// RUN: not ls %t.no.o

long double x87(long double a) { return a + 1; }
int assembly(int a) {
  int r;
  __asm__("leal 1(%1), %0" : "=r"(r) : "r"(a * 3));
  return r * 2;
}
// REMARK-DAG: x87.c:[[#@LINE-6]]:{{.*}}remark: not protected: x87 floating-point stack value (in x87)
// REMARK-DAG: x87.c:[[#@LINE-4]]:{{.*}}remark: not protected: inside inline assembly (in assembly)
// RECORD-DAG: record x87: ilr {{.*}}reason:x87={{[1-9]}}
// What goes into the assembly is checked.
// RECORD-DAG: record assembly: ilr {{.*}}unprotected=1 operand=1 return=1 reason:inline-asm=1
// STRICT-DAG: error: crit: -fcrit-strict: not protected: x87 floating-point stack value (in x87)
// STRICT-DAG: error: crit: -fcrit-strict: not protected: inside inline assembly (in assembly)

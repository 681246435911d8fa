// A slot for one word is three of them, and the word the middle one: a stack pointer that is
// wrong by less than a word leads from nothing that lies next to it into it. Here the
// slot of the mark is all there is, in the red zone.
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - | FileCheck %s
// CHECK-LABEL: {{^}}f:
// CHECK: movq %r11, -16(%rsp)
long f(long *p, long n) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s += p[i] * s;
  return s;
}

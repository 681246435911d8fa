// Leaving out one kind of check, as the fault tests do to see that they notice:
// that kind is gone, the others are not. So the other tests of this folder can
// fail.
// RUN: %harden -O2 -c %s -o %t.o && %show %t.o | FileCheck --check-prefix=ALL %s
// RUN: %harden -O2 -fcrit-drop-check=store-value -c %s -o %t.o && %show %t.o | FileCheck --check-prefix=VALUE %s
// RUN: %harden -O2 -fcrit-drop-check=store-address -c %s -o %t.o && %show %t.o | FileCheck --check-prefix=ADDRESS %s
// RUN: %harden -O2 -fcrit-drop-check=branch -c %s -o %t.o && %show %t.o | FileCheck --check-prefix=BRANCH %s
// RUN: not crit-clang -O2 -fcrit-drop-check=nothing -c %s -o %t.o 2>&1 | FileCheck --check-prefix=NAME %s

int f(int *p, int v) {
  if (v * 3 > 100)
    *p = v;
  return v * 5;
}
// ALL: {{branch=1.* return=[12].* store-address=1 store-value=1}}
// VALUE: {{branch=1.* return=[12].* store-address=1$}}
// ADDRESS: {{branch=1.* return=[12].* store-value=1$}}
// BRANCH: {{unprotected=0 return=[12].* store-address=1 store-value=1}}
// NAME: crit: no check is called 'nothing'

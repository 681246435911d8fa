// A load unit that is wrong at certain addresses, or shorts two bits, gives both
// copies the same wrong value where they read one place. With memory of the second copy's own
// they read two, of which one is encoded.
// RUN: %harden -O0 -fcrit-delta-memory=shadow %s -o %t
// RUN: crit-inject run -q --model permanent --unit load --kind trigger-8 --kind bridged --kind inverted -n 240 -- %t | FileCheck %s
// RUN: %harden -O0 %s -o %t.plain
// RUN: crit-inject run -q --model permanent --unit load --kind trigger-8 --kind bridged --kind inverted -n 240 -- %t.plain | FileCheck --check-prefix=PLAIN %s
// RUN: %harden -O2 -fcrit-delta-memory=shadow %s -o %t
// RUN: crit-inject run -q --model permanent --unit load --kind trigger-8 --kind bridged --kind inverted -n 240 -- %t | FileCheck %s
// RUN: %harden -O2 %s -o %t.plain
// RUN: crit-inject run -q --model permanent --unit load --kind trigger-8 --kind bridged --kind inverted -n 240 -- %t.plain | FileCheck --check-prefix=PLAIN %s
// CHECK: sdc {{ *}}0 {{ *}}0.00
// PLAIN: sdc {{ *}}{{[1-9]}}
#include <stdio.h>

__attribute__((noinline)) unsigned long mix(unsigned long seed) {
  unsigned long a[32];
  for (unsigned i = 0; i < 32; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    a[(i * 5) & 31] = seed >> 7;
  }
  for (unsigned i = 0; i < 100; ++i) {
    unsigned to = (seed >> 33) & 31;
    seed = seed * 6364136223846793005u + a[to];
    a[to] ^= a[(seed >> 40) & 31] + i;
  }
  return seed ^ a[seed >> 59];
}

int main(void) { printf("%016lx\n", mix(42)); }

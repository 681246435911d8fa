// Bounds checks end no region: the runtime's calls can be made again. But its
// stores cannot.
// RUN: %crit_clang -fcrit=haft,boundless -O2 -fno-unroll-loops -fno-vectorize -mllvm -verify-machineinstrs -S %s -o - | FileCheck %s
// RUN: %crit_clang -fcrit=haft,boundless -O0 -mllvm -verify-machineinstrs -c %s -o %t.o

// CHECK-LABEL: loads:
// CHECK-NOT: .Lcrit_land0_2:
// CHECK-COUNT-4: callq{{.*%r}}
// CHECK-NOT: .Lcrit_land0_2:
// CHECK: .Lcrit_land0_1:
// CHECK-NOT: .Lcrit_land0_2:
// CHECK: crit_regions
int loads(const int *p, const long *q, long i) { return p[i] + (int)q[i]; }

// CHECK-LABEL: stores:
// CHECK-DAG: .Lcrit_land1_1:
// CHECK-DAG: .Lcrit_land1_2:
// CHECK: crit_regions
void stores(int *p, long i, int x) {
  p[i] = x;
  p[i + 9] = x * 3;
}

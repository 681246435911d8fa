// AVX512-FP16 writes 16 bits of a half to its slot; comparing 32 stopped without a fault.
// RUN: %crit_clang -fcrit=haft -O2 -mavx512fp16 -mllvm -verify-machineinstrs -S %s -o - | FileCheck %s

int toInt(_Float16 a) { return (int)a; }
// CHECK-LABEL: toInt:
// CHECK: vmovsh %xmm0, [[SLOT:-?[0-9]+\(%rsp\)]]
// CHECK: cmpw %{{[a-z]+}}, [[SLOT]]
// CHECK: .size toInt

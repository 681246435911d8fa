// Where the allocator splits a value between a store and its check, the store
// takes the register that is compared: a hit stays to be seen.
// RUN: %harden -O2 -mllvm -inline-threshold=225 -c %S/../../benchmarks/kernels/sha256.c -o %t.o
// RUN: %show %t.o hashBlock | tr '\n' '|' | FileCheck %s
// RUN: %harden -O2 -mllvm -inline-threshold=225 -fcrit-drop-check=store-value -c %S/../../benchmarks/kernels/sha256.c -o %t.o
// RUN: %show %t.o hashBlock | FileCheck --check-prefix=DROPPED %s
// CHECK: movl {{%[a-z]+}}, [[S:%r[0-9]+d]]{{ *\| *}}movl [[S]], {{-?(0x)?[0-9a-f]+}}(%rsp)
// CHECK: cmpl {{%[a-z0-9]+}}, [[S]]{{ *\| *}}jne <store-value>
// DROPPED-NOT: <store-value>
// DROPPED: end of hashBlock

// The mark of the stack pointer is compared and wiped in one. Where that fails it is put
// back first, in the same place; if only the flag was hit, it is wiped then. In functions
// without landings, too (the offset was lost there).
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - -mllvm -verify-machineinstrs | FileCheck %s
float widen(_Float16 a) { return (float)a; }
// CHECK-LABEL: widen:
// CHECK: xorq %rsp, [[SLOT:-?[0-9]+]](%rsp)
// CHECK-NEXT: jne [[STUB:.LBB0_[0-9]+]]
// CHECK-NOT: movq $0, [[SLOT]](%rsp)
// CHECK: TAILCALL
// CHECK: {{^}}[[STUB]]:
// CHECK: xorq %rsp, [[SLOT]](%rsp)
// CHECK-NEXT: cmpq %rsp, [[SLOT]](%rsp)
// CHECK: je [[WIPE:.LBB0_[0-9]+]]
// CHECK: {{^}}[[WIPE]]:
// CHECK-NEXT: movq $0, [[SLOT]](%rsp)
// CHECK-NEXT: jmp

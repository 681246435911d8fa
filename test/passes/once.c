// Volatile and atomic accesses happen exactly once; all operands are compared
// before, and the address again behind it: the register outlives the access.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o read | FileCheck --check-prefix=READ %s
// RUN: %show %t.o write | FileCheck --check-prefix=WRITE %s
// RUN: %show %t.o add | FileCheck --check-prefix=ADD %s
// RUN: %show %t.o swap | FileCheck --check-prefix=SWAP %s
// RUN: %show %t.o load | FileCheck --check-prefix=LOAD %s
// RUN: %harden -O0 -c %s -o %t0.o && %show %t0.o read | FileCheck --check-prefix=O0 %s

int read(volatile int *p) { return *p + 5; }
// READ: cmpq [[P:%[a-z0-9]+]], %rdi
// READ-NEXT: jne <atomic>
// READ-NEXT: movl (%rdi), [[V:%[a-z]+]]
// READ-NEXT: cmpq [[P]], %rdi
// READ-NEXT: jne <atomic>
// READ-NEXT: movl [[V]], {{%[a-z0-9]+}}
// READ-NOT: ({{%[a-z0-9]+}})
// READ: jne <return>
// O0: jne <atomic>
// O0-NEXT: movl (%rcx), [[V:%[a-z]+]]
// O0-NOT: (%rcx)
// O0: jne <return>

void write(volatile int *p, int v) { *p = v * 5; }
// WRITE: record write: {{.*}} atomic=4{{$}}
// WRITE-COUNT-2: jne <atomic>
// WRITE-NEXT: movl {{%[a-z]+}}, (%rdi)
// WRITE-NOT: (%rdi)
// The registers the store read are compared again behind it.
// WRITE-COUNT-2: jne <atomic>
// WRITE-NEXT: retq

int add(int *p, int v) { return __atomic_fetch_add(p, v * 5, __ATOMIC_SEQ_CST); }
// ADD: record add: {{.*}} atomic=3 return=1{{$}}
// ADD-COUNT-2: jne <atomic>
// ADD-NEXT: lock
// ADD-NEXT: xaddl [[V:%[a-z]+]], (%rdi)
// ADD-NOT: xaddl
// ADD: jne <return>

_Bool swap(long *p, long a, long b) {
  return __atomic_compare_exchange_n(p, &a, b * 5, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
// The flags of the exchange exist once: its reader does, too, and is counted.
// SWAP: record swap: {{.*}} unprotected=1 {{.*}} reason:side-effect=1
// SWAP-COUNT-3: jne <atomic>
// SWAP: lock
// SWAP-NEXT: cmpxchgq {{%[a-z]+}}, (%rdi)
// SWAP-NOT: cmpxchgq
// SWAP: sete
// SWAP-NOT: sete
// SWAP: jne <return>

long load(long *p) { return __atomic_load_n(p, __ATOMIC_RELAXED) * 5; }
// LOAD: jne <atomic>
// LOAD-NEXT: movq (%rdi), {{%[a-z]+}}
// LOAD-NOT: ({{%r[a-z0-9]+}}), {{%[a-z0-9]+$}}
// LOAD: jne <return>

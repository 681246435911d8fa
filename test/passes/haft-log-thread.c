// Stores to thread-local variables are logged, too: the entry says where behind the
// thread pointer, which the ABI keeps in the word at %fs:0. Of what pointers into a
// segment lead to nothing is known: those stores end the region.
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: %crit_clang -fcrit=haft -O2 -fPIC -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %crit_clang -fcrit=haft -O2 -mavx2 -mllvm -verify-machineinstrs -c %s -o %t.o

static __thread struct {
  int stack, low;
  long bytes;
} bins[4];

// The store goes through the address that was compared; the second copy reads back.
void index_and_disp(long i, long n) { bins[i].bytes += n; }
// CHECK-LABEL: index_and_disp:
// CHECK: leaq bins@TPOFF+8(%r{{[a-z0-9]+}}), [[A:%r[a-z0-9]+]]
// CHECK: leaq bins@TPOFF+8(%r{{[a-z0-9]+}}), [[B:%r[a-z0-9]+]]
// CHECK: movq %fs:0, [[E:%r[a-z0-9]+]]
// CHECK: addq [[A]], [[E]]
// CHECK: movsd ([[E]]), [[X:%xmm[0-9]+]]
// CHECK: movups [[X]], {{-?[0-9]*}}(%rsp)
// CHECK: cmpq [[B]], [[A]]
// CHECK: jne
// CHECK: movq [[E]], {{-?[0-9]*}}(%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, %fs:([[A]])
// CHECK: cmpq %r{{[a-z0-9]+}}, %fs:([[B]])
// CHECK-NOT: cmpq %rsp
// CHECK: xorq %rsp
// CHECK: .size index_and_disp

// A base alone needs no address of its own.
extern __thread long outer;
void base(long n) { outer += n; }
// CHECK-LABEL: base:
// CHECK: movq outer@GOTTPOFF(%rip), [[R:%r[a-z0-9]+]]
// CHECK: movq outer@GOTTPOFF(%rip), [[S:%r[a-z0-9]+]]
// CHECK-NOT: leaq
// CHECK: movq [[R]], [[A:%r[a-z0-9]+]]
// CHECK: movq %fs:0, [[E:%r[a-z0-9]+]]
// CHECK: addq [[A]], [[E]]
// CHECK: cmpq [[S]], [[A]]
// CHECK: movq [[E]], {{-?[0-9]*}}(%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, %fs:([[A]])
// CHECK: .size base

__thread long own;
void neither(long n) { own += n; }
// CHECK-LABEL: neither:
// CHECK: leaq own@TPOFF, [[E:%r[a-z0-9]+]]
// CHECK: movq %fs:0, [[F:%r[a-z0-9]+]]
// CHECK: addq [[F]], [[E]]
// CHECK: movq [[E]], {{-?[0-9]*}}(%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, %fs:own@TPOFF
// CHECK: .size neither

void elsewhere(long __attribute__((address_space(257))) *p, long n) { *p += n; }
// CHECK-LABEL: elsewhere:
// CHECK-NOT: %fs:0
// CHECK: cmpq %rsp
// CHECK: cmpq %rsp
// CHECK: movq %r{{[a-z0-9]+}}, %fs:(%r
// CHECK: .size elsewhere

// Vector values are compared by bits, all of them; several with one comparison
// where they can wait for each other.
// RUN: %harden -O2 -c %s -o %t.o && %show %t.o v128 | FileCheck --check-prefix=SSE2 %s
// RUN: %harden -O2 -msse4.1 -c %s -o %t.o && %show %t.o v128 | FileCheck --check-prefix=SSE41 %s
// RUN: %harden -O2 -mavx2 -DWIDE -c %s -o %t.o && %show %t.o v256 | FileCheck --check-prefix=AVX2 %s
// RUN: %harden -O2 -mavx512f -DWIDE -c %s -o %t.o && %show %t.o v512 | FileCheck --check-prefix=AVX512 %s
// RUN: %harden -O2 -mavx512f -DWIDE -c %s -o %t.o && %show %t.o mask | FileCheck --check-prefix=MASK %s

typedef int V128 __attribute__((vector_size(16)));
void v128(V128 *p, V128 *q, V128 a, V128 b) { *p = a + b; *q = a - b; }
// SSE2: record v128: {{.*}} unprotected=0 store-address=2 store-value=1
// SSE2-COUNT-2: paddd
// SSE2-NOT: paddd
// SSE2: pcmpeqb
// SSE2: pcmpeqb
// SSE2: pmovmskb
// SSE2-NEXT: cmpl $0xffff,
// SSE2-NEXT: jne <store-value>
// SSE41: ptest
// SSE41-NEXT: jne <store-value>

#ifdef WIDE
typedef int V256 __attribute__((vector_size(32)));
void v256(V256 *p, V256 a, V256 b) { *p = a + b; }
// AVX2-COUNT-2: vpaddd {{.*}}%ymm
// AVX2: vpxor {{.*}}%ymm
// AVX2-NEXT: vptest %ymm
// AVX2-NEXT: jne <store-value>

typedef int V512 __attribute__((vector_size(64)));
void v512(V512 *p, V512 a, V512 b) { *p = a + b; }
// AVX512-COUNT-2: vpaddd {{.*}}%zmm
// AVX512: vptestm{{[dq]}}
// AVX512: jne <store-value>

V512 mask(V512 a, V512 b) { return a > b; }
// MASK: record mask: {{.*}} unprotected=0 return=1
// MASK-COUNT-2: vpcmpgtd
#endif

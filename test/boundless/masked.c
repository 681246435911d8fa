// Vector accesses with a mask: whole when all of it is in bounds, lane by lane
// when not; lanes that are off are no accesses. Copies of constant length the same.
// RUN: %crit_bl -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O1 -mavx2 -DX86 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=X86
// RUN: %crit_bl -O1 -mavx2 -DX86 -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MISSED
// RUN: %crit_bl -O0 %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=RUNS
// RUN: %crit_bl -O2 -fcrit-bounds=strict %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=RUNS
// RUN: %crit_clang -fcrit=haft,boundless -I%S/../../runtime/include -O2 %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=RUNS
// RUN: %crit_clang -fcrit=delta,boundless -I%S/../../runtime/include -O2 %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=RUNS
// RUN: env CRIT_OPTIONS=bounds=first %t off | FileCheck %s --check-prefix=OFF
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef int v4 __attribute__((ext_vector_type(4)));
typedef _Bool m4 __attribute__((ext_vector_type(4)));
#define NOINLINE __attribute__((noinline))

// CHECK-LABEL: @load(
// CHECK: br i1 %{{.*}}, label %[[#WHOLE:]], label %{{.*}}, !prof
// CHECK: call <4 x i32> @llvm.masked.load
// CHECK-COUNT-4: call preserve_mostcc ptr
// CHECK: ret <4 x i32>
NOINLINE v4 load(int *p, long i, m4 m) { return __builtin_masked_load(m, p + i, (v4){0}); }

// The field policy: nothing moves, nothing is split.
// CHECK-LABEL: @field(
// CHECK-NOT: preserve_mostcc
// CHECK: call <4 x i32> @llvm.masked.load
// CHECK-NOT: preserve_mostcc
// CHECK: ret <4 x i32>
NOINLINE v4 field(int *p, m4 m) { return __builtin_masked_load(m, p + 2, (v4){0}); }

NOINLINE void store(int *p, long i, m4 m, v4 v) { __builtin_masked_store(m, v, p + i); }
NOINLINE v4 expand(int *p, long i, m4 m) { return __builtin_masked_expand_load(m, p + i, (v4){0}); }
NOINLINE void compress(int *p, long i, m4 m, v4 v) { __builtin_masked_compress_store(m, v, p + i); }

// CHECK-LABEL: @gather(
// CHECK-NOT: llvm.masked.gather
// CHECK-COUNT-4: call preserve_mostcc ptr
// CHECK-NOT: llvm.masked.gather
// CHECK: ret <4 x i32>
NOINLINE v4 gather(int *p, m4 m, v4 i) { return __builtin_masked_gather(m, i, p, (v4){0}); }
NOINLINE void scatter(int *p, m4 m, v4 i, v4 v) { __builtin_masked_scatter(m, i, v, p); }

// CHECK-LABEL: @copy(
// CHECK: call void @llvm.memcpy
// CHECK: ret void
NOINLINE void copy(char *p, long i, const char *q) { memcpy(p + i, q, 48); }

#ifdef X86
#include <immintrin.h>
// X86-LABEL: @x86load(
// X86: call <8 x float> @llvm.x86.avx.maskload.ps.256
// X86-COUNT-8: call preserve_mostcc ptr
// X86: ret <8 x float>
__m256 x86load(float *p, long i, __m256i m) { return _mm256_maskload_ps(p + i, m); }
// X86-LABEL: @x86gather(
// X86-NOT: llvm.x86.avx2.gather
// X86-COUNT-8: call preserve_mostcc ptr
// X86-NOT: llvm.x86.avx2.gather
// X86: ret <4 x i64>
__m256i x86gather(int *p, __m256i i) { return _mm256_i32gather_epi32(p, i, 4); }
// One takes what the other made.
__m256i x86twice(int *p, __m256i i, __m256i m) {
  return _mm256_mask_i32gather_epi32(_mm256_i32gather_epi32(p, i, 4), p + 3, i, m, 4);
}
// MISSED: [[#@LINE+1]]:{{.*}}bounds not checked: an instruction of the target that loads or stores (in x86bytes)
void x86bytes(char *p, __m128i v, __m128i m) { _mm_maskmoveu_si128(v, m, p); }
#endif

// What is stored is what was loaded, whichever way either went.
NOINLINE void through(int *to, const int *from, long i, m4 m) {
  __builtin_masked_store(m, __builtin_masked_load(m, (int *)from + i, (v4){0}), to + i);
}

static volatile long zero;
static int *make(void) {
  int *p = malloc(108); // 27 and, unused, one
  for (int i = 0; i < 28; ++i)
    p[i] = i;
  return p;
}
static void show(const char *what, v4 v) { printf("%s %d %d %d %d\n", what, v[0], v[1], v[2], v[3]); }

int main(int argc, char **argv) {
  int *a = make(), *b = make();
  m4 all = {1, 1, 1, 1}, odd = {0, 1, 0, 1}, none = {0, 0, 0, 0}, low = {1, 1, 0, 0};
  v4 v = {51, 52, 53, 54}, at = {3, 40, 5, 41};
  if (argc > 1) { // in bounds as far as lanes are on
    show("off", load(a, 26, low));
    store(a, 26, low, v);
    show("none", load(a, 1000 + zero, none));
    show("gather", gather(a, (m4){1, 0, 1, 0}, at));
    scatter(a, (m4){1, 0, 1, 0}, at, v);
    show("stored", load(a, 24, all));
    return 0;
  }
  // OFF: off 26 27 0 0
  // OFF-NEXT: none 0 0 0 0
  // OFF-NEXT: gather 3 0 5 0
  // OFF-NEXT: stored 24 25 51 52
  store(a, 26 + zero, all, v);
  show("store", load(a, 26 + zero, all));
  show("odd", load(a, 26 + zero, odd));
  scatter(a, all, at, v);
  show("gather", gather(a, odd, at));
  compress(a, 27 + zero, odd, v);
  show("expand", expand(a, 27 + zero, odd));
  char s[48];
  memset(s, 7, sizeof(s));
  copy((char *)a, 100 + zero, s);
  printf("copy %d %d\n", ((char *)a)[111], a[3]);
  show("kept", load(a, 30 + zero, all));
  through(b, a, 26 + zero, low); // as far as lanes are on in bounds of both
  show("through", load(b, 26 + zero, low));
  through(b, b, 24 + zero, low);
  b[26] = 26;
  b[27] = 27;
  for (int i = 0; i < 28; ++i)
    if (b[i] != i)
      puts("neighbour changed");
  puts("done");
}
// RUNS: store 51 52 53 54
// RUNS-NEXT: odd 0 52 0 54
// RUNS-NEXT: gather 0 52 0 54
// RUNS-NEXT: expand 0 52 0 54
// RUNS-NEXT: copy 7 51
// RUNS-NEXT: kept 117901063 117901063 117901063 117901063
// RUNS-NEXT: through 117901063 117901063 0 0
// RUNS-NEXT: done

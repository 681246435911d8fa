// Without SSE4.1 a product of <4 x i32> is two multiplications and six shuffles;
// hardened code gets by with fewer, since it pays for each twice. Where only the
// lower half is looked at, one multiplication will do. Other shuffles of the same
// shape, and products whose halves are used elsewhere, stay as they are.
// RUN: %harden -O2 -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o four | FileCheck --check-prefix=FOUR %s
// RUN: %show %t.o two | FileCheck --check-prefix=TWO %s
// RUN: %show %t.o other | FileCheck --check-prefix=OTHER %s
// RUN: %show %t.o used | FileCheck --check-prefix=USED %s
// RUN: %harden -O2 -fno-unroll-loops -DMAIN %s -o %t && %t | FileCheck --check-prefix=VALUES %s
// RUN: crit-clang -fcrit=none -O0 -DMAIN %s -o %t && %t | FileCheck --check-prefix=VALUES %s
#include <emmintrin.h>
#include <stdio.h>

typedef int v4 __attribute__((vector_size(16)));

__attribute__((noinline)) v4 four(v4 a, v4 b) { return a * b; }
// FOUR: record four: {{.*}} unprotected=0
// FOUR-COUNT-2: shufps {{\$(0x88|136)}},
// FOUR-NOT: punpckldq
// FOUR-COUNT-2: pshufd {{\$(0xd8|216)}},
// FOUR-NOT: pshufd
// FOUR: end of four

// A sum of widened products of pairs.
__attribute__((noinline)) long two(const int *a, const int *b) {
  long s = 0;
  for (int i = 0; i < 64; ++i)
    s += a[i] * b[i];
  return s;
}
// TWO-NOT: {{\$(0xf5|245)}}
// TWO-COUNT-2: pmuludq
// TWO-NOT: {{pmuludq|\$245|\$0xf5}}
// TWO: end of two

#define EVEN(x) _mm_shuffle_epi32(x, 0xe8)
__attribute__((noinline)) v4 other(__m128i a, __m128i b) {
  return (v4)_mm_unpacklo_epi32(EVEN(_mm_add_epi64(a, b)),
                                EVEN(_mm_mul_epu32(a, b)));
}
// OTHER-NOT: shufps
// OTHER: punpckldq
// OTHER: end of other

__attribute__((noinline)) v4 used(__m128i a, __m128i b, __m128i *p) {
  __m128i e = _mm_mul_epu32(a, b);
  *p = e;
  __m128i o = _mm_mul_epu32(_mm_shuffle_epi32(a, 0xf5),
                            _mm_shuffle_epi32(b, 0xf5));
  return (v4)_mm_unpacklo_epi32(EVEN(e), EVEN(o));
}
// USED-NOT: shufps
// USED: punpckldq
// USED: end of used

#ifdef MAIN
static int numbers[2][64];
static void print(v4 v) {
  printf("%d %d %d %d\n", v[0], v[1], v[2], v[3]);
}
int main(int argc, char **argv) {
  for (int i = 0; i < 64; ++i) {
    numbers[0][i] = argc * (i * 2654435761u);
    numbers[1][i] = argc * (i * 40503u - 99999u);
  }
  v4 a = {numbers[0][1], numbers[0][2], numbers[0][3], numbers[0][4]};
  v4 b = {numbers[1][1], numbers[1][2], numbers[1][3], numbers[1][4]};
  print(four(a, b));
  printf("%ld\n", two(numbers[0], numbers[1]));
  print(other((__m128i)a, (__m128i)b));
  __m128i e;
  print(used((__m128i)a, (__m128i)b, &e));
  print((v4)e);
}
#endif
// VALUES: 1932404760 1550390846 -1146041742 -1861925708
// VALUES-NEXT: -5731179648
// VALUES-NEXT: -1640591031 1932404760 -626605799 -1146041742
// VALUES-NEXT: 1932404760 1550390846 -1146041742 -1861925708
// VALUES-NEXT: 1932404760 -1640568306 -1146041742 18371

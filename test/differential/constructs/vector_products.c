// Products of integers in loops that clang turns into vectors: whole vectors and
// halves, squares, sums of widened products, factors that do not change.
// FLAGS: -fwrapv
#include <stdint.h>
#include <stdio.h>

enum { N = 67 };
static int32_t A[N], B[N];
static uint32_t U[N], V[N];
static int16_t S[N];
static int64_t W[N];

static uint64_t seed = 88172645463325252u;
static uint64_t next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

#define LOOP for (int i = 0; i < N; ++i)
#define FN __attribute__((noinline)) static
FN void product(int32_t *d) { LOOP d[i] = A[i] * B[i]; }
FN void scaled(int32_t *d, int32_t f) { LOOP d[i] += A[i] * f; }
FN void squares(uint32_t *d) { LOOP d[i] = U[i] * U[i]; }
FN void both(uint32_t *d) { LOOP d[i] = U[i] * V[i] + (U[i] ^ V[i]) * U[i]; }
FN void shorts(int32_t *d) { LOOP d[i] = S[i] * A[i]; }
FN void wide(int64_t *d) { LOOP d[i] = A[i] * B[i]; }
FN void wider(int64_t *d) { LOOP d[i] = (int64_t)A[i] * B[i]; }
FN int64_t sum(void) { int64_t s = 0; LOOP s += A[i] * B[i]; return s; }
FN uint64_t usum(void) { uint64_t s = 0; LOOP s += U[i] * V[i]; return s; }
FN int64_t shifted(int a, int b) {
  int64_t s = 0;
  LOOP s += (A[i] - a) * (B[i] - b);
  return s;
}
FN int32_t compared(void) {
  int32_t n = 0;
  LOOP n += A[i] * B[i] > W[i];
  return n;
}

typedef int32_t v2 __attribute__((vector_size(8)));
typedef int32_t v4 __attribute__((vector_size(16)));
typedef int32_t v8 __attribute__((vector_size(32)));
FN v2 two(v2 a, v2 b) { return a * b - b; }
FN v4 four(v4 a, v4 b) { return a * b + a; }
FN v8 eight(v8 a, v8 b) { return a * b * a; }

#define SHOW(X, F) \
  LOOP printf(F "%s", (X)[i], i + 1 < N ? " " : "\n")

int main(void) {
  static int32_t d[N];
  static uint32_t u[N];
  static int64_t w[N];
  for (int round = 0; round < 3; ++round) {
    LOOP {
      A[i] = (int32_t)(next() >> (round * 16));
      B[i] = (int32_t)next();
      U[i] = (uint32_t)(next() >> (round * 8));
      V[i] = (uint32_t)next();
      S[i] = (int16_t)next();
      W[i] = (int32_t)next();
    }
    product(d); SHOW(d, "%d");
    scaled(d, (int32_t)next()); SHOW(d, "%d");
    shorts(d); SHOW(d, "%d");
    squares(u); SHOW(u, "%u");
    both(u); SHOW(u, "%u");
    wide(w); SHOW(w, "%ld");
    wider(w); SHOW(w, "%ld");
    printf("%ld %lu %ld %d\n", sum(), usum(), shifted(A[1], B[2]), compared());
    v2 c = two((v2){A[0], A[1]}, (v2){B[0], B[1]});
    v4 f = four((v4){A[0], A[1], A[2], A[3]}, (v4){B[0], B[1], B[2], B[3]});
    v8 e = eight((v8){A[0], A[1], A[2], A[3], A[4], A[5], A[6], A[7]},
                 (v8){B[0], B[1], B[2], B[3], B[4], B[5], B[6], B[7]});
    printf("%d %d | %d %d %d %d |", c[0], c[1], f[0], f[1], f[2], f[3]);
    for (int i = 0; i < 8; ++i)
      printf(" %d", e[i]);
    puts("");
  }
}

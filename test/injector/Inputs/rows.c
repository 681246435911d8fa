// Each row is computed into the place of the row that the one before was computed
// from, and records by index from each other: what is computed again must find
// what was there.
#include <stdint.h>
#include <stdio.h>

enum { N = 24, Rows = 12 };
static uint64_t Buffer[(Rows + 1) * N + 1];
static uint32_t Records[64][4];

__attribute__((noinline)) static void smooth(uint64_t *Out, const uint64_t *In,
                                             long Length, long Count) {
  for (long J = 0; J < Count; ++J, Out += Length, In += Length)
#pragma clang loop vectorize(disable) unroll(disable)
    for (long I = 1; I < Length; ++I)
      Out[I] = (In[I - 1] ^ In[I + 1]) * 0x9e3779b97f4a7c15u + I;
}

__attribute__((noinline)) static void mix(uint32_t (*R)[4], const uint8_t *Index,
                                          long Count) {
  for (long I = 0; I < Count; ++I) {
    uint32_t *Q = R[Index[I] & 63], A = Q[0], B = Q[1], C = Q[2], D = Q[3];
    Q[2] = A + D;
    Q[0] = B * 5 + 1;
    Q[1] = D ^ C;
    Q[3] = C + 3;
  }
}

int main(void) {
  uint64_t Sum = 0;
  for (unsigned I = 0; I != sizeof(Buffer) / sizeof(*Buffer); ++I)
    Buffer[I] = I * 0xbf58476d1ce4e5b9u;
  // A store that changes nothing and is hit in its own address goes astray unseen.
  for (unsigned I = 0; I != 256; ++I)
    Records[I / 4][I % 4] = I * 0x9e3779b9u;
  smooth(Buffer, Buffer + N, N, Rows);
  mix(Records, (const uint8_t *)Buffer, 400);
  for (unsigned I = 0; I != sizeof(Buffer) / sizeof(*Buffer); ++I)
    Sum = Sum * 31 + Buffer[I];
  for (unsigned I = 0; I != 256; ++I)
    Sum = Sum * 31 + Records[I / 4][I % 4];
  printf("%016llx\n", (unsigned long long)Sum);
}

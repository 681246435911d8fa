// Variables in memory twice: the program does what plain clang's does, with
// elements read before they are written, parts of elements, vectors, exceptions
// from the order of things: nothing of it is a false stop.
// RUN: clang-22 -O1 -w %s -o %t.plain && %t.plain >%t.expected
// RUN: %harden -fcrit-delta-memory=shadow -w -O0 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -w -O1 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -w -O2 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -w -O3 -mavx2 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -fcrit-delta-scheme=affine -w -O0 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -fcrit-delta-scheme=affine -fcrit-delta-a=11 -w -O2 %s -o %t && %t | diff - %t.expected
// RUN: %harden -fcrit-delta-memory=shadow -fcrit-delta-scheme=mixed -w -O2 %s -o %t && %t | diff - %t.expected
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define APART __attribute__((noinline))
static uint64_t Digest = 1;
static void emit(uint64_t V) { Digest = (Digest ^ V) * 0x100000001b3 + 7; }
/// What calls leave behind on the stack is not zero.
APART void dirty(unsigned Seed) {
  volatile uint64_t Junk[200];
  for (unsigned I = 0; I < 200; ++I)
    Junk[I] = (I + Seed) * 0x9E3779B97F4A7C15;
}
APART int second(int Ignored, int V) {
  __asm__("" ::: "memory");
  return V;
}

// Every width, signed and not.
#define WIDTHS(NAME, TYPE)                                                     \
  APART void NAME(unsigned N) {                                                \
    TYPE A[40];                                                                \
    for (unsigned I = 0; I < 40; ++I)                                          \
      A[I * 7 % 40] = (TYPE)(I * 0x9E3779B97F4A7C15u >> 5);                    \
    for (unsigned I = 0; I < N; ++I) {                                         \
      A[I * 11 % 40] = (TYPE)((uint64_t)A[I * 11 % 40] + A[I * 13 % 40]);      \
      A[I * 3 % 40] ^= 0x55;                                                   \
      if (A[I % 40] < A[(I + 1) % 40])                                         \
        A[I % 40] = 3;                                                         \
      emit((uint64_t)A[I * 17 % 40]);                                          \
    }                                                                          \
  }
WIDTHS(u8, uint8_t)
WIDTHS(s8, int8_t)
WIDTHS(u16, uint16_t)
WIDTHS(s16, int16_t)
WIDTHS(u32, uint32_t)
WIDTHS(s32, int32_t)
WIDTHS(u64, uint64_t)
WIDTHS(s64, int64_t)

// Read before written: handed on, swapped, passed to who does not look.
APART int early(int N) {
  int A[9], V;
  for (int I = 0; I < N; ++I)
    A[I * 2 % 9] = I;
  for (int I = 0; I < 9; ++I) {
    int T = A[I];
    A[I] = A[8 - I];
    A[8 - I] = T;
  }
  int R = second(A[N % 9], 5) + second(A[(N + 4) % 9], 7);
  if (N > 3)
    V = N;
  R += second(V, 9);
  if (N > 3)
    R += V;
  return R;
}
APART long many(int N) {
  long A[64];
  for (int I = 0; I < N; ++I)
    A[(I * 5) & 63] = I;
  long R = 0;
  for (int I = 0; I < 64; ++I) {
    long T = A[(I * 3) & 63];
    A[(I * 3) & 63] = A[I];
    A[I] = T;
    R += second((int)T, I);
  }
  return R;
}

// Parts of what was written, and more than one element at once.
union Parts {
  uint64_t Whole;
  uint32_t Half[2];
  uint8_t Byte[8];
};
APART uint64_t parts(unsigned N) {
  union Parts P, Q[6];
  P.Whole = N * 0x0123456789abcdefu;
  P.Byte[3] = N;
  P.Half[1] += P.Byte[N % 3];
  for (unsigned I = 0; I < 6; ++I)
    Q[I] = P, Q[I].Byte[I] = I;
  Q[N % 6].Half[N & 1] = 17;
  for (unsigned I = 0; I < 48; ++I)
    P.Whole = P.Whole * 31 + Q[I / 8].Byte[I % 8];
  return P.Whole + Q[N % 5].Whole;
}
struct Item {
  char Kind;
  short Size;
  int Count;
  void *Where;
  double Weight;
  _Bool Flag;
};
APART uint64_t items(int N) {
  struct Item A = {1, 2, N, &Digest, 0.5, 1}, B = A, C[5];
  B.Count += A.Size;
  for (int I = 0; I < 5; ++I)
    C[I] = I & 1 ? A : B;
  C[N % 5].Kind = 'x';
  C[N % 4].Weight *= 3;
  A = C[(N + 1) % 5];
  memset(&B, N, sizeof B);
  memcpy(&B.Count, &A.Count, sizeof B.Count);
  return A.Count + B.Count + C[N % 5].Kind + (uint64_t)C[N % 4].Weight +
         A.Flag + (A.Where == &Digest);
}
APART uint64_t zeroed(unsigned N) {
  uint32_t Count[32] = {0};
  uint16_t Table[16] = {3, 1, 4, 1, 5, 9, 2, 6};
  for (unsigned I = 0; I < N; ++I)
    ++Count[(I * I + Table[I % 16]) % 32];
  uint64_t R = 0;
  for (unsigned I = 0; I < 32; ++I)
    R = R * 3 + Count[I];
  return R;
}

// Both ways to an address, and flags that pass by a store.
APART long mixture(long N) {
  long A[4] = {N, N + 1, N + 2, N + 3}, B[8];
  for (int I = 0; I < 8; ++I)
    B[I] = A[I & 3] * I;
  long *P = &A[N & 3];
  *P = 77;
  A[(N + 1) & 3] += B[N & 7] > B[(N + 3) & 7] ? 5 : 6;
  unsigned long Low = N, High = N;
  Low += 0x8000000000000001u * (unsigned long)B[1];
  High += Low < (unsigned long)N;
  return A[0] + A[1] * 2 + A[2] * 3 + A[3] * 5 + (long)High;
}

// Again and again from one place; a jump back into the function.
APART int recursion(int N) {
  int A[3] = {N, N * 2, N * 3};
  if (N)
    A[N % 3] += recursion(N - 1);
  return A[0] ^ A[1] ^ A[2];
}
static jmp_buf Buf;
APART void back(int N) { longjmp(Buf, N); }
APART int jumps(int N) {
  volatile int Seen = 0;
  int A[4] = {N, 2, 3, 4};
  int R = setjmp(Buf);
  Seen += R;
  if (R < 3)
    back(R + 1);
  return Seen + A[N & 3];
}

int main(void) {
  for (unsigned N = 1; N < 60; N += 7) {
    dirty(N);
    u8(N), s8(N), u16(N), s16(N), u32(N), s32(N), u64(N), s64(N);
    dirty(N + 1);
    emit(early(N % 9));
    dirty(N + 2);
    emit(many(N));
    dirty(N + 3);
    emit(parts(N));
    emit(items(N));
    dirty(N + 4);
    emit(zeroed(N));
    emit(mixture(N));
    emit(recursion(N));
    emit(jumps(N));
    printf("%u %016llx\n", N, (unsigned long long)Digest);
  }
}

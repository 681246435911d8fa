// Consumers of flags: setcc, cmov, adc/sbb chains, overflow, bt.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef unsigned __int128 U128;
typedef unsigned long long ULL;

#define CONDITIONS(Name, Type)                                                 \
  NOINLINE static unsigned set##Name(Type A, Type B) {                         \
    return (unsigned)(A < B) | (unsigned)(A <= B) << 1 |                       \
           (unsigned)(A > B) << 2 | (unsigned)(A >= B) << 3 |                  \
           (unsigned)(A == B) << 4 | (unsigned)(A != B) << 5 |                 \
           (unsigned)((A & B) == 0) << 6 | (unsigned)(A < 0) << 7;             \
  }                                                                            \
  NOINLINE static uint64_t move##Name(Type A, Type B, uint64_t X,              \
                                      uint64_t Y) {                            \
    uint64_t R = A < B ? X : Y;                                                \
    R += A == B ? Y : X * 3;                                                   \
    R ^= A >= B ? X - Y : Y - X;                                               \
    R += (A & 8) ? X : R;                                                      \
    return (Type)((uint64_t)A - (uint64_t)B) < 0 ? R : R * 5;                  \
  }                                                                            \
  NOINLINE static int branch##Name(Type A, Type B) {                           \
    if (A > B)                                                                 \
      return 1;                                                                \
    if (A == B)                                                                \
      return (A & 1) ? 2 : 3;                                                  \
    return 4;                                                                  \
  }                                                                            \
  NOINLINE static int overflow##Name(Type A, Type B, Type *Out) {              \
    int R = __builtin_add_overflow(A, B, &Out[0]);                             \
    R = R * 2 + __builtin_sub_overflow(A, B, &Out[1]);                         \
    R = R * 2 + __builtin_mul_overflow(A, B, &Out[2]);                         \
    if (__builtin_add_overflow(A, Out[1], &Out[3]))                            \
      R += 100;                                                                \
    return R;                                                                  \
  }                                                                            \
  static void run##Name(uint64_t X, uint64_t Y) {                              \
    Type A = (Type)X, B = (Type)Y, Out[4];                                     \
    fold(set##Name(A, B) + set##Name(A, A) * 256);                             \
    fold(move##Name(A, B, X, Y));                                              \
    fold((uint64_t)branch##Name(A, B) * 8 + (uint64_t)branch##Name(B, B));     \
    fold((uint64_t)overflow##Name(A, B, Out));                                 \
    foldBytes(Out, sizeof(Out));                                               \
  }

CONDITIONS(S8, int8_t)
CONDITIONS(U8, uint8_t)
CONDITIONS(S16, int16_t)
CONDITIONS(U16, uint16_t)
CONDITIONS(S32, int32_t)
CONDITIONS(U32, uint32_t)
CONDITIONS(S64, int64_t)
CONDITIONS(U64, uint64_t)

NOINLINE static void chain(ULL *R, const ULL *A, const ULL *B) {
  ULL Carry = 0, Borrow = 0;
  for (int I = 0; I < 4; ++I)
    R[I] = __builtin_addcll(A[I], B[I], Carry, &Carry);
  for (int I = 0; I < 4; ++I)
    R[I + 4] = __builtin_subcll(A[I], B[I], Borrow, &Borrow);
  R[8] = Carry * 2 + Borrow;
}
NOINLINE static void intrinsics(ULL *R, const ULL *A, const ULL *B) {
  unsigned char C = __builtin_ia32_addcarryx_u64(0, A[0], B[0], &R[0]);
  C = __builtin_ia32_addcarryx_u64(C, A[1], B[1], &R[1]);
  C = __builtin_ia32_subborrow_u64(C, A[2], B[2], &R[2]);
  R[3] = __builtin_ia32_subborrow_u64(C, A[3], B[3], &R[3]) ? R[3] + 1 : R[3];
}
NOINLINE static U128 wide(U128 A, U128 B, U128 C) {
  U128 R = A + B - C;
  if (R < A)
    R += 7;
  return A > B ? R : -R;
}
NOINLINE static int bits(uint64_t X, unsigned At) {
  int R = (X >> (At & 63)) & 1;
  R = R * 2 + ((X & (1ull << (At & 63))) != 0);
  if (X & 1ull << 37)
    R += 10;
  if (!((unsigned)X & 1u << (At & 31)))
    R += 100;
  return R;
}
NOINLINE static uint64_t change(uint64_t X, unsigned At) {
  X |= 1ull << (At & 63);
  X ^= 1ull << ((At + 9) & 63);
  return X & ~(1ull << ((At + 33) & 63));
}
NOINLINE static int afterCompute(int64_t A, int64_t B, int64_t *Out) {
  // One instruction both computes and decides.
  int64_t D = (int64_t)((uint64_t)A - (uint64_t)B);
  *Out = D;
  if (D == 0)
    return 0;
  return D < 0 ? -1 : 1;
}
NOINLINE static unsigned saturate(unsigned A, unsigned B) {
  unsigned R = A + B;
  return R < A ? ~0u : R;
}
NOINLINE static int compare3(const char *A, const char *B) {
  for (;; ++A, ++B)
    if (*A != *B || !*A)
      return (*A > *B) - (*A < *B);
}
NOINLINE static uint64_t across(uint64_t A, uint64_t B) {
  // A comparison stays alive over a call.
  int Less = A < B;
  fold(A ^ B);
  return Less ? A : B;
}
NOINLINE static int countdown(uint64_t X) {
  int N = 0;
  do
    ++N;
  while (N < 200 && (X &= X - 1) != 0 && --X);
  return N;
}

int main(void) {
  for (int I = 0; I < 300; ++I) {
    uint64_t X = rnd() >> (I % 50), Y = rnd() >> (I % 47);
    runS8(X, Y), runU8(X, Y), runS16(X, Y), runU16(X, Y);
    runS32(X, Y), runU32(X, Y), runS64(X, Y), runU64(X, Y);
    ULL A[4], B[4], R[9];
    for (int J = 0; J < 4; ++J) {
      A[J] = I & 1 ? ~0ull : rnd();
      B[J] = I & 2 ? 0 : rnd();
    }
    chain(R, A, B);
    foldBytes(R, sizeof(R));
    intrinsics(R, A, B);
    foldBytes(R, 4 * sizeof(R[0]));
    U128 W = wide((U128)X << 64 | Y, (U128)Y << 64 | X, (U128)X * Y);
    fold((uint64_t)(W >> 64) ^ (uint64_t)W);
    fold((uint64_t)bits(X, (unsigned)I));
    fold(change(X, (unsigned)I));
    int64_t Out;
    fold((uint64_t)afterCompute((int64_t)X, I % 3 ? (int64_t)Y : (int64_t)X,
                                &Out));
    fold((uint64_t)Out);
    fold(saturate((unsigned)X, (unsigned)(Y << I % 20)));
    fold(across(X, Y));
    fold((uint64_t)countdown(X));
  }
  fold((uint64_t)(compare3("abc", "abd") + 3 * compare3("x", "x") +
                  9 * compare3("long", "lo")));
  show("flags");
  return 0;
}

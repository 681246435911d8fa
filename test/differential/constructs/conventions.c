// Calling conventions: regcall, vectorcall, ms_abi, preserve_*.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stdarg.h>

#define FN(Attr, Name)                                                         \
  NOINLINE static __attribute__((Attr)) uint64_t Name(uint64_t A, uint64_t B,  \
                                                      uint64_t C, uint64_t D,  \
                                                      uint64_t E, uint64_t F,  \
                                                      uint64_t G) {            \
    uint64_t R = A * 3 + B * 5 + C * 7 + D * 11 + E * 13 + F * 17 + G * 19;    \
    return R ^ R >> 9;                                                         \
  }

FN(ms_abi, msAbi)
FN(sysv_abi, sysv)
FN(regcall, regCall)
FN(vectorcall, vectorCall)
FN(preserve_most, preserveMost)
FN(preserve_all, preserveAll)
FN(swiftcall, swiftCall)

NOINLINE static __attribute__((vectorcall)) double vectorDoubles(double A, double B,
                                                          double C, double D,
                                                          double E, double F,
                                                          double G) {
  return A + B * 2 - C / 3 + D * E - F * G;
}
NOINLINE static __attribute__((regcall)) double regDoubles(double A, int B, float C,
                                                    double D) {
  return A * B + C - D;
}
struct Big { uint64_t X[5]; };
NOINLINE static __attribute__((ms_abi)) struct Big msBig(struct Big B, int K) {
  for (int I = 0; I < 5; ++I)
    B.X[I] = B.X[I] * (unsigned)K + 1;
  return B;
}
NOINLINE static __attribute__((ms_abi)) uint64_t msVar(int N, ...) {
  __builtin_ms_va_list Ap;
  __builtin_ms_va_start(Ap, N);
  uint64_t R = 0;
  while (N--)
    R = R * 3 + __builtin_va_arg(Ap, uint64_t);
  __builtin_ms_va_end(Ap);
  return R;
}
NOINLINE static __attribute__((preserve_most)) void slowPath(uint64_t X) {
  fold(X); // calls on: must save every register it may spoil
}
NOINLINE static uint64_t fastPath(const uint64_t *P, int N) {
  uint64_t A = 1, B = 2, C = 3, D = 4, E = 5;
  for (int I = 0; I < N; ++I) {
    A += P[I], B ^= A, C += B * 3, D ^= C >> 5, E += D;
    if (__builtin_expect(E % 5 == 0, 0))
      slowPath(E);
  }
  return A ^ B ^ C ^ D ^ E;
}
__attribute__((no_caller_saved_registers, target("general-regs-only")))
NOINLINE static void quiet(uint64_t *P) { *P = *P * 3 + 1; }

int main(void) {
  uint64_t P[20];
  for (int I = 0; I < 60; ++I) {
    for (int J = 0; J < 20; ++J)
      P[J] = rnd();
#define CALL(Name) fold(Name(P[0], P[1], P[2], P[3], P[4], P[5], P[6]))
    CALL(msAbi);
    CALL(sysv);
    CALL(regCall);
    CALL(vectorCall);
    CALL(preserveMost);
    CALL(preserveAll);
    CALL(swiftCall);
    double D = (double)(P[7] >> 48);
    foldDouble(vectorDoubles(D, 2, 3, D, 5, 6, D));
    foldDouble(regDoubles(D, I, 2.5f, D / 3));
    struct Big B;
    memcpy(&B, P, sizeof(B));
    B = msBig(B, I);
    foldBytes(&B, sizeof(B));
    fold(msVar(6, P[0], P[1], P[2], P[3], P[4], P[5]));
    fold(fastPath(P, 20));
    quiet(&P[3]);
    fold(P[3]);
  }
  show("conventions");
  return 0;
}

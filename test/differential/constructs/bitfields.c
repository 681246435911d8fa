// Bit-fields: packed, signed, crossing words, volatile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

struct Fields {
  unsigned A : 1;
  signed B : 5;
  unsigned C : 17;
  unsigned long long D : 40;
  signed long long E : 63;
  _Bool F : 1;
  unsigned : 0;
  unsigned char G : 3, H : 5;
};
struct __attribute__((packed)) Tight {
  unsigned A : 3;
  unsigned long long B : 37;
  int C : 11;
  unsigned D : 29;
};
struct Device {
  volatile unsigned Ready : 1;
  volatile unsigned Count : 7;
  volatile unsigned Data : 24;
};

NOINLINE static void update(struct Fields *P, uint64_t X) {
  P->A ^= X & 1;
  P->B = (int)(X >> 3 & 15) - 8;
  P->C += (unsigned)X;
  P->D = P->D * 3 + X;
  P->E = (int64_t)(X >> 2) - (int64_t)P->D;
  P->F = P->C > 1000;
  P->G++;
  P->H -= P->G;
}
NOINLINE static uint64_t read(struct Fields F) {
  return F.A + (uint64_t)(int64_t)F.B * 3 + F.C * 5u + F.D * 7 +
         (uint64_t)F.E * 11 + F.F * 13u + F.G * 17u + F.H * 19u;
}
NOINLINE static struct Tight tighten(struct Tight T, unsigned X) {
  T.A += X;
  T.B = T.B << 5 | T.A;
  T.C = (int)(X % 2000) - 1000;
  T.D ^= X;
  return T;
}
NOINLINE static unsigned device(struct Device *D, unsigned X) {
  D->Ready = 1;
  D->Count = D->Count + 1;
  D->Data = X;
  return D->Ready ? D->Data + D->Count : 0;
}

int main(void) {
  static struct Fields F;
  static struct Tight T;
  static struct Device D;
  for (int I = 0; I < 200; ++I) {
    update(&F, rnd());
    fold(read(F));
    T = tighten(T, (unsigned)rnd());
    fold(T.A + T.B + (uint64_t)(int64_t)T.C + T.D);
    fold(device(&D, (unsigned)rnd()));
  }
  show("bit-fields");
  return 0;
}

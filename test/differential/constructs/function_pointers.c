// Calls through pointers: tables, arguments, returned functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef uint64_t Op(uint64_t, uint64_t);
static uint64_t add(uint64_t A, uint64_t B) { return A + B; }
static uint64_t sub(uint64_t A, uint64_t B) { return A - B; }
static uint64_t mul(uint64_t A, uint64_t B) { return A * B; }
static uint64_t mix(uint64_t A, uint64_t B) { return A ^ (B >> 3); }

static Op *volatile Current = add;
static Op *const Table[] = {add, sub, mul, mix};
typedef Op *Chooser(int);
NOINLINE static Op *choose(int X) { return Table[X & 3]; }
NOINLINE static Chooser *chooser(void) { return choose; }
NOINLINE static uint64_t apply(Op *Fn, uint64_t A, uint64_t B, int N) {
  while (N--)
    A = Fn(A, B + (uint64_t)N);
  return A;
}
NOINLINE static double real(double (*Fn)(double, float), double X) {
  return Fn(X, (float)X) * 2;
}
static double half(double A, float B) { return A / 2 + B; }

struct Object {
  const struct Class *Is;
  int Value;
};
struct Class {
  const char *Name;
  int (*Get)(const struct Object *);
  void (*Set)(struct Object *, int);
};
static int getPlain(const struct Object *O) { return O->Value; }
static int getTwice(const struct Object *O) { return O->Value * 2; }
static void setPlain(struct Object *O, int X) { O->Value = X; }
static void setNegative(struct Object *O, int X) { O->Value = -X; }
static const struct Class A = {"A", getPlain, setNegative};
static const struct Class B = {"B", getTwice, setPlain};

NOINLINE static void pass(void) { fold(5); }
NOINLINE static void twice(void (*Fn)(void)) {
  Fn();
  Fn();
}

int main(void) {
  for (int I = 0; I < 100; ++I) {
    uint64_t X = rnd(), Y = rnd();
    Current = choose((int)(X >> 7 & 255));
    fold(Current(X, Y));
    fold(apply(chooser()(I), X, Y, I % 9));
    struct Object O = {I & 1 ? &A : &B, 0};
    O.Is->Set(&O, (int)(X & 0xffff));
    fold((uint64_t)O.Is->Get(&O));
    fold((uint64_t)O.Is->Name[0]);
    foldDouble(real(half, (double)(Y >> 40)));
    fold(Current == add || *choose == choose);
    twice(I & 1 ? pass : pass);
  }
  show("pointers");
  return 0;
}

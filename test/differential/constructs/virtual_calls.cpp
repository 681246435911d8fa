// Virtual calls, inheritance of every kind, pointers to members.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <typeinfo>

namespace {

struct Shape {
  virtual ~Shape() { fold(1); }
  virtual int64_t area() const = 0;
  virtual int64_t scale(int K) { return K * area(); }
};
struct Named {
  virtual ~Named() { fold(2); }
  virtual uint64_t name() const { return 77; }
  uint64_t Tag = 5;
};
struct Square : Shape {
  int Side;
  explicit Square(int Side) : Side(Side) {}
  int64_t area() const override { return (int64_t)Side * Side; }
};
struct Box : Square, Named {
  int Height;
  Box(int Side, int Height) : Square(Side), Height(Height) {}
  int64_t area() const override { return Square::area() * 2 + Height; }
  uint64_t name() const override { return Tag + (uint64_t)Height; }
};
struct Root {
  int R = 3;
  virtual ~Root() = default;
  virtual int get() const { return R; }
};
struct LeftSide : virtual Root {
  int L = 4;
  int get() const override { return R * 10 + L; }
};
struct RightSide : virtual Root {
  int Q = 5;
};
struct Diamond : LeftSide, RightSide {
  int get() const override { return LeftSide::get() * 10 + Q; }
};

struct Counter {
  int N = 0, M = 100;
  int up(int K) { return N += K; }
  int down(int K) { return M -= K; }
  virtual int both(int K) { return up(K) + down(K); }
  virtual ~Counter() = default;
};
struct Loud : Counter {
  int both(int K) override { return Counter::both(K) * 2; }
};

NOINLINE int64_t use(Shape &S, int K) { return S.area() + S.scale(K); }
NOINLINE uint64_t useNamed(const Named &N) { return N.name(); }
NOINLINE int byMember(Counter &C, int (Counter::*Fn)(int), int Counter::*Data,
                      int K) {
  return (C.*Fn)(K) + C.*Data;
}
NOINLINE int kind(Shape *S) {
  if (auto *B = dynamic_cast<Box *>(S))
    return B->Height;
  return typeid(*S) == typeid(Square) ? -1 : -2;
}

} // namespace

int main() {
  int K = (int)(rnd() % 7) + 1;
  Shape *Shapes[] = {new Square(K), new Box(K + 1, 9), new Square(12)};
  for (Shape *S : Shapes) {
    showValue("use", (uint64_t)use(*S, K));
    showValue("kind", (uint64_t)kind(S));
  }
  Box B(3, K);
  showValue("name", useNamed(B));
  showValue("cross", dynamic_cast<Named *>(Shapes[1])->name());
  for (Shape *S : Shapes)
    delete S;
  Diamond D;
  Root &R = D;
  showValue("diamond", (uint64_t)R.get());
  Loud C;
  showValue("up", (uint64_t)byMember(C, &Counter::up, &Counter::N, K));
  showValue("down", (uint64_t)byMember(C, &Counter::down, &Counter::M, K));
  showValue("both", (uint64_t)byMember(C, &Counter::both, &Counter::N, K));
  int (Counter::*Table[])(int) = {&Counter::up, &Counter::both, &Counter::down};
  for (int I = 0; I < 9; ++I)
    fold((uint64_t)(C.*Table[hide((uint64_t)I) % 3])(I));
  show("virtual");
  return 0;
}

// Hardened code in a shared library: calls, data, exceptions across.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LIBRARY: -DIN_LIBRARY
// LEVELS: -O0 -O2 -Os
#include "check.h"
#include <stdexcept>

struct Interface {
  virtual ~Interface() = default;
  virtual int run(int X) = 0;
};
Interface *makeOne(int Kind);
int callBack(int (*Fn)(int), int X);
extern int Shared[4];

#ifdef IN_LIBRARY
namespace {
struct Twice : Interface {
  int run(int X) override { return X * 2 + Shared[1]; }
};
struct Throws : Interface {
  int run(int X) override {
    if (X > 5)
      throw std::out_of_range("too large");
    return X;
  }
};
} // namespace
int Shared[4] = {1, 2, 3, 4};
Interface *makeOne(int Kind) {
  if (Kind)
    return new Throws;
  return new Twice;
}
int callBack(int (*Fn)(int), int X) {
  int R = Fn(X) + Fn(X + 1);
  Shared[2] += R;
  return R;
}
#else
static int square(int X) {
  if (X == 13)
    throw X;
  return X * X;
}
int main() {
  for (int Kind = 0; Kind < 2; ++Kind) {
    Interface *I = makeOne(Kind);
    for (int X = 3; X < 8; ++X) {
      try {
        showValue("run", (uint64_t)I->run(X + (int)hide(0)));
      } catch (const std::out_of_range &Error) {
        printf("caught %s\n", Error.what());
      }
    }
    delete I;
  }
  for (int X = 10; X < 14; ++X) {
    try {
      showValue("back", (uint64_t)callBack(square, X));
    } catch (int I) {
      showValue("caught", (uint64_t)I);
    }
  }
  showValue("shared", (uint64_t)Shared[2]);
  return 0;
}
#endif

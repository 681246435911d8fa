// Exceptions: invoke, clean-up, rethrow, nesting, several frames.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -fno-asynchronous-unwind-tables -fomit-frame-pointer
#include "check.h"
#include <exception>
#include <stdexcept>
#include <string>

namespace {

struct Trace {
  int Id;
  explicit Trace(int Id) : Id(Id) { fold(100 + (uint64_t)Id); }
  ~Trace() { fold(200 + (uint64_t)Id); }
};

struct Base {
  virtual ~Base() = default;
  virtual int code() const { return 1; }
};
struct Derived : Base {
  int Value;
  explicit Derived(int Value) : Value(Value) {}
  int code() const override { return Value; }
};

NOINLINE int thrower(int X) {
  Trace T(X);
  switch (X % 6) {
  case 0: throw X;
  case 1: throw std::runtime_error("runtime " + std::to_string(X));
  case 2: throw Derived(X);
  case 3: throw 2.5 * X;
  case 4: throw "text";
  }
  return X * 3;
}

// Values of all kinds stay alive over the calls that may throw.
NOINLINE int64_t catchAll(int X, int64_t A, double D, float F) {
  int64_t B = A * 7, C = A ^ X;
  double E = D / 3;
  int R = 0;
  try {
    Trace Outer(1000);
    R = thrower(X);
    B += R;
  } catch (int I) {
    R = I + 1;
    C -= I;
  } catch (const std::runtime_error &Error) {
    R = (int)std::string(Error.what()).size();
    E += R;
  } catch (const Base &Object) {
    R = Object.code() * 2;
  } catch (double Value) {
    R = (int)(Value + D);
    B ^= R;
  } catch (...) {
    R = -7;
  }
  foldDouble(E);
  foldFloat(F * (float)R);
  return A + B * 3 + C * 5 + R;
}

NOINLINE int frames(int Depth, int X) {
  Trace T(Depth);
  int Local = Depth * X;
  if (!Depth)
    return thrower(X);
  int R = frames(Depth - 1, X + Depth);
  return R + Local;
}

NOINLINE int rethrow(int X) {
  try {
    try {
      return frames(5, X);
    } catch (int &I) {
      I += 1000;
      throw;
    } catch (const std::exception &) {
      throw std::logic_error("other");
    }
  } catch (int I) {
    return I;
  } catch (const std::exception &Error) {
    return (int)strlen(Error.what());
  }
}

NOINLINE int nested(int X) {
  int R = 0;
  try {
    Trace T(1);
    throw X;
  } catch (int I) {
    R += I;
    try {
      Trace U(2);
      if (I & 1)
        throw std::string("inner");
      R += 5;
    } catch (const std::string &Text) {
      R += (int)Text.size() * 100;
    }
    fold((uint64_t)std::uncaught_exceptions());
  }
  return R;
}

struct Member {
  int X;
  explicit Member(int X) : X(X) {
    if (X == 3)
      throw X;
  }
  ~Member() { fold(300 + (uint64_t)X); }
};
struct Whole {
  Trace T;
  Member A, B;
  explicit Whole(int X) try : T(50), A(X), B(X + 1) {
    fold(1);
  } catch (int I) {
    fold(400 + (uint64_t)I);
    throw I * 2;
  }
};

NOINLINE int construct(int X) {
  try {
    Whole W(X);
    Whole *P = new Whole[2]{Whole(X + 10), Whole(X + 20)};
    int R = P[1].B.X;
    delete[] P;
    return R;
  } catch (int I) {
    return -I;
  }
}

NOINLINE int safe(int X) noexcept {
  try {
    return thrower(X);
  } catch (...) {
    return 9;
  }
}

NOINLINE int carried(int X) {
  std::exception_ptr P;
  try {
    thrower(X);
  } catch (...) {
    P = std::current_exception();
  }
  if (!P)
    return 0;
  try {
    std::rethrow_exception(P);
  } catch (const std::exception &) {
    return 1;
  } catch (...) {
    return 2;
  }
}

NOINLINE uint64_t loop(int N) {
  uint64_t Sum = 0;
  for (int I = 0; I < N; ++I) {
    try {
      if (I % 3 == 0)
        throw I;
      Sum += (uint64_t)I;
      if (I % 7 == 0)
        continue;
      Sum ^= (uint64_t)thrower(I * 6 + 5);
    } catch (int J) {
      if (J > 40)
        break;
      Sum = Sum * 3 + (uint64_t)J;
    }
  }
  return Sum;
}

} // namespace

int main() {
  int Shift = (int)(rnd() % 5);
  for (int I = 0; I < 24; ++I) {
    fold((uint64_t)catchAll(I, (int64_t)(rnd() >> 12), (double)I / 7, (float)I));
    fold((uint64_t)nested(I));
    fold((uint64_t)safe(I));
    fold((uint64_t)carried(I));
    try {
      fold((uint64_t)rethrow(I + Shift));
    } catch (...) {
      fold(12345);
    }
  }
  for (int I = 0; I < 5; ++I)
    showValue("construct", (uint64_t)construct(I));
  showValue("loop", loop(60));
  show("exceptions");
  return 0;
}

//===- LoweringSteps.h - what several rows compute in steps ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parts of Lowerings.def in terms of a back end's operations, so that machine
// code and the numbers of the unit test are the same expressions.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_LOWERINGSTEPS_H
#define CRIT_DELTA_ENCODING_LOWERINGSTEPS_H

#include <cstdint>

namespace crit {

/// 1 / A modulo 2^64, A odd: five steps of Newton's from 3 right bits.
inline uint64_t inverseOf(uint64_t A) {
  uint64_t R = A;
  for (unsigned I = 0; I != 5; ++I)
    R *= 2 - A * R;
  return R;
}

template <class Backend, class Value> class LoweringSteps {
  Backend &self() { return static_cast<Backend &>(*this); }

public:
  /// A + D. Leaves EFLAGS alone.
  Value off(Value A, int64_t D) {
    int64_t First = D == 1 ? 2 : 1;
    return self().lead(self().lead(A, First), D - First);
  }
  /// A + Scale * B + D. Leaves EFLAGS alone.
  Value sum(Value A, unsigned Scale, Value B, int64_t D) {
    int64_t First = D == 0;
    return self().lead(self().lea(A, Scale, B, First), D - First);
  }
  /// A * Y + Y - 1: the complement of X * Y from A = ~X.
  Value product(Value A, Value Y) {
    return self().lea(self().mul(Y, A), 1, Y, -1);
  }
  /// Y * A, by an address where that will do: leaves EFLAGS alone then.
  static bool isCheap(int64_t A) { return A == 3 || A == 5 || A == 9; }
  Value times(Value Y, int64_t A) {
    return isCheap(A) ? self().lea(Y, unsigned(A - 1), Y, 0)
                      : self().muli(Y, A);
  }
  /// A * ~(X * Y) from E = A * ~X: E * Y + A * Y - A.
  Value affineProduct(Value E, Value Y, int64_t A) {
    return self().lea(self().mul(Y, E), 1, self().times(Y, A), -A);
  }
};

} // namespace crit
#endif

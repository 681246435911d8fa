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
};

} // namespace crit
#endif

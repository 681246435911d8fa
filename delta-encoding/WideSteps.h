//===- WideSteps.h - wide products and verified quotients ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arithmetic of DeltaWide.cpp in terms of a back end's operations: machine
// code there, numbers in the unit test.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_WIDESTEPS_H
#define CRIT_DELTA_ENCODING_WIDESTEPS_H

#include <utility>

namespace crit {

template <class Backend, class Value> class WideSteps {
  Backend &self() { return static_cast<Backend &>(*this); }

public:
  using Pair = std::pair<Value, Value>; ///< low, high

  /// X * Y, from the product of ~X. EncodedY = ~Y.
  Pair product(bool Signed, Value X, Value Y, Value EncodedY) {
    Backend &B = self();
    Value Above = Signed ? B.sign(Y) : EncodedY;
    auto [Low, High] = B.multiply(Signed, B.inv(X), Y);
    Low = B.add(Low, Y);
    High = B.adc(High, Above);
    Low = B.addi(Low, -1);
    High = B.adci(High, Signed ? -1 : 0);
    return {B.inv(Low), B.inv(High)};
  }

  /// Quotient and remainder of High:X by Y if Q is the quotient, else others.
  Pair quotient(bool Signed, Value Q, Value X, Value High, Value Y) {
    Backend &B = self();
    auto [Low, Above] = B.multiply(Signed, Q, Y);
    Value R = B.sub(X, Low);
    Value Rest = B.sbb(High, Above); // 0, or all ones below a negative R
    Value Size = R, Limit = Y;
    if (Signed) {
      Rest = B.sub(Rest, B.sign(R));
      Value S = B.sign(High);
      Size = B.sub(B.exor(R, S), S);
      Value T = B.sign(Y);
      Limit = B.sub(B.exor(Y, T), T);
    }
    Value Wrong = B.ior(B.inv(B.below(Size, Limit)), Rest);
    return {B.sub(Q, Wrong), B.sub(R, Wrong)};
  }
};

} // namespace crit
#endif

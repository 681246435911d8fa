// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The steps of DeltaWide.cpp on numbers: products of all pairs of bytes; all
// quotients of bytes, right ones accepted and every wrong one refused; random
// values at 16 and 32 bits.
#include "WideSteps.h"
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <optional>
#include <random>

namespace {

using u64 = uint64_t;

u64 mask(unsigned W) { return W == 64 ? ~u64(0) : (u64(1) << W) - 1; }
int64_t sext(u64 X, unsigned W) {
  return int64_t(X << (64 - W)) >> (64 - W);
}

struct Numbers : crit::WideSteps<Numbers, u64> {
  explicit Numbers(unsigned W) : W(W) {}
  unsigned W;
  bool Carry = false;
  u64 cut(u64 X) const { return X & mask(W); }
  u64 added(u64 A, u64 B, bool C) {
    unsigned __int128 S = (unsigned __int128)A + B + C;
    Carry = S >> W & 1;
    return cut(u64(S));
  }
  u64 subtracted(u64 A, u64 B, bool C) {
    u64 R = added(A, cut(~B), !C);
    Carry = !Carry;
    return R;
  }
  std::pair<u64, u64> multiply(bool Signed, u64 A, u64 B) {
    unsigned __int128 P =
        Signed ? (unsigned __int128)((__int128)sext(A, W) * sext(B, W))
               : (unsigned __int128)A * B;
    return {cut(u64(P)), cut(u64(P >> W))};
  }
  u64 inv(u64 A) { return cut(~A); }
  u64 add(u64 A, u64 B) { return added(A, B, false); }
  u64 addi(u64 A, int64_t C) { return added(A, cut(u64(C)), false); }
  u64 adc(u64 A, u64 B) { return added(A, B, Carry); }
  u64 adci(u64 A, int64_t C) { return added(A, cut(u64(C)), Carry); }
  u64 sub(u64 A, u64 B) { return subtracted(A, B, false); }
  u64 sbb(u64 A, u64 B) { return subtracted(A, B, Carry); }
  u64 exor(u64 A, u64 B) { return A ^ B; }
  u64 ior(u64 A, u64 B) { return A | B; }
  u64 sign(u64 A) { return sext(A, W) < 0 ? mask(W) : 0; }
  u64 below(u64 A, u64 B) { return A < B ? mask(W) : 0; }
};

void product(unsigned W, bool Signed, u64 X, u64 Y) {
  Numbers B(W);
  auto Want = B.multiply(Signed, X, Y);
  ASSERT_EQ(Want, B.product(Signed, X, Y, ~Y & mask(W)))
      << W << " " << Signed << " " << X << " " << Y;
}

/// Quotient and remainder, or nothing where the instruction traps.
std::optional<std::pair<u64, u64>> divide(unsigned W, bool Signed, u64 X,
                                          u64 High, u64 Y) {
  if (!Y)
    return std::nullopt;
  unsigned __int128 N = (unsigned __int128)High << W | X;
  if (!Signed) {
    if (N / Y > mask(W))
      return std::nullopt;
    return std::pair(u64(N / Y), u64(N % Y));
  }
  __int128 S = (__int128)sext(High, W) * (__int128(1) << W) + X;
  __int128 Q = S / sext(Y, W), R = S % sext(Y, W);
  if (Q != sext(u64(Q) & mask(W), W))
    return std::nullopt;
  return std::pair(u64(Q) & mask(W), u64(R) & mask(W));
}

TEST(Wide, ProductsOfAllBytes) {
  for (bool Signed : {false, true})
    for (unsigned X = 0; X != 256; ++X)
      for (unsigned Y = 0; Y != 256; ++Y) {
        product(8, Signed, X, Y);
        if (HasFatalFailure())
          return;
      }
}

TEST(Wide, RightQuotientsOfAllBytesAreAccepted) {
  for (bool Signed : {false, true})
    for (unsigned High = 0; High != 256; ++High)
      for (unsigned X = 0; X != 256; ++X)
        for (unsigned Y = 1; Y != 256; ++Y)
          if (auto R = divide(8, Signed, X, High, Y)) {
            ASSERT_EQ(*R, Numbers(8).quotient(Signed, R->first, X, High, Y))
                << Signed << " " << High << " " << X << " " << Y;
          }
}

/// The quotient, and the remainder that goes with it, would both be seen.
TEST(Wide, WrongQuotientsAreRefused) {
  for (bool Signed : {false, true})
    for (unsigned High : {0, 1, 7, 127, 128, 254, 255})
      for (unsigned X = 0; X < 256; X += 3)
        for (unsigned Y = 1; Y != 256; ++Y)
          if (auto R = divide(8, Signed, X, High, Y))
            for (unsigned Q = 0; Q != 256; ++Q) {
              if (Q == R->first)
                continue;
              auto Shadow = Numbers(8).quotient(Signed, Q, X, High, Y);
              u64 Rest = (X - Q * Y) & 0xff;
              ASSERT_NE(Shadow.first, Q) << Signed << X << " " << Y;
              ASSERT_NE(Shadow.second, Rest) << Signed << X << " " << Y;
            }
}

/// CRIT_DELTA_RANDOM: inputs a width (default 20,000).
TEST(Wide, RandomAt16To64Bits) {
  const char *E = getenv("CRIT_DELTA_RANDOM");
  unsigned long Count = E ? strtoul(E, nullptr, 10) : 20000;
  std::mt19937_64 Rng(20150622);
  for (unsigned W : {16, 32, 64})
    for (unsigned long I = 0; I != Count; ++I) {
      auto Value = [&] {
        u64 V = Rng() >> (Rng() & 63);
        return (Rng() & 1 ? V : ~V) & mask(W);
      };
      u64 X = Value(), Y = Value(), High = Value();
      bool Signed = Rng() & 1;
      product(W, Signed, X, Y);
      if (Rng() & 3)
        High = Signed ? (sext(X, W) < 0 ? mask(W) : 0) : 0;
      // 128-bit dividends of 64-bit divisions: only those that fit a word.
      if (W == 64 && High != 0 && (!Signed || High != mask(W)))
        continue;
      if (auto R = divide(W, Signed, X, High, Y)) {
        ASSERT_EQ(*R, Numbers(W).quotient(Signed, R->first, X, High, Y))
            << W << Signed << " " << High << " " << X << " " << Y;
        auto Wrong = Numbers(W).quotient(Signed, (R->first + 1) & mask(W), X,
                                         High, Y);
        ASSERT_NE(Wrong.first, (R->first + 1) & mask(W));
      }
      if (HasFatalFailure())
        return;
    }
}

/// Carry chains: ~(x + y + c) = a + b + !c, and so on.
TEST(Wide, CarriesOfComplements) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned Y = 0; Y != 256; ++Y)
      for (bool C : {false, true}) {
        Numbers N(8), S(8);
        u64 Sum = N.added(X, Y, C), Code = S.added(~X & 0xffu, ~Y & 0xffu, !C);
        ASSERT_EQ(Sum, ~Code & 0xff);
        ASSERT_EQ(N.Carry, !S.Carry);
        u64 Difference = N.subtracted(X, Y, C);
        Code = S.subtracted(~X & 0xffu, ~Y & 0xffu, !C);
        ASSERT_EQ(Difference, ~Code & 0xff);
        ASSERT_EQ(N.Carry, !S.Carry);
      }
}

} // namespace

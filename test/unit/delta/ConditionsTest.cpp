// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What conditions of complements tell, over all pairs of bytes.
#include "X86Cond.h"
#include <gtest/gtest.h>

using namespace crit;

namespace {

struct Flags {
  bool O, C, Z, S, P;
  bool operator==(const Flags &F) const {
    return O == F.O && C == F.C && Z == F.Z && S == F.S && P == F.P;
  }
};

Flags compare(unsigned A, unsigned B) {
  A &= 0xff, B &= 0xff;
  unsigned R = (A - B) & 0xff;
  int Wide = int(int8_t(A)) - int(int8_t(B));
  return {Wide < -128 || Wide > 127, A < B, R == 0, (R & 0x80) != 0,
          __builtin_parity(R) == 0};
}

Flags test(unsigned R) {
  R &= 0xff;
  return {false, false, R == 0, (R & 0x80) != 0, __builtin_parity(R) == 0};
}

bool holds(unsigned CC, Flags F) {
  bool V = false;
  switch (CC & ~1u) {
  case CC_O: V = F.O; break;
  case CC_B: V = F.C; break;
  case CC_E: V = F.Z; break;
  case CC_BE: V = F.C || F.Z; break;
  case CC_S: V = F.S; break;
  case CC_P: V = F.P; break;
  case CC_L: V = F.S != F.O; break;
  case CC_LE: V = F.Z || F.S != F.O; break;
  }
  return V != bool(CC & 1);
}

const unsigned Ordered[] = {CC_B,  CC_AE, CC_E, CC_NE, CC_BE,
                            CC_A,  CC_L,  CC_GE, CC_LE, CC_G};

TEST(Conditions, ComparesAreMirrored) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned Y = 0; Y != 256; ++Y)
      for (unsigned CC : Ordered)
        ASSERT_EQ(holds(CC, compare(X, Y)),
                  holds(mirrorCond(CC), compare(~X, ~Y)))
            << CC << " " << X << " " << Y;
}

TEST(Conditions, SwappedComparesHaveTheSameFlags) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned Y = 0; Y != 256; ++Y)
      ASSERT_TRUE(compare(X, Y) == compare(~Y, ~X)) << X << " " << Y;
}

TEST(Conditions, TestsBecomeComparesWithMinusOne) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned CC : {CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A, CC_S, CC_NS,
                        CC_L, CC_GE, CC_LE, CC_G})
      ASSERT_EQ(holds(CC, test(X)), holds(mirrorCond(CC), compare(~X, -1)))
          << CC << " " << X;
}

TEST(Conditions, OrdersAreCrossed) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned Y = 0; Y != 256; ++Y)
      for (unsigned CC : Ordered)
        ASSERT_EQ(holds(CC, compare(X, Y)),
                  holds(viewCond(FlagView::Crossed, CC),
                        compare(~X + 0x80, ~Y + 0x80)))
            << CC << " " << X << " " << Y;
}

TEST(Conditions, CrossedTestsAreComparedWithTheLargest) {
  for (unsigned X = 0; X != 256; ++X)
    for (unsigned CC : {CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A, CC_S, CC_NS,
                        CC_L, CC_GE, CC_LE, CC_G})
      ASSERT_EQ(holds(CC, test(X)), holds(viewCond(FlagView::Crossed, CC),
                                          compare(~X + 0x80, 0x7f)))
          << CC << " " << X;
}

/// Carry for one copy, sign and overflow for the other.
TEST(Conditions, CrossedOrdersReadOtherFlags) {
  auto Reads = [](unsigned CC, bool Carry) {
    bool Any = false;
    for (unsigned Bits = 0; Bits != 16; ++Bits) {
      Flags F{(Bits & 1) != 0, (Bits & 2) != 0, (Bits & 4) != 0,
              (Bits & 8) != 0, false};
      Flags G = F;
      (Carry ? G.C : G.S) = !(Carry ? G.C : G.S);
      Any |= holds(CC, F) != holds(CC, G);
    }
    return Any;
  };
  for (unsigned CC : Ordered)
    if (CC != CC_E && CC != CC_NE)
      EXPECT_NE(Reads(CC, true), Reads(viewCond(FlagView::Crossed, CC), true))
          << CC;
}

TEST(Conditions, InversionCommutes) {
  for (unsigned CC = CC_B; CC <= CC_G; ++CC) {
    EXPECT_EQ(mirrorCond(invertCond(CC)), invertCond(mirrorCond(CC)));
    EXPECT_EQ(crossCond(invertCond(CC)), invertCond(crossCond(CC)));
  }
}

/// Why planFlags asks which conditions there are.
TEST(Conditions, OverflowParityAndSignOfADifferenceHaveNoMirror) {
  for (unsigned CC : {CC_O, CC_P, CC_S}) {
    unsigned Wrong = 0;
    for (unsigned X = 0; X != 256; ++X)
      for (unsigned Y = 0; Y != 256; ++Y)
        Wrong += holds(CC, compare(X, Y)) !=
                 holds(mirrorCond(CC), compare(~X, ~Y));
    EXPECT_NE(Wrong, 0u) << CC;
  }
}

} // namespace

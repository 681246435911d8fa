//===- StatisticsTest.cpp - intervals and draws ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Statistics.h"
#include "Random.h"

#include <gtest/gtest.h>

using namespace crit::inject;

TEST(Wilson, KnownValues) {
  // Wilson's interval for 50 of 100, and the rule of three's neighbour.
  Interval W = wilson(50, 100);
  EXPECT_NEAR(W.Low, 0.4038, 1e-4);
  EXPECT_NEAR(W.High, 0.5962, 1e-4);
  W = wilson(0, 3000);
  EXPECT_EQ(W.Low, 0);
  EXPECT_NEAR(W.High, 0.001279, 1e-6);
  W = wilson(10, 10);
  EXPECT_EQ(W.High, 1);
  EXPECT_NEAR(W.Low, 0.7225, 1e-4);
}

TEST(Random, StreamsDiffer) {
  EXPECT_NE(Random(1, 0).next(), Random(1, 1).next());
  EXPECT_NE(Random(1, 0).next(), Random(2, 0).next());
  EXPECT_EQ(Random(7, 3).next(), Random(7, 3).next());
}

/// chi^2 of N draws of Random(Seed, Stream).below(Bins), one per stream: what
/// the campaign does.
static double chiSquare(uint64_t Seed, unsigned Bins, unsigned N) {
  std::vector<unsigned> Count(Bins);
  for (unsigned I = 0; I < N; ++I)
    ++Count[Random(Seed, 2 * uint64_t(I)).below(Bins)];
  double Expected = double(N) / Bins, Sum = 0;
  for (unsigned C : Count)
    Sum += (C - Expected) * (C - Expected) / Expected;
  return Sum;
}

TEST(Random, FirstDrawsOfStreamsAreUniform) {
  // 99 % point of chi^2 with 999 degrees of freedom.
  for (uint64_t Seed : {1, 2, 3, 12345})
    EXPECT_LT(chiSquare(Seed, 1000, 100000), 1106.97) << "seed " << Seed;
}

TEST(Random, BelowReachesAllOfASmallRange) {
  Random R(1, 1);
  unsigned Seen = 0;
  for (int I = 0; I < 1000; ++I)
    Seen |= 1u << R.below(7);
  EXPECT_EQ(Seen, 127u);
}

//===- RecoverTest.cpp - how often something is computed again ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "Recover.h"
}
#include <gtest/gtest.h>

namespace {

/// One thread that cannot leave its core.
struct Thread {
  crit_recoveries Past = {};
  crit_options Options = {};
  int64_t Now = 1000;
  Thread() { Options.retries = 2; }
  bool fails(uint64_t Site, int64_t After = 1000, uint64_t Place = 100) {
    int32_t Suspect = -1;
    Now += After;
    return critMayRecover(&Past, &Options, Options.retries, 7, 0, Now, Place, Site,
                          &Suspect);
  }
};

TEST(Recover, SameCheckAgainAndAgainStops) {
  Thread T;
  for (int I = 0; I != 18; ++I)
    EXPECT_TRUE(T.fails(1)) << I;
  EXPECT_FALSE(T.fails(1));
}

TEST(Recover, WithoutRetriesTheSecondOneStops) { // delta
  Thread T;
  int32_t Suspect = -1;
  EXPECT_FALSE(critMayRecover(&T.Past, &T.Options, 0, 7, 0, T.Now, 100, 0, &Suspect));
}

TEST(Recover, ASecondLaterIsAnotherFault) {
  Thread T;
  for (int I = 0; I != 100; ++I)
    EXPECT_TRUE(T.fails(1, 2000000000));
}

TEST(Recover, OtherChecksOfTheRegionAreOtherFaults) {
  Thread T;
  for (uint64_t I = 0; I != 22; ++I)
    EXPECT_TRUE(T.fails(I)) << I;
  EXPECT_FALSE(T.fails(22)); // a core that is wrong now and then
}

TEST(Recover, ManyChecksInTurnStop) {
  Thread T;
  int Tries = 0;
  while (Tries < 100 && T.fails(Tries % 3))
    ++Tries;
  EXPECT_LT(Tries, 30);
}

TEST(Recover, AnotherRegionBegins) {
  Thread T;
  for (int I = 0; I != 100; ++I)
    EXPECT_TRUE(T.fails(1, 1000, 100 + I % 2));
}

} // namespace

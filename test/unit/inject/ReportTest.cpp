// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"

#include <gtest/gtest.h>

using namespace crit::inject;

static std::string reportOf(InjectMode Mode) {
  CampaignOptions O;
  O.Args = {"server"};
  O.Mode = Mode;
  CampaignResult R;
  R.NumFunctions = 7;
  R.Faults.resize(1);
  R.Counts.Eligible = 1234;
  return textReport(O, R);
}

TEST(Report, NamesExposureWhereItIsCounted) {
  std::string S = reportOf(InjectMode::Reference);
  EXPECT_NE(S.find("; 1234 instructions exposed (0 in scope, 0 stepped) in 7 "
                   "functions\n"),
            std::string::npos)
      << S;
}

TEST(Report, LiveModeHasNoExposure) {
  std::string S = reportOf(InjectMode::Live);
  EXPECT_EQ(S.find("exposed"), std::string::npos) << S;
  EXPECT_NE(S.find("1 faults in 7 functions\n"), std::string::npos) << S;
}

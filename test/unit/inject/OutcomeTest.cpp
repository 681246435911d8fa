//===- OutcomeTest.cpp - classes of runs ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Outcome.h"

#include <csignal>
#include <gtest/gtest.h>

using namespace crit::inject;

static RunEnd exited(int Code, const char *Out, const char *Err = "") {
  RunEnd R;
  R.Exited = true;
  R.ExitCode = Code;
  R.Stdout = Out;
  R.Stderr = Err;
  return R;
}

static const char Report[] =
    "crit: ilr: mismatch store-value at a.c:3 in f core=1 bits=0x8 (rax=0x8 "
    "rcx=0x0) pid=12 tid=12; stopped\n";

TEST(Outcome, Classes) {
  RunEnd Golden = exited(0, "42\n");
  EXPECT_EQ(classify(Golden, exited(0, "42\n")), Outcome::Masked);
  EXPECT_EQ(classify(Golden, exited(0, "43\n")), Outcome::SDC);
  EXPECT_EQ(classify(Golden, exited(1, "42\n")), Outcome::SDC);
  EXPECT_EQ(classify(Golden, exited(86, "", Report)), Outcome::Detected);
  RunEnd Dead;
  Dead.Signal = SIGSEGV;
  EXPECT_EQ(classify(Golden, Dead), Outcome::Crash);
  Dead.Signal = SIGXFSZ;
  EXPECT_EQ(classify(Golden, Dead), Outcome::Hang);
  RunEnd Long = exited(0, "42\n");
  Long.OverLimit = true;
  EXPECT_EQ(classify(Golden, Long), Outcome::Hang);
}

TEST(Outcome, DetectionNeedsTheReport) {
  RunEnd Golden = exited(0, "42\n");
  EXPECT_EQ(classify(Golden, exited(86, "")), Outcome::SDC);
  EXPECT_EQ(classify(Golden, exited(86, "", "crit: CRIT_OPTIONS: bad\n")),
            Outcome::SDC);
  // A report alone does not undo wrong output either.
  EXPECT_EQ(classify(Golden, exited(0, "43\n", Report)), Outcome::SDC);
}

TEST(Outcome, Corrected) {
  RunEnd Golden = exited(0, "42\n");
  EXPECT_EQ(classify(Golden, exited(0, "42\n",
                                    "crit: haft: mismatch store at a.c:1; "
                                    "corrected\n")),
            Outcome::Corrected);
}

TEST(Outcome, EventHasNoRunDependentIds) {
  CritEvents E = findEvents(Report);
  EXPECT_TRUE(E.Stopped);
  EXPECT_EQ(E.First.find("pid="), std::string::npos);
  EXPECT_EQ(E.First.find("core="), std::string::npos);
  EXPECT_NE(E.First.find("store-value at a.c:3"), std::string::npos);
}

//===- AuditTest.cpp ------------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Input.h"
#include "Report.h"

#include <gtest/gtest.h>

using namespace crit::audit;

namespace {

class Audit : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override { Data = readInput(GetParam()); }

  FileReport audit(Requirement R = {}) {
    Buffer = llvm::MemoryBuffer::getMemBufferCopy(Data, "input");
    FileReport Result;
    llvm::Error E =
        auditBuffer(Buffer->getMemBufferRef(), R,
                    [&](FileReport &&F) { Result = std::move(F); });
    EXPECT_EQ(toString(std::move(E)), "");
    return Result;
  }

  /// Replaces Old, which must occur exactly once.
  void patch(llvm::StringRef Old, llvm::StringRef New) {
    ASSERT_EQ(Old.size(), New.size());
    size_t At = Data.find(Old.str());
    ASSERT_NE(At, std::string::npos);
    ASSERT_EQ(Data.find(Old.str(), At + 1), std::string::npos);
    Data.replace(At, New.size(), New.str());
  }

  std::string Data;
  std::unique_ptr<llvm::MemoryBuffer> Buffer;
};

TEST_P(Audit, CountsWhatIsThere) {
  FileReport R = audit();
  EXPECT_TRUE(R.Mismatches.empty());
  ASSERT_EQ(R.Records.size(), 2u);
  EXPECT_EQ(R.SitesOf, (std::vector<unsigned>{3, 1}));
  Totals T(R);
  EXPECT_EQ(T.ByMode[CRIT_MODE_ILR], 2u);
  EXPECT_EQ(T.Plain, 1u);
  EXPECT_EQ(T.StartUp, 1u); // the failure path
  EXPECT_EQ(T.Replicated, 40u);
  EXPECT_EQ(T.Once, 8u);
  EXPECT_EQ(T.Unprotected, 4u);
  EXPECT_EQ(T.Checks.at(CRIT_CHECK_StoreValue), 2u);
  EXPECT_EQ(T.Checks.at(CRIT_CHECK_Branch), 1u);
  EXPECT_EQ(T.Checks.at(CRIT_CHECK_Return), 1u);
  EXPECT_EQ(T.Reasons.at(CRIT_REASON_X87), 2u);
  EXPECT_EQ(T.CodeBytes - T.ProtectedBytes, 5u); // lea, ret
}

TEST_P(Audit, RequirementListsThePlainFunction) {
  Requirement R;
  R.Modes = 1u << CRIT_MODE_ILR;
  FileReport Report = audit(std::move(R));
  ASSERT_EQ(Report.Missing.size(), 1u);
  EXPECT_EQ(Report.Missing[0]->Name, "plain");
}

TEST_P(Audit, AllowedFunctionsAreNotMissing) {
  Requirement R;
  R.Modes = 1u << CRIT_MODE_ILR;
  R.Allowed.push_back(llvm::cantFail(llvm::GlobPattern::create("pl*")));
  EXPECT_TRUE(audit(std::move(R)).Missing.empty());
}

TEST_P(Audit, OtherTechniqueDoesNotMeetTheRequirement) {
  Requirement R;
  R.Modes = 1u << CRIT_MODE_DELTA;
  EXPECT_EQ(audit(std::move(R)).Missing.size(), 3u);
}

TEST_P(Audit, RemovedCheckIsFound) {
  // second: "cmp rax, rcx; jne" becomes "cmp rax, rcx; nop; nop".
  patch({"\x48\x39\xc1\x75\x01\xc3", 6}, {"\x48\x39\xc1\x90\x90\xc3", 6});
  FileReport R = audit();
  ASSERT_EQ(R.Mismatches.size(), 1u);
  EXPECT_EQ(R.Mismatches[0],
            "second: check 0 (store-value, line 10) is not in the code");
}

TEST_P(Audit, SelfComparisonIsFound) {
  patch({"\x48\x39\xc1\x75\x01\xc3", 6}, {"\x48\x39\xc0\x75\x01\xc3", 6});
  FileReport R = audit();
  ASSERT_EQ(R.Mismatches.size(), 1u);
  EXPECT_NE(R.Mismatches[0].find("compares a register with itself"),
            std::string::npos);
}

TEST_P(Audit, ComparisonOfOtherRegistersIsFound) {
  patch({"\x48\x39\xc1\x75\x01\xc3", 6}, {"\x48\x39\xd1\x75\x01\xc3", 6});
  FileReport R = audit();
  ASSERT_EQ(R.Mismatches.size(), 1u);
  EXPECT_NE(R.Mismatches[0].find("compares other registers than recorded"),
            std::string::npos);
}

TEST_P(Audit, IndexOutsideTheRecordIsFound) {
  patch({"\x6a\x01\x50", 3}, {"\x6a\x03\x50", 3});
  FileReport R = audit();
  ASSERT_EQ(R.Mismatches.size(), 2u);
  EXPECT_NE(R.Mismatches[0].find("reports check 3, the record has 3"),
            std::string::npos);
  EXPECT_NE(R.Mismatches[1].find("check 1 (branch, line 11) is not in"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(ObjectAndLinked, Audit,
                         testing::Values("hand.o", "hand.exe"));

} // namespace

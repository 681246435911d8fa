//===- StoreTest.cpp - nothing is lost, doubled or mixed up ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Store.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace crit::inject;

namespace {

struct TempFile {
  std::string Path;
  explicit TempFile(const char *Name)
      : Path(testing::TempDir() + "crit-inject-" + std::to_string(getpid()) +
             Name) {
    std::remove(Path.c_str());
  }
  ~TempFile() { std::remove(Path.c_str()); }
};

StoredCampaign campaign(const std::string &Key) {
  StoredCampaign C;
  C.Key = Key;
  C.Options.Args = {"/bin/true", "a b", "\xff\n"};
  C.Options.Seed = ~0ull;
  C.Directory = "/";
  C.Result.Counts.Eligible = 1234;
  C.Result.Golden.End.Stdout = std::string("x\0y", 3);
  return C;
}

FaultRecord fault(uint64_t Id) {
  FaultRecord F;
  F.Id = Id;
  F.Instant = Id * 7;
  F.Old = ~0ull;
  F.New = 1;
  F.Result = Outcome::SDC;
  F.Register = "rax";
  return F;
}

} // namespace

TEST(Store, RoundTrip) {
  TempFile T("round.db");
  int64_t N;
  {
    Store S(T.Path, false);
    N = S.add(campaign("k"));
    S.addFault(N, fault(3));
    S.addFault(N, fault(1));
  }
  Store S(T.Path, true);
  StoredCampaign C = S.load(N, true);
  EXPECT_EQ(C.Result.Golden.End.Stdout, std::string("x\0y", 3));
  EXPECT_EQ(C.Options.Seed, ~0ull);
  ASSERT_EQ(C.Result.Faults.size(), 2u);
  EXPECT_EQ(C.Result.Faults[0].Id, 1u);
  EXPECT_EQ(C.Result.Faults[1].Old, ~0ull);
  EXPECT_EQ(C.Result.Faults[1].Result, Outcome::SDC);
  EXPECT_EQ(S.find("k"), N);
  EXPECT_FALSE(S.find("other"));
}

TEST(Store, MergeAddsEachFaultOnce) {
  TempFile A("a.db"), B("b.db");
  {
    Store S(A.Path, false);
    int64_t N = S.add(campaign("k"));
    S.addFault(N, fault(0));
    S.addFault(N, fault(1));
    Store R(B.Path, false);
    R.add(campaign("other")); // shifts the numbers
    N = R.add(campaign("k"));
    R.addFault(N, fault(1));
    R.addFault(N, fault(2));
  }
  Store S(A.Path, true);
  Store::MergeCounts C = S.merge(B.Path);
  EXPECT_EQ(C.Added, 1u);
  EXPECT_EQ(C.Present, 1u);
  EXPECT_EQ(S.load(*S.find("k"), true).Result.Faults.size(), 3u);
}

TEST(Store, MergeRefusesContradictions) {
  TempFile A("c.db"), B("d.db");
  {
    Store S(A.Path, false);
    S.addFault(S.add(campaign("k")), fault(0));
    Store R(B.Path, false);
    FaultRecord F = fault(0);
    F.Result = Outcome::Masked;
    R.addFault(R.add(campaign("k")), F);
  }
  Store S(A.Path, true);
  EXPECT_THROW(S.merge(B.Path), InputError);
  EXPECT_THROW(S.merge(A.Path), InputError);
}

TEST(Store, RefusesWhatIsNoStore) {
  TempFile T("text");
  EXPECT_THROW(Store(T.Path, true), InputError);
  std::ofstream(T.Path) << std::string(5000, 'x');
  EXPECT_THROW(Store(T.Path, false), InputError);
}

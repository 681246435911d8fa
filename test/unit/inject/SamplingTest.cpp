//===- SamplingTest.cpp - both modes hit instructions uniformly -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 100,000 draws are followed to the instruction they fall on. The number of
// draws per address must fit the number of executions per address, which comes
// from a plain ptrace loop written here, not from the engines.
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

using namespace crit::inject;

namespace {

struct Setup {
  CampaignOptions O;
  TargetImage Image;
  Decoder Dec;
  Scope Code;
  GoldenRun Golden;

  Setup(const std::string &Name, InjectMode Mode)
      : O(options(Name, Mode)), Image(O.Args[0]), Code(Image, Dec, O.Scope),
        Golden(runGolden(O)) {}
  static CampaignOptions options(const std::string &Name, InjectMode Mode) {
    CampaignOptions O;
    O.Mode = Mode;
    O.Args = {std::string(INJECT_INPUTS) + "/" + Name};
    O.Scope.Functions = "main|mix|bits";
    return O;
  }

  /// Executions of each instruction that has operands.
  std::map<uint64_t, uint64_t> executions() {
    MemFile Out("o"), Err("e");
    LaunchSpec Spec;
    Spec.Args = O.Args;
    Spec.Env = fixedEnvironment({});
    Spec.StdoutFd = Out.fd();
    Spec.StderrFd = Err.fd();
    Process P = Process::launch(Spec);
    P.runToEntry();
    uint64_t Bias = P.loadBias(Image.entry());
    std::map<uint64_t, uint64_t> Count;
    int Status, Stop;
    bool InSite = false; // a counter site and its jump belong to the tool
    do {
      uint64_t PC = P.pc() - Bias;
      const Instruction *I = Code.at(PC);
      if (Code.isCounterSite(PC))
        InSite = true;
      else if (InSite && I && I->Class == InstClass::CondBranch)
        InSite = false; // js
      else if (I && !InSite && !I->Operands.empty())
        ++Count[PC];
      if (Code.isCounterRestore(PC))
        InSite = false;
    } while (P.step(0, Status, Stop));
    return Count;
  }
};

/// Statistic and degrees of freedom; bins below 5 expected are put together.
std::pair<double, unsigned>
chiSquare(const std::map<uint64_t, uint64_t> &Executions,
          const std::map<uint64_t, uint64_t> &Draws) {
  double Total = 0, N = 0;
  for (auto &E : Executions)
    Total += double(E.second);
  for (auto &D : Draws)
    N += double(D.second);
  double Sum = 0, RestExpected = 0, RestDrawn = 0;
  unsigned Bins = 0;
  auto Add = [&](double Expected, double Drawn) {
    Sum += (Drawn - Expected) * (Drawn - Expected) / Expected;
    ++Bins;
  };
  for (auto &E : Executions) {
    double Expected = N * double(E.second) / Total;
    auto It = Draws.find(E.first);
    double Drawn = It == Draws.end() ? 0 : double(It->second);
    if (Expected < 5) {
      RestExpected += Expected;
      RestDrawn += Drawn;
    } else {
      Add(Expected, Drawn);
    }
  }
  if (RestExpected > 0)
    Add(RestExpected, RestDrawn);
  return {Sum, Bins - 1};
}

/// 99 % point of chi^2 (Wilson and Hilferty's approximation).
double limit99(unsigned Freedom) {
  double K = Freedom, A = 2 / (9 * K);
  return K * std::pow(1 - A + 2.326348 * std::sqrt(A), 3);
}

std::map<uint64_t, uint64_t> draw(Setup &S, unsigned N, uint64_t Seed) {
  std::unique_ptr<Engine> E = makeEngine(S.O, S.Image, S.Code, S.Golden);
  uint64_t Total = E->count({}).Eligible;
  std::vector<uint64_t> Instants;
  for (unsigned Id = 0; Id < N; ++Id)
    Instants.push_back(drawInstant(Seed, Id, Total, 0));
  std::sort(Instants.begin(), Instants.end());
  std::map<uint64_t, uint64_t> Draws;
  for (uint64_t PC : E->locate(Instants))
    if (PC)
      ++Draws[PC];
  return Draws;
}

void expectUniform(const char *Program, InjectMode Mode, double LeastHits) {
  Setup S(Program, Mode);
  auto Executions = S.executions();
  constexpr unsigned N = 100000;
  auto Draws = draw(S, N, 1);
  uint64_t Hits = 0;
  for (auto &D : Draws) {
    Hits += D.second;
    EXPECT_TRUE(Executions.count(D.first)) << std::hex << D.first;
  }
  EXPECT_GE(double(Hits), LeastHits * N);
  auto [Chi, Freedom] = chiSquare(Executions, Draws);
  EXPECT_LT(Chi, limit99(Freedom)) << Freedom << " degrees of freedom";
  // The test can fail: a tenth of the draws of the first half moved away.
  uint64_t Moved = 0;
  auto Mid = Draws.begin();
  std::advance(Mid, Draws.size() / 2);
  for (auto It = Draws.begin(); It != Mid; ++It) {
    Moved += It->second / 10;
    It->second -= It->second / 10;
  }
  Mid->second += Moved;
  EXPECT_GT(chiSquare(Executions, Draws).first, limit99(Freedom));
}

} // namespace

TEST(Sampling, ReferenceIsUniform) {
  expectUniform("sampled", InjectMode::Reference, 1.0);
}

TEST(Sampling, FastIsUniform) {
  expectUniform("sampled.counted", InjectMode::Fast, 0.8);
}

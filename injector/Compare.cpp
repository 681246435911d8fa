//===- Compare.cpp - two campaigns side by side ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Compare.h"

#include "Statistics.h"

#include <cstdio>

namespace crit::inject {

constexpr double PerInstructions = 1000;

std::string compareReport(const StoredCampaign &Plain,
                          const StoredCampaign &Hardened) {
  if (Plain.Options.FaultModel != Hardened.Options.FaultModel)
    throw InputError("the two campaigns have different fault models");
  Tally A = tally(Plain.Result.Faults), B = tally(Hardened.Result.Faults);
  uint64_t NA = total(A), NB = total(B);
  if (NA == 0 || NB == 0)
    throw InputError("a campaign without results cannot be compared");
  double IA = double(Plain.Result.Counts.Eligible);
  double IB = double(Hardened.Result.Counts.Eligible);
  std::string S;
  char Buf[512];
  auto Put = [&](auto... Args) {
    std::snprintf(Buf, sizeof Buf, Args...);
    S += Buf;
  };
  Put("A: %s, %llu faults, %.0f instructions exposed\n",
      Plain.Options.Args[0].c_str(), static_cast<unsigned long long>(NA), IA);
  Put("B: %s, %llu faults, %.0f instructions exposed (%.2f x A)\n",
      Hardened.Options.Args[0].c_str(), static_cast<unsigned long long>(NB), IB,
      IA > 0 ? IB / IA : 0.0);
  Put("%-10s %28s %28s %22s   %s\n", "", "A, % of injections [95 %]",
      "B, % of injections [95 %]", "by exposure: A       B",
      "B/A [95 %, conservative]");
  for (unsigned O = 0; O < NumOutcomes; ++O) {
    Interval WA = wilson(A[O], NA), WB = wilson(B[O], NB);
    double PA = double(A[O]) / double(NA), PB = double(B[O]) / double(NB);
    Put("%-10s %9.3f [%7.3f,%7.3f] %9.3f [%7.3f,%7.3f]   ",
        outcomeName(static_cast<Outcome>(O)), 100 * PA, 100 * WA.Low,
        100 * WA.High, 100 * PB, 100 * WB.Low, 100 * WB.High);
    // Live servers have no count.
    if (IA == 0 || IB == 0) {
      Put("%9s %9s   -\n", "-", "-");
      continue;
    }
    Put("%9.4g %9.4g   ", PA * IA / PerInstructions, PB * IB / PerInstructions);
    if (A[O] == 0)
      Put("%s\n", "-");
    else
      Put("%.4f [%.4f, %.4f]\n", PB * IB / (PA * IA),
          WB.Low * IB / (WA.High * IA), WB.High * IB / (WA.Low * IA));
  }
  Put("by exposure: how often one and the same job suffers it with one upset "
      "per %.0f instructions exposed\n", PerInstructions);
  return S;
}

} // namespace crit::inject

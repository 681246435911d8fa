//===- TextReport.cpp - results on the terminal ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"
#include "Statistics.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace crit::inject {

__attribute__((format(printf, 2, 3))) static void put(std::string &S,
                                                      const char *Format, ...) {
  char Buf[1024];
  va_list Ap;
  va_start(Ap, Format);
  int N = std::vsnprintf(Buf, sizeof Buf, Format, Ap);
  va_end(Ap);
  S.append(Buf, std::min<size_t>(N < 0 ? 0 : size_t(N), sizeof Buf - 1));
}

static void table(std::string &S, const char *Title,
                  const std::map<std::string, Tally> &Rows, size_t Max) {
  std::vector<std::pair<std::string, Tally>> V(Rows.begin(), Rows.end());
  // Most silent corruptions first, then most faults.
  std::sort(V.begin(), V.end(), [](const auto &A, const auto &B) {
    auto Key = [](const Tally &T) {
      return std::make_pair(T[size_t(Outcome::SDC)], total(T));
    };
    return Key(A.second) != Key(B.second) ? Key(A.second) > Key(B.second)
                                          : A.first < B.first;
  });
  put(S, "\n%-24s %7s", Title, "faults");
  for (unsigned O = 0; O < NumOutcomes; ++O)
    put(S, " %9s", outcomeName(static_cast<Outcome>(O)));
  S += '\n';
  for (size_t I = 0; I < V.size() && I < Max; ++I) {
    put(S, "  %-22.60s %7llu", V[I].first.c_str(),
        static_cast<unsigned long long>(total(V[I].second)));
    for (uint64_t N : V[I].second)
      put(S, " %9llu", static_cast<unsigned long long>(N));
    S += '\n';
  }
  if (V.size() > Max)
    put(S, "  (%zu more)\n", V.size() - Max);
}

std::string textReport(const CampaignOptions &O, const CampaignResult &R) {
  std::string S, Cmd;
  for (const std::string &A : O.Args)
    Cmd += (Cmd.empty() ? "" : " ") + A;
  Tally T = tally(R.Faults);
  uint64_t N = total(T);
  put(S, "%s\n", Cmd.c_str());
  put(S, "%s mode, model %s, seed %llu, %llu faults", modeName(O.Mode),
      modelName(O.FaultModel), static_cast<unsigned long long>(O.Seed),
      static_cast<unsigned long long>(N));
  if (O.Mode != InjectMode::Live) // nobody counts what a server executes
    put(S,
        "; %llu instructions exposed (%llu in scope, %llu stepped)",
        static_cast<unsigned long long>(R.Counts.Eligible),
        static_cast<unsigned long long>(R.Counts.InScope),
        static_cast<unsigned long long>(R.Counts.Stepped));
  put(S, " in %zu functions\n", R.NumFunctions);
  for (unsigned I = 0; I < NumOutcomes; ++I) {
    Interval W = wilson(T[I], N);
    put(S, "  %-10s %7llu  %6.2f %%  [%5.2f, %5.2f]\n",
        outcomeName(static_cast<Outcome>(I)),
        static_cast<unsigned long long>(T[I]), N ? 100.0 * T[I] / N : 0.0,
        100 * W.Low, 100 * W.High);
  }
  put(S, "  (shares of injections, Wilson 95 %% intervals)\n");
  table(S, "register kind",
        breakdown(R.Faults,
                  [](const FaultRecord &F) {
                    return F.RegKind + " " + F.Access +
                           (F.IsAddress ? " (address)" : "");
                  }),
        16);
  table(S, "instruction class",
        breakdown(R.Faults, [](const FaultRecord &F) { return F.Class; }), 20);
  table(S, "opcode",
        breakdown(R.Faults, [](const FaultRecord &F) { return F.Opcode; }), 16);
  table(S, "function",
        breakdown(R.Faults,
                  [](const FaultRecord &F) {
                    return F.Function.empty() ? std::string("?") : F.Function;
                  }),
        16);
  return S;
}

std::string describeRecord(const FaultRecord &F) {
  std::string S;
  put(S,
      "%s id=%llu instant=%llu pc=0x%llx %s  [%s] %s  %s %s bit %u of %u  "
      "0x%016llx -> 0x%016llx%s",
      outcomeName(F.Result), static_cast<unsigned long long>(F.Id),
      static_cast<unsigned long long>(F.Instant),
      static_cast<unsigned long long>(F.PC), F.Where.c_str(), F.Bytes.c_str(),
      F.Text.c_str(), F.Access.c_str(), F.Register.c_str(), F.Bit, F.Width,
      static_cast<unsigned long long>(F.Old),
      static_cast<unsigned long long>(F.New), F.IsAddress ? " (address)" : "");
  if (F.Signal)
    put(S, "  signal %d", F.Signal);
  else if (F.Result != Outcome::Hang)
    put(S, "  exit %d", F.ExitCode);
  if (!F.Event.empty())
    put(S, "  {%s}", F.Event.c_str());
  return S;
}

std::string listSDCs(const CampaignResult &R) {
  std::string S;
  for (const FaultRecord &F : R.Faults)
    if (F.Result == Outcome::SDC)
      S += describeRecord(F) + "\n";
  return S;
}

} // namespace crit::inject

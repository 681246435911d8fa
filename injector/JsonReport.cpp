//===- JsonReport.cpp - results for programs ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"
#include "Statistics.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace crit::inject {

using Json = nlohmann::ordered_json;

static std::string hex(uint64_t V) {
  char Buf[32];
  std::snprintf(Buf, sizeof Buf, "0x%llx", static_cast<unsigned long long>(V));
  return Buf;
}

static Json faultJson(const FaultRecord &F) {
  return Json{{"id", F.Id},
              {"instant", F.Instant},
              {"pc", hex(F.PC)},
              {"where", F.Where},
              {"function", F.Function},
              {"bytes", F.Bytes},
              {"text", F.Text},
              {"opcode", F.Opcode},
              {"class", F.Class},
              {"register", F.Register},
              {"kind", F.RegKind},
              {"access", F.Access},
              {"address", F.IsAddress},
              {"bit", F.Bit},
              {"width", F.Width},
              {"old", hex(F.Old)},
              {"new", hex(F.New)},
              {"outcome", outcomeName(F.Result)},
              {"exit", F.ExitCode},
              {"signal", F.Signal},
              {"event", F.Event}};
}

std::string jsonReport(const CampaignOptions &O, const CampaignResult &R) {
  Json J;
  J["tool"] = "crit-inject";
  J["format"] = 1;
  J["mode"] = modeName(O.Mode);
  J["args"] = O.Args;
  J["model"] = modelName(O.FaultModel);
  J["seed"] = O.Seed;
  J["functions_in_scope"] = R.NumFunctions;
  J["instructions"] = {{"eligible", R.Counts.Eligible},
                       {"in_scope", R.Counts.InScope},
                       {"stepped", R.Counts.Stepped}};
  Tally T = tally(R.Faults);
  uint64_t N = total(T);
  J["faults"] = N;
  Json &Outcomes = J["outcomes"];
  for (unsigned I = 0; I < NumOutcomes; ++I) {
    Interval W = wilson(T[I], N);
    Outcomes[outcomeName(static_cast<Outcome>(I))] = {
        {"count", T[I]},
        {"share", N ? double(T[I]) / double(N) : 0.0},
        {"low", W.Low},
        {"high", W.High}};
  }
  Json &Rows = J["results"] = Json::array();
  for (const FaultRecord &F : R.Faults)
    Rows.push_back(faultJson(F));
  // The program's text can hold any bytes.
  return J.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace crit::inject

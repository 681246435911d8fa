//===- HtmlReport.cpp - results to look at --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The page is report/page.html with the data put in.
//===----------------------------------------------------------------------===//
#include "Report.h"
#include "SourceLines.h"
#include "Statistics.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace crit::inject {

using Json = nlohmann::ordered_json;

static const unsigned char Page[] = {
#include "ReportPage.inc"
};

namespace {
/// Strings are stored once and referred to by number.
class Names {
public:
  size_t number(const std::string &S) {
    auto It = Numbers.emplace(S, List.size());
    if (It.second)
      List.push_back(S);
    return It.first->second;
  }
  Json List = Json::array();

private:
  std::map<std::string, size_t> Numbers;
};
} // namespace

static Json detail(const FaultRecord &F, const std::string &Line) {
  return Json{{"id", F.Id},
              {"outcome", outcomeName(F.Result)},
              {"where", F.Where},
              {"line", Line},
              {"text", F.Text},
              {"register", F.Register},
              {"bit", F.Bit},
              {"event", F.Event}};
}

static Json campaign(const ReportedCampaign &C) {
  const CampaignOptions &O = C.Options;
  std::string Command;
  for (const std::string &A : O.Args)
    Command += (Command.empty() ? "" : " ") + A;
  Json J;
  J["name"] = O.Args[0].substr(O.Args[0].rfind('/') + 1);
  J["command"] = Command;
  J["mode"] = modeName(O.Mode);
  J["model"] = modelName(O.FaultModel);
  J["seed"] = O.Seed;
  J["n"] = C.Result.Faults.size();
  J["exposed"] = O.Mode == InjectMode::Rewritten ? 0 : C.Result.Counts.Eligible;
  J["store"] = O.Mode == InjectMode::Live ? "" : C.StorePath;
  J["file"] = C.StorePath;
  J["number"] = C.Number;
  Tally T = tally(C.Result.Faults);
  uint64_t N = total(T);
  for (unsigned I = 0; I < NumOutcomes; ++I) {
    Interval W = wilson(T[I], N);
    J["outcomes"].push_back({{"name", outcomeName(static_cast<Outcome>(I))},
                             {"count", T[I]},
                             {"share", N ? double(T[I]) / double(N) : 0.0},
                             {"low", W.Low},
                             {"high", W.High}});
  }
  SourceLines Lines(std::filesystem::path(C.Directory) / O.Args[0]);
  Names Strings;
  Json &Rows = J["rows"] = Json::array();
  Json &Details = J["details"] = Json::array();
  for (const FaultRecord &F : C.Result.Faults) {
    std::string Line = Lines.at(F.PC);
    Rows.push_back({Strings.number(F.Function.empty() ? "?" : F.Function),
                    Strings.number(Line), Strings.number(F.Opcode),
                    Strings.number(F.Class), Strings.number(F.Register), F.Bit,
                    static_cast<unsigned>(F.Result)});
    if (F.Result != Outcome::Masked)
      Details.push_back(detail(F, Line));
  }
  J["names"] = Strings.List;
  return J;
}

std::string htmlReport(const std::vector<ReportedCampaign> &Campaigns) {
  Json J;
  J["fields"] = {"function", "line", "opcode", "class", "register", "bit",
                 "outcome"};
  for (unsigned I = 0; I < NumOutcomes; ++I)
    J["outcomes"].push_back(outcomeName(static_cast<Outcome>(I)));
  for (const ReportedCampaign &C : Campaigns)
    J["campaigns"].push_back(campaign(C));
  std::string Data = J.dump(-1, ' ', false, Json::error_handler_t::replace);
  // A program's text must not end the script element.
  for (size_t At = 0; (At = Data.find("</", At)) != std::string::npos; At += 3)
    Data.replace(At, 2, "<\\/");
  for (size_t At = 0; (At = Data.find("<!--", At)) != std::string::npos;)
    Data.replace(At, 4, "\\u003c!--");
  std::string S(reinterpret_cast<const char *>(Page), sizeof Page);
  const std::string Mark = "/*DATA*/";
  return S.replace(S.find(Mark), Mark.size(), Data);
}

} // namespace crit::inject

//===- OptionsJson.cpp - campaign settings as text ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "OptionsJson.h"

#include "TargetImage.h"

#include <nlohmann/json.hpp>

namespace crit::inject {

using Json = nlohmann::ordered_json;

const char *modeName(InjectMode M) {
  switch (M) {
  case InjectMode::Fast:
    return "fast";
  case InjectMode::Rewritten:
    return "rewritten";
  case InjectMode::Live:
    return "live";
  default:
    return "reference";
  }
}

std::string optionsToJson(const CampaignOptions &O) {
  Json J;
  J["mode"] = modeName(O.Mode);
  J["args"] = O.Args;
  J["env"] = O.ExtraEnv;
  J["stdin"] = O.StdinPath;
  J["functions"] = O.Scope.Functions;
  J["hardened_only"] = O.Scope.HardenedOnly;
  J["functions_of"] = O.Scope.FunctionsOf;
  J["model"] = modelName(O.FaultModel);
  J["seed"] = O.Seed;
  J["hang_factor"] = O.HangFactor;
  J["hang_minimum"] = O.HangMinimum;
  if (O.FaultModel == Model::Memory)
    J["segments"] = O.Segments;
  if (O.Mode == InjectMode::Live)
    J["live"] = {{"service", O.Live.Service},
                 {"reply_seconds", O.Live.ReplySeconds},
                 {"spread", O.Live.Spread},
                 {"max_life", O.Live.MaxLife}};
  if (O.FaultModel == Model::Permanent) {
    const PermanentOptions &P = O.Permanent;
    J["permanent"] = {{"units", P.Units},
                      {"kinds", P.Kinds},
                      {"probability", P.Probability},
                      {"probability_for_all", P.ProbabilityForAll},
                      {"window", P.Window},
                      {"thread", P.Thread},
                      {"core", P.Core}};
  }
  return J.dump(-1, ' ', false, Json::error_handler_t::replace);
}

CampaignOptions optionsFromJson(const std::string &Text) {
  Json J = Json::parse(Text, nullptr, false);
  if (J.is_discarded() || !J.is_object())
    throw InputError("the store holds settings that cannot be read");
  CampaignOptions O;
  for (InjectMode M : {InjectMode::Fast, InjectMode::Rewritten, InjectMode::Live})
    if (J.value("mode", "") == modeName(M))
      O.Mode = M;
  O.Args = J.value("args", O.Args);
  O.ExtraEnv = J.value("env", O.ExtraEnv);
  O.StdinPath = J.value("stdin", O.StdinPath);
  O.Scope.Functions = J.value("functions", "");
  O.Scope.HardenedOnly = J.value("hardened_only", false);
  O.Scope.FunctionsOf = J.value("functions_of", "");
  std::string Model = J.value("model", "");
  auto M = parseModel(Model);
  if (!M)
    throw InputError("the store names the fault model '" + Model +
                     "', which this version does not know");
  O.FaultModel = *M;
  O.Seed = J.value("seed", O.Seed);
  O.HangFactor = J.value("hang_factor", O.HangFactor);
  O.HangMinimum = J.value("hang_minimum", O.HangMinimum);
  O.Segments = J.value("segments", O.Segments);
  if (J.contains("live")) {
    const Json &L = J["live"];
    O.Live.Service = L.value("service", "");
    O.Live.ReplySeconds = L.value("reply_seconds", O.Live.ReplySeconds);
    O.Live.Spread = L.value("spread", O.Live.Spread);
    O.Live.MaxLife = L.value("max_life", O.Live.MaxLife);
  }
  if (J.contains("permanent")) {
    const Json &P = J["permanent"];
    PermanentOptions &Q = O.Permanent;
    Q.Units = P.value("units", Q.Units);
    Q.Kinds = P.value("kinds", Q.Kinds);
    Q.Probability = P.value("probability", Q.Probability);
    Q.ProbabilityForAll = P.value("probability_for_all", false);
    Q.Window = P.value("window", Q.Window);
    Q.Thread = P.value("thread", Q.Thread);
    Q.Core = P.value("core", Q.Core);
  }
  return O;
}

} // namespace crit::inject

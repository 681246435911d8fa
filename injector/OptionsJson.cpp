//===- OptionsJson.cpp - campaign settings as text ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "OptionsJson.h"

#include "TargetImage.h"

#include <nlohmann/json.hpp>

namespace crit::inject {

using Json = nlohmann::ordered_json;

const char *modeName(InjectMode M) {
  return M == InjectMode::Fast ? "fast" : "reference";
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
  return J.dump(-1, ' ', false, Json::error_handler_t::replace);
}

CampaignOptions optionsFromJson(const std::string &Text) {
  Json J = Json::parse(Text, nullptr, false);
  if (J.is_discarded() || !J.is_object())
    throw InputError("the store holds settings that cannot be read");
  CampaignOptions O;
  O.Mode = J.value("mode", "") == modeName(InjectMode::Fast)
               ? InjectMode::Fast
               : InjectMode::Reference;
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
  return O;
}

} // namespace crit::inject

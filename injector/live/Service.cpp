//===- Service.cpp - servers that are known -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Service.h"

namespace crit::inject {

static const ServiceKind *const Services[] = {&MemcachedService, &RedisService};

const ServiceKind *findService(const std::string &Name) {
  for (const ServiceKind *S : Services)
    if (Name == S->Name)
      return S;
  return nullptr;
}

std::string serviceNames() {
  std::string S;
  for (const ServiceKind *K : Services)
    S += (S.empty() ? "" : ", ") + std::string(K->Name);
  return S;
}

std::string shortened(const std::string &Text) {
  std::string S;
  for (char C : Text.substr(0, 60))
    S += C >= ' ' && C <= '~' ? C : '?';
  return Text.size() > 60 ? S + "..." : S;
}

} // namespace crit::inject

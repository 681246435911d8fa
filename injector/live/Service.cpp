//===- Service.cpp - servers that are known -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Service.h"

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace crit::inject {

bool accepts(const std::string &Socket) {
  sockaddr_un A{};
  A.sun_family = AF_UNIX;
  std::strncpy(A.sun_path, Socket.c_str(), sizeof A.sun_path - 1);
  int Fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (Fd < 0)
    return false;
  bool OK = connect(Fd, reinterpret_cast<sockaddr *>(&A), sizeof A) == 0;
  close(Fd);
  return OK;
}

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

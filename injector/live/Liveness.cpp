//===- Liveness.cpp - does a silent server still work on a reply? ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Liveness.h"

#include "Children.h"
#include "Process.h"

#include <algorithm>
#include <cstdlib>
#include <dirent.h>
#include <numeric>
#include <unistd.h>

namespace crit::inject {

constexpr double SampleSeconds = 0.01;
/// Replies to the other clients that tell as much as a second.
constexpr double RepliesPerSecond = 4000;

/// True if some thread of the process runs, wants to, or is stopped.
static bool anyAwake(pid_t Pid, const std::vector<pid_t> *Only) {
  auto Awake = [&](pid_t Tid) {
    char State = threadState(Pid, Tid);
    return State != 'S' && State != 'I' && State != 'Z' && State != '?';
  };
  if (Only)
    return std::any_of(Only->begin(), Only->end(), Awake);
  DIR *D = opendir(("/proc/" + std::to_string(Pid) + "/task").c_str());
  if (!D)
    return false;
  bool Any = false;
  while (dirent *E = readdir(D))
    if (!Any && E->d_name[0] != '.')
      Any = Awake(std::atoi(E->d_name));
  closedir(D);
  return Any;
}

bool Liveness::hangs(const std::vector<uint64_t> &Replies,
                     const std::vector<pid_t> &ClientThreads) {
  double Now = monotonicSeconds();
  uint64_t All = std::accumulate(Replies.begin(), Replies.end(), uint64_t(0));
  if (Clients.size() != Replies.size()) {
    Clients.assign(Replies.size(), {});
    for (size_t I = 0; I < Replies.size(); ++I)
      Clients[I] = {Replies[I], All, Now, cpuSeconds(Server), 0};
    Sampled = Now;
    return false;
  }
  if (Now - Sampled < SampleSeconds)
    return false;
  double Passed = std::min(Now - Sampled, 2 * SampleSeconds);
  Sampled = Now;
  double Time = cpuSeconds(Server);
  bool Silent = false;
  for (size_t I = 0; I < Replies.size(); ++I) {
    Wait &W = Clients[I];
    if (W.Replies != Replies[I])
      W = {Replies[I], All, Now, Time, 0};
    else
      Silent = true;
  }
  if (!Silent)
    return false;
  bool Asleep =
      !anyAwake(Server, nullptr) && !anyAwake(getpid(), &ClientThreads);
  for (Wait &W : Clients) {
    W.Asleep += Asleep ? Passed : 0;
    if (Time - W.ServerTime > Limit || W.Asleep > Limit ||
        double(All - W.AllReplies) > Limit * RepliesPerSecond ||
        Now - W.Since > WallSeconds)
      return true;
  }
  return false;
}

} // namespace crit::inject

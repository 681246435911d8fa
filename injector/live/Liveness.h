//===- Liveness.h - does a silent server still work on a reply? -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A clock alone would take a busy machine for a hang. So a client without a
// reply makes one only when meanwhile the server has used the limit as
// processor time, or server and clients have all slept for that long, or
// another client has got thousands of replies.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_LIVENESS_H
#define CRIT_INJECT_LIVENESS_H

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace crit::inject {

class Liveness {
public:
  /// A reply that takes this long is none, whatever the reason.
  static constexpr double WallSeconds = 60;

  Liveness(pid_t Server, double Seconds) : Server(Server), Limit(Seconds) {}

  /// To be called often. Replies: of each client so far. True: one of them
  /// waits for a reply that will not come.
  bool hangs(const std::vector<uint64_t> &Replies,
             const std::vector<pid_t> &ClientThreads);
  /// Forgets what was: time has passed that was not the server's fault.
  void restart() { Clients.clear(); }

private:
  struct Wait {
    uint64_t Replies = 0, AllReplies = 0; // its own, and of all clients
    double Since = 0, ServerTime = 0, Asleep = 0;
  };
  pid_t Server;
  double Limit;
  double Sampled = 0;
  std::vector<Wait> Clients;
};

} // namespace crit::inject
#endif

//===- Traffic.h - clients at work ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_TRAFFIC_H
#define CRIT_INJECT_TRAFFIC_H

#include "Liveness.h"
#include "Service.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <sched.h>
#include <thread>

namespace crit::inject {

/// Clients, each in a thread of its own, until one sees something wrong.
class Traffic {
public:
  Traffic(const ServiceKind &Kind, const std::string &Socket, unsigned Clients,
          uint64_t Seed, const cpu_set_t &Cpus, unsigned FirstNumber = 0);
  /// The server must be dead: a client may wait for its reply.
  ~Traffic();
  Traffic(const Traffic &) = delete;
  Traffic &operator=(const Traffic &) = delete;

  /// From now on: some more requests, then all data is read back.
  void askForReadBack() { Asked.fetch_add(1); }
  /// All clients have done so, or one has failed.
  bool settled() const;
  std::optional<ServiceFailure> failure() const;
  void fail(const ServiceFailure &Failure);
  /// True: a client waits for a reply that will not come.
  bool hangs(Liveness &Watch) const;

private:
  struct Worker {
    std::atomic<uint64_t> Done{0}, Replies{0};
    std::atomic<pid_t> Tid{0};
    std::atomic<bool> Ended{false};
    std::thread Thread;
  };
  void work(Worker &Me, unsigned Number);

  const ServiceKind &Kind;
  std::string Socket;
  uint64_t Seed;
  cpu_set_t Cpus;
  std::atomic<bool> Stop{false};
  std::atomic<uint64_t> Asked{0};
  mutable std::mutex Mutex;
  std::optional<ServiceFailure> Failed;
  std::vector<Worker> Workers;
};

} // namespace crit::inject
#endif

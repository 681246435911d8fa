//===- Traffic.h - clients at work ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_TRAFFIC_H
#define CRIT_INJECT_TRAFFIC_H

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
          uint64_t Seed, double Timeout, const cpu_set_t &Cpus);
  ~Traffic();
  Traffic(const Traffic &) = delete;
  Traffic &operator=(const Traffic &) = delete;

  /// From now on: some more requests, then all data is read back.
  void askForReadBack() { Asked.fetch_add(1); }
  /// All clients have done so, or one has failed.
  bool settled() const;
  std::optional<ServiceFailure> failure() const;
  uint64_t requests() const { return Requests; }

private:
  void work(unsigned Number);

  const ServiceKind &Kind;
  std::string Socket;
  uint64_t Seed;
  double Timeout;
  cpu_set_t Cpus;
  std::atomic<bool> Stop{false};
  std::atomic<uint64_t> Asked{0}, Requests{0};
  std::vector<std::atomic<uint64_t>> Done;
  mutable std::mutex Mutex;
  std::optional<ServiceFailure> Failed;
  std::vector<std::thread> Threads;
};

} // namespace crit::inject
#endif

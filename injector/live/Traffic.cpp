//===- Traffic.cpp - clients at work --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Traffic.h"

#include <csignal>

namespace crit::inject {

/// Requests between a fault and the look at all data.
constexpr unsigned RequestsAfter = 20;

Traffic::Traffic(const ServiceKind &K, const std::string &S, unsigned Clients,
                 uint64_t Sd, double T, const cpu_set_t &C)
    : Kind(K), Socket(S), Seed(Sd), Timeout(T), Cpus(C), Done(Clients) {
  // The alarm of ServerProcess::Watch is for the other thread.
  sigset_t Alarm, Old;
  sigemptyset(&Alarm);
  sigaddset(&Alarm, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &Alarm, &Old);
  for (unsigned I = 0; I < Clients; ++I)
    Threads.emplace_back([this, I] { work(I); });
  pthread_sigmask(SIG_SETMASK, &Old, nullptr);
}

Traffic::~Traffic() {
  Stop = true;
  for (std::thread &T : Threads)
    T.join();
}

bool Traffic::settled() const {
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    if (Failed)
      return true;
  }
  for (const auto &D : Done)
    if (D < Asked)
      return false;
  return true;
}

std::optional<ServiceFailure> Traffic::failure() const {
  std::lock_guard<std::mutex> Lock(Mutex);
  return Failed;
}

void Traffic::work(unsigned Number) {
  sched_setaffinity(0, sizeof Cpus, &Cpus);
  try {
    std::unique_ptr<Client> C = Kind.connect(Socket, Number, Seed, Timeout);
    uint64_t Seen = 0;
    while (!Stop) {
      for (unsigned I = 0; I < RequestsAfter && !Stop; ++I) {
        C->request();
        ++Requests;
      }
      // What was asked for before these requests were sent.
      uint64_t Now = Seen;
      Seen = Asked;
      if (Now > Done[Number]) {
        C->readBack();
        Done[Number] = Now;
      }
    }
  } catch (const ServiceFailure &F) {
    std::lock_guard<std::mutex> Lock(Mutex);
    // The first wrong reply counts more than the others' lost connections.
    if (!Failed || F.Why < Failed->Why)
      Failed = F;
  }
}

} // namespace crit::inject

//===- Traffic.cpp - clients at work --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Traffic.h"
#include "AbortGuard.h"

#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace crit::inject {

/// Requests between a fault and the look at all data.
constexpr unsigned RequestsAfter = 20;

Traffic::Traffic(const ServiceKind &K, const std::string &S, unsigned Clients,
                 uint64_t Sd, const cpu_set_t &C, unsigned FirstNumber)
    : Kind(K), Socket(S), Seed(Sd), Cpus(C), Workers(Clients) {
  // The alarm of ServerProcess::Watch is for the other thread; a server that
  // ends while it is written to is a result.
  sigset_t Blocked, Old;
  sigemptyset(&Blocked);
  sigaddset(&Blocked, SIGALRM);
  sigaddset(&Blocked, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &Blocked, &Old);
  for (unsigned I = 0; I < Clients; ++I)
    Workers[I].Thread = std::thread(
        [this, I, FirstNumber] { work(Workers[I], FirstNumber + I); });
  pthread_sigmask(SIG_SETMASK, &Old, nullptr);
}

Traffic::~Traffic() {
  Stop = true;
  for (Worker &W : Workers)
    W.Thread.join();
}

bool Traffic::settled() const {
  if (failure())
    return true;
  for (const Worker &W : Workers)
    if (W.Done < Asked)
      return false;
  return true;
}

std::optional<ServiceFailure> Traffic::failure() const {
  std::lock_guard<std::mutex> Lock(Mutex);
  return Failed;
}

void Traffic::fail(const ServiceFailure &F) {
  std::lock_guard<std::mutex> Lock(Mutex);
  // The first wrong reply counts more than the others' lost connections.
  if (!Failed || F.Why < Failed->Why)
    Failed = F;
}

bool Traffic::hangs(Liveness &Watch) const {
  std::vector<uint64_t> Replies;
  std::vector<pid_t> Threads;
  for (const Worker &W : Workers) {
    if (W.Ended)
      continue;
    Replies.push_back(W.Replies);
    Threads.push_back(W.Tid);
  }
  return Watch.hangs(Replies, Threads);
}

void Traffic::work(Worker &Me, unsigned Number) {
  Me.Tid = static_cast<pid_t>(syscall(SYS_gettid));
  sched_setaffinity(0, sizeof Cpus, &Cpus);
  // Outlives the failure: closing a connection may take a while.
  std::unique_ptr<Client> C;
  auto Requests = [&] {
    C = Kind.connect(Socket, Number, Seed, Liveness::WallSeconds);
    C->countIn(&Me.Replies);
    uint64_t Seen = 0;
    while (!Stop) {
      for (unsigned I = 0; I < RequestsAfter && !Stop; ++I)
        C->request();
      // What was asked for before these requests were sent.
      uint64_t Now = Seen;
      Seen = Asked;
      if (Now > Me.Done) {
        C->readBack();
        Me.Done = Now;
      }
    }
  };
  try {
    if (!endsWithoutAbort(Requests)) {
      fail({ServiceFailure::Error, "a reply that the client library aborted on"});
      (void)C.release(); // in the middle of its work
    }
  } catch (const ServiceFailure &F) {
    fail(F);
  }
  Me.Ended = true;
}

} // namespace crit::inject

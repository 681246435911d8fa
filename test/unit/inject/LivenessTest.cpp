//===- LivenessTest.cpp - when a silent server counts as hanging ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Process.h"
#include "live/Liveness.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace crit::inject;

namespace {

/// A process that computes, or sleeps, for ever.
struct Server {
  pid_t Pid;
  explicit Server(bool Busy) : Pid(fork()) {
    if (Pid == 0) {
      if (!Busy)
        pause();
      for (volatile unsigned N = 0;; ++N)
        ;
    }
  }
  ~Server() {
    kill(Pid, SIGKILL);
    waitpid(Pid, nullptr, 0);
  }
};

constexpr double Limit = 0.1;

/// Asks until Replies ends with none.
template <typename Next> bool hangs(pid_t Pid, pid_t Client, Next Replies) {
  Liveness Watch(Pid, Limit);
  for (unsigned Turn = 0; Turn < 400; ++Turn) {
    std::vector<uint64_t> R = Replies(Turn);
    if (R.empty())
      return false;
    if (Watch.hangs(R, {Client}))
      return true;
    usleep(5000);
  }
  return false;
}

} // namespace

TEST(Liveness, ComputingWithoutReplyIsAHang) {
  Server S(true);
  EXPECT_TRUE(hangs(S.Pid, S.Pid, [](unsigned) {
    return std::vector<uint64_t>{7, 7};
  }));
  EXPECT_GE(cpuSeconds(S.Pid), Limit);
}

TEST(Liveness, WhoRepliesWorks) {
  Server S(true);
  EXPECT_FALSE(hangs(S.Pid, S.Pid, [&](unsigned Turn) {
    return cpuSeconds(S.Pid) > 3 * Limit ? std::vector<uint64_t>{}
                                         : std::vector<uint64_t>{Turn, Turn};
  }));
}

TEST(Liveness, AllAsleepIsAHang) {
  Server S(false);
  EXPECT_TRUE(hangs(S.Pid, S.Pid, [](unsigned) {
    return std::vector<uint64_t>{7};
  }));
}

// The server has nothing to do: a client computes, or waits for a processor.
TEST(Liveness, AClientAwakeIsNoHang) {
  Server S(false);
  EXPECT_FALSE(hangs(S.Pid, static_cast<pid_t>(syscall(SYS_gettid)),
                     [](unsigned Turn) {
                       return Turn < 100 ? std::vector<uint64_t>{7}
                                         : std::vector<uint64_t>{};
                     }));
}

// A stopped server (by a debugger, by us) is not asleep.
TEST(Liveness, AStoppedServerIsNoHang) {
  Server S(false);
  kill(S.Pid, SIGSTOP);
  while (threadState(S.Pid, S.Pid) != 'T')
    usleep(1000);
  EXPECT_FALSE(hangs(S.Pid, S.Pid, [](unsigned Turn) {
    return Turn < 100 ? std::vector<uint64_t>{7} : std::vector<uint64_t>{};
  }));
}

TEST(Liveness, RepliesToOthersTell) {
  Server S(false);
  uint64_t Others = 0;
  EXPECT_TRUE(hangs(S.Pid, static_cast<pid_t>(syscall(SYS_gettid)),
                    [&](unsigned) {
                      return std::vector<uint64_t>{7, Others += 100};
                    }));
  EXPECT_GE(Others, 400u);
}

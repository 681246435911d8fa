//===- TrafficTest.cpp - clients that fail --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "live/AbortGuard.h"
#include "live/Traffic.h"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sched.h>

using namespace crit::inject;

namespace {

struct Asserting : Client {
  void request() override {
    answered();
    if (++Requests == 3)
      std::abort();
  }
  void readBack() override {}
  unsigned Requests = 0;
};

const ServiceKind Kind = {
    "asserting", nullptr,
    [](const std::string &, unsigned, uint64_t, double) {
      return std::unique_ptr<Client>(new Asserting);
    }};

// libmemcached does this on replies that make no sense.
TEST(Traffic, AnAssertionOfTheClientLibraryIsAnErrorReply) {
  cpu_set_t Cpus;
  sched_getaffinity(0, sizeof Cpus, &Cpus);
  for (int I = 0; I != 3; ++I) {
    Traffic T(Kind, "", 2, 1, Cpus);
    while (!T.failure())
      sched_yield();
    EXPECT_TRUE(T.settled());
    EXPECT_EQ(T.failure()->Why, ServiceFailure::Error);
  }
}

TEST(AbortGuardDeathTest, OutsideAbortStillEnds) {
  EXPECT_TRUE(endsWithoutAbort([] {}));
  EXPECT_FALSE(endsWithoutAbort([] { std::abort(); }));
  EXPECT_EXIT(std::abort(), testing::KilledBySignal(SIGABRT), "");
}

TEST(AbortGuard, ExceptionsPass) {
  EXPECT_THROW(endsWithoutAbort([] { throw 1; }), int);
  EXPECT_FALSE(endsWithoutAbort([] { std::abort(); }));
}

} // namespace

//===- Random.h - reproducible draws ---------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every fault has its own stream, made from the campaign seed and the fault's
// number. So any fault can be replayed, and shards need no shared state.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_RANDOM_H
#define CRIT_INJECT_RANDOM_H

#include <cstdint>

namespace crit::inject {

class Random {
public:
  Random(uint64_t Seed, uint64_t Stream)
      : State(mix(Seed) ^ mix(Stream * 0x9e3779b97f4a7c15ull + 1)) {}

  uint64_t next() { return mix(State += 0x9e3779b97f4a7c15ull); }

  /// Uniform in [0, N), without modulo bias. N > 0.
  uint64_t below(uint64_t N) {
    uint64_t Limit = -N % N; // 2^64 mod N
    uint64_t X;
    do
      X = next();
    while (X < Limit);
    return X % N;
  }

private:
  /// SplitMix64's finaliser.
  static uint64_t mix(uint64_t Z) {
    Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9ull;
    Z = (Z ^ (Z >> 27)) * 0x94d049bb133111ebull;
    return Z ^ (Z >> 31);
  }
  uint64_t State;
};

} // namespace crit::inject
#endif

//===- Runtime.h - the boundless runtime for its tests ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_TEST_UNIT_BOUNDLESS_RUNTIME_H
#define CRIT_TEST_UNIT_BOUNDLESS_RUNTIME_H

#include "Abi.h"
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
struct crit_bl_counts {
  uint64_t Reads, Writes, Escapes, Frees, Evicted;
};
extern crit_bl_counts critBlCounts;
}

struct bounds {
  uint64_t Base, Size;
};

/// What hardened code computes from an address.
inline bounds boundsOf(const void *P) {
  uint64_t A = reinterpret_cast<uint64_t>(P);
  const uint64_t *Row = reinterpret_cast<const uint64_t *>(
      CRIT_BL_TABLE + 16 * (A >> CRIT_BL_REGION_BITS & (CRIT_BL_REGIONS - 1)));
  uint64_t Slot = static_cast<uint64_t>(static_cast<unsigned __int128>(A) * Row[0] >> 64);
  return {Slot * Row[1], Row[1]};
}

#endif

//===- Maps.h - which file is at an address ---------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_RUNTIME_MAPS_H
#define CRIT_RUNTIME_MAPS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct crit_mapping {
  uint64_t Low, High; ///< of the mapping that holds the address
  uint64_t Start;     ///< where its file's offset 0 is mapped; 0 unknown
  uint32_t Writable;
  char Path[256];     ///< cut at the end if longer; "" for anonymous memory
};

/// Looks Address up in /proc/self/maps. Returns 0 if it is not there. Mapping
/// is all zero before.
int critFindMapping(uint64_t Address, struct crit_mapping *Mapping);

#ifdef __cplusplus
}
#endif
#endif

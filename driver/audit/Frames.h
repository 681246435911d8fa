//===- Frames.h - extents of functions by .eh_frame -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_FRAMES_H
#define CRIT_AUDIT_FRAMES_H

#include "Image.h"

namespace crit::audit {

struct Extent {
  uint64_t Address = 0;
  uint64_t Size = 0;
};

/// What the image's unwind tables say about code, in their order. Entries in
/// an encoding no compiler uses on x86-64 are left out, and reading ends at the
/// first damaged one: extents help where symbols are gone, nothing depends on
/// them.
std::vector<Extent> readFrames(const Image &I);

} // namespace crit::audit

#endif

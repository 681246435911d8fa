//===- Sha256.h - content hash for the fingerprint -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_SHA256_H
#define CRIT_DRIVER_SHA256_H

#include <string>

namespace crit {
/// FIPS 180-4 SHA-256 in hexadecimal.
std::string sha256(const std::string &Data);
} // namespace crit
#endif

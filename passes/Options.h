//===- Options.h - the plugin's command line -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_OPTIONS_H
#define CRIT_PASSES_OPTIONS_H

#include <cstdint>
#include <string>

namespace crit {

/// What happens when the two copies of a load see different values.
/// Bits of DroppedChecks beyond those of crit_check_kind.
enum Saving : uint32_t {
#define CRIT_SAVING(ENUM, BIT, NAME, TEXT) Keep##ENUM = 1u << BIT,
#include "Savings.def"
};

enum class LoadMode {
  Verify, ///< integers and pointers are loaded again until they agree
  Strict, ///< so is everything else that can be compared
  Twice,  ///< it is a fault: the program has no data races
};

/// How delta encodes the second copy.
enum class DeltaScheme {
  Complement, ///< ~x
  Affine,     ///< A * ~x where something is added or multiplied
  Mixed,      ///< the cheaper one
  Paper,      ///< two encoded copies, A1 * x and A2 * x, to compare with
};

/// Hardware transactions around what runs twice.
enum class TxMode {
  None,
  Auto, ///< where the CPU has them
  Rtm,  ///< so, and a CPU without is worth a count
};

/// What the driver (passes/Options.def) told the plugin.
struct PluginOptions {
  std::string Technique;      ///< -crit=: how code is duplicated, or "none"
  bool Boundless = false;     ///< -crit= names boundless
  bool StrictBounds = false;  ///< -crit-bounds=strict
  std::string PatchFile;      ///< -crit-patch=
  std::string PolicyFile;     ///< -crit-policy=
  bool Strict = false;        ///< -crit-strict
  LoadMode Loads = LoadMode::Verify; ///< -crit-loads=
  bool Recover = true;        ///< -crit-recover= is not stop
  bool RecoverAsked = false;  ///< and was given: delta stops unless it is
  TxMode Transactions = TxMode::None; ///< -crit-recover=auto|rtm
  DeltaScheme Scheme = DeltaScheme::Complement; ///< -crit-delta-scheme=
  uint32_t DeltaA = 3;        ///< -crit-delta-a=
  bool DeltaMemory = false;   ///< -crit-delta-memory=shadow
  bool DeltaLossy = false;    ///< -crit-delta-lossy=check
  uint32_t DroppedChecks = 0; ///< -crit-drop-check=, bit per crit_check_kind

  static const PluginOptions &get();
};

} // namespace crit
#endif

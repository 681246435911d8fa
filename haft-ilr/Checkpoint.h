//===- Checkpoint.h - values saved, regions entered again ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs on the mirrored function, still in SSA. What lives across a cut is in a
// stack slot of its own, compared with the shadow after it was written; a
// landing block takes both copies from there:
//
//   P:  v, v' = ...                      P:  v, v' = ...
//       cut 3                                [slot] = v; check v', [slot]
//       use v, v'                            falls through
//                                        H:  w = phi v, t;  w' = phi v', t'
//                                            cut 3
//                                            use w, w'; check ... -> R
//                                        R:  landing 3
//                                            t = [slot]; t' = [slot]; jmp H
//
// A check may leave its block anywhere, so nothing may be live into R: all it
// needs is in slots. So no check has an edge to R either: with them loops had
// entries in their middle, and register allocation took hot blocks for cold ones.
// Only H has one, which looks like one of asm goto, so that R stays. Constants are
// made again in H.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_CHECKPOINT_H
#define CRIT_ILR_CHECKPOINT_H

#include "Recovery.h"

namespace llvm {
class MachineFunction;
}

namespace crit {

struct CheckpointStats {
  unsigned Regions = 0;
  unsigned Saves = 0;       ///< values written into slots
  unsigned Recoverable = 0; ///< checks
  unsigned StopOnly = 0;
};

/// After register allocation: landings find nothing in registers.
void clobberAtLandings(llvm::MachineFunction &MF);

/// Makes checkpoints at the cuts of MF and gives every check its region.
CheckpointStats makeCheckpoints(llvm::MachineFunction &MF, Codec &C,
                                ShadowLookup Shadow);

/// The same for techniques that are not haft.
const Recovery &softwareRecovery();

} // namespace crit
#endif

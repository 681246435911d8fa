//===- LandingLayout.h - landings out of the way ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block placement puts a landing in front of the head of its region, into which
// it falls; whatever comes from above then jumps around it, at every cut in
// straight-line code:
//
//   before                after
//     call f                call f
//     jmp  H              H:
//   L:                      ...
//     a = [slot]            ret
//   H:                    L:
//     ...                   a = [slot]
//     ret                   jmp  H
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_LANDINGLAYOUT_H
#define CRIT_HAFT_ILR_LANDINGLAYOUT_H

namespace llvm {
class MachineFunction;
}

namespace crit {

/// Moves the landings of MF, final code before checks are lowered, to its end.
void moveLandings(llvm::MachineFunction &MF);

} // namespace crit
#endif

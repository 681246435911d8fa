//===- BlockLayout.h - the order of hardened code ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM orders blocks before branches are decided twice, and takes the way back
// to each region's begin for a loop. What runs is then spread over more lines of
// the instruction cache than it fills (a third of Redis' were not run), and
// a service's path through hardened code is longer than that cache to begin with:
//
//   before                 after
//     test a'; je O          test a'; je O
//     test a;  jne T         test a;  je stub
//     jmp stub             T:
//   O:                       ...
//     test a;  jne stub    O:
//     jmp F                  test a;  jne stub
//   T:                       jmp F
//     ...
//
// Orders them again by "Improved Basic Block Reordering" (Newell and Pupyrev,
// 2020, DOI 10.1109/TC.2020.2982888) as LLVM has it. Loops that call nothing keep
// the order they have.
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_BLOCKLAYOUT_H
#define CRIT_HAFT_ILR_BLOCKLAYOUT_H

namespace llvm {
class MachineFunction;
}

namespace crit {

/// Orders the blocks of MF, final code with checks lowered.
void orderBlocks(llvm::MachineFunction &MF);

} // namespace crit
#endif

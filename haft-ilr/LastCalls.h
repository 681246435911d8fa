//===- LastCalls.h - what was written since the last call -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call made through a wrong stack pointer has left its return address right below where
// that leads. If it is not there, the stack pointer was right when the last call on all ways
// to here was made, and only what was written through it since can be elsewhere.
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_LASTCALLS_H
#define CRIT_HAFT_ILR_LASTCALLS_H

#include "StackDamage.h"
#include "llvm/ADT/DenseMap.h"

namespace crit {

struct AfterCall {
  llvm::MachineInstr *Call = nullptr; ///< none, or not the same on all ways
  StackWrites Since;
};

/// Of final code with pseudos.
class LastCalls {
public:
  LastCalls(llvm::MachineFunction &MF, const StackDamage &Damage);
  AfterCall before(const llvm::MachineBasicBlock &MBB) const {
    return In.lookup(&MBB);
  }
  void step(AfterCall &Now, llvm::MachineInstr &MI) const;

private:
  const StackDamage &Damage;
  llvm::DenseMap<const llvm::MachineBasicBlock *, AfterCall> In;
};

} // namespace crit
#endif

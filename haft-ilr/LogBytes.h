//===- LogBytes.h - how full a log may be ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_LOGBYTES_H
#define CRIT_HAFT_ILR_LOGBYTES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFunction.h"

namespace crit {

/// Follows the bytes in use along every way through MF. Through(MBB, N) is what
/// is in use behind MBB where N, the most of its predecessors, is before it; it
/// must be bounded, and not fall when N grows.
template <typename Fn> void flowOfBytes(llvm::MachineFunction &MF, Fn Through) {
  llvm::ReversePostOrderTraversal<llvm::MachineFunction *> Order(&MF);
  llvm::DenseMap<llvm::MachineBasicBlock *, unsigned> In;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (llvm::MachineBasicBlock *MBB : Order) {
      unsigned Out = Through(*MBB, In.lookup(MBB));
      for (llvm::MachineBasicBlock *S : MBB->successors())
        if (Out > In.lookup(S)) {
          In[S] = Out;
          Changed = true;
        }
    }
  }
}

} // namespace crit

#endif // CRIT_HAFT_ILR_LOGBYTES_H

//===- DeadVariables.h - variables that hold nothing ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a wrong stack pointer wrote into a variable matters only if somebody reads it
// there. Variables of inner scopes, and of what was inlined, hold nothing but where their
// lifetime is open:
//
//   before                          known of the region
//     cut 3
//     call f
//     cut 4                           4: Big holds nothing (closed all through it)
//     ...
//     cut 5                           5: Big may hold something: open before it ends
//     LIFETIME_START Big
//     store [Big + 8], x
//
// Taken from the markers in machine code before StackColoring drops them and lets
// variables share a place: by that time open means either of them. Passes up to the
// IlrPass move single loads between blocks; a variable that one of these may read is taken
// to be always open. Behind the IlrPass no access to memory crosses a cut.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_DEADVARIABLES_H
#define CRIT_ILR_DEADVARIABLES_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace llvm {
class BasicBlock;
class MachineBasicBlock;
class MachineFrameInfo;
class MachineFunction;
class MachineFunctionPass;
class MachineInstr;
class MachineMemOperand;
} // namespace llvm

namespace crit {

/// Of the function that the passes of one pipeline are at.
class Lifetimes {
public:
  /// Before StackColoring: where variables may be open.
  void begin(const llvm::MachineFunction &MF);
  /// Behind it: where accesses are at home.
  void colored(const llvm::MachineFunction &MF);
  /// What passes have moved since; before anything is mirrored.
  void findMoved(const llvm::MachineFunction &MF);
  /// With checkpoints: every landing is told which variables hold nothing, all through
  /// its region.
  void tellLandings(llvm::MachineFunction &MF) const;

private:
  using AtBlock = llvm::DenseMap<const llvm::MachineBasicBlock *, llvm::BitVector>;
  llvm::BitVector openIn(const llvm::MachineBasicBlock &MBB) const;
  llvm::BitVector openAtBegin(const llvm::MachineBasicBlock &MBB, const AtBlock &Ends) const;
  /// Bytes from the begin of a frame object that may be in use.
  int64_t inUse(int Index, const llvm::BitVector &Open) const;
  llvm::BitVector mayAccess(const llvm::MachineFrameInfo &MFI,
                            const llvm::MachineMemOperand &M) const;

  const llvm::MachineFunction *For = nullptr;
  llvm::BitVector Marked; ///< by frame index: seen to be closed somewhere
  llvm::BitVector Merged; ///< of Marked: in the place of another one now
  std::vector<int64_t> Sizes;
  /// What may be open anywhere in a block; in its part before the first call; from a call
  /// to the next one. Nothing that accesses memory moves across calls.
  llvm::DenseMap<const llvm::BasicBlock *, llvm::BitVector> Open, Head;
  llvm::DenseMap<const llvm::MachineInstr *, llvm::BitVector> After;
  llvm::DenseMap<const llvm::MachineMemOperand *, const llvm::BasicBlock *> Home;
};

/// Of a frame object all from First on holds nothing.
struct DeadPart {
  int Index;
  int64_t First;
};
llvm::SmallVector<DeadPart, 8> deadVariables(const llvm::MachineInstr &Landing);

/// Right before or behind StackColoring.
llvm::MachineFunctionPass *createLifetimePass(std::shared_ptr<Lifetimes> L, bool Colored);

} // namespace crit
#endif

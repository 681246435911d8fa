//===- CheckPlan.h - where values are compared -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The engine says which value left the sphere of replication where. The plan
// decides where one comparison covers it. A register that was hit stays hit
// until it is written again, so a check may come as late as
//  - behind the last use before something leaves the program (a call, an
//    atomic access, inline assembly),
//  - behind a loop in which nothing leaves, for a value the loop only reads,
//    and for an induction variable, whose error every iteration passes on:
//
//      loop: MOV [p + i], x             loop: MOV [p + i], x
//            check x, p, i                    check x
//            i = i + 8                        i = i + 8
//            JCC loop                         JCC loop
//                                       exit: check p, i
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_CHECKPLAN_H
#define CRIT_PASSES_CHECKPLAN_H

#include "Codec.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/MachineFunction.h"

namespace llvm {
class MachineDominatorTree;
class MachineLoop;
class MachineLoopInfo;
} // namespace llvm

namespace crit {
class X86Table;

/// Blocks where exactly one way out of a block passes, by (from, to).
using EdgePlaces =
    llvm::MapVector<std::pair<llvm::MachineBasicBlock *,
                              llvm::MachineBasicBlock *>,
                    llvm::MachineBasicBlock *>;

class CheckPlan {
public:
  struct Request {
    RegRef Value;
    crit_check_kind Kind;
    llvm::MachineBasicBlock *Block;
    llvm::MachineInstr *After; ///< null: at the start of Block
    llvm::DebugLoc DL;
    unsigned Group; ///< requests of one group may be merged
  };

  explicit CheckPlan(llvm::MachineFunction &MF);
  void add(const Request &R) { Requests.push_back(R); }
  /// Something in B leaves the program: nothing may be delayed across it.
  void leavesIn(llvm::MachineBasicBlock &B) { Leaving.insert(&B); }

  void sink(const llvm::MachineLoopInfo &MLI, const EdgePlaces &Edges);
  /// Makes the checks; Failed gets every request that cannot be compared.
  void emit(Codec &C, ShadowLookup Shadow,
            llvm::function_ref<void(const Request &)> Failed);

private:
  bool leaves(const llvm::MachineLoop &L);
  /// The places behind every way out of L, empty if one has none.
  llvm::SmallVector<llvm::MachineBasicBlock *, 4>
  exits(const llvm::MachineLoop &L, const EdgePlaces &Edges);
  /// What to compare behind L instead of R inside it, if that covers R.
  llvm::Register covering(const Request &R, const llvm::MachineLoop &L);

  const X86Table &T;
  llvm::MachineRegisterInfo &MRI;
  std::vector<Request> Requests;
  llvm::DenseSet<const llvm::MachineBasicBlock *> Leaving;
  llvm::DenseMap<const llvm::MachineLoop *, bool> LoopLeaves;
  llvm::DenseMap<llvm::MachineBasicBlock *, const llvm::MachineLoop *> LoopOf;
};

} // namespace crit
#endif

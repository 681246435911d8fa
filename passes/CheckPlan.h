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
//
//  - and behind the loop for vectors and floating point stored in a loop of one
//    block: their differences are gathered in a register on the way.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_CHECKPLAN_H
#define CRIT_PASSES_CHECKPLAN_H

#include "Codec.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/CodeGen/MachineFunction.h"

namespace llvm {
class MachineLoop;
class MachineLoopInfo;
} // namespace llvm

namespace crit {
class X86Table;

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

  CheckPlan(llvm::MachineFunction &MF, uint32_t DroppedChecks);
  void add(const Request &R) { Requests.push_back(R); }
  /// Something in B leaves the program: nothing may be delayed across it.
  void leavesIn(llvm::MachineBasicBlock &B) { Leaving.insert(&B); }
  /// Behind Begin, at the head of a loop, is code that runs in few turns; what
  /// was delayed in the loop is compared there, too.
  void stopsAt(llvm::MachineInstr &Begin) { Stops.push_back(&Begin); }

  void sink(const llvm::MachineLoopInfo &MLI);
  /// Makes the checks; Failed gets every request that cannot be compared.
  void emit(Codec &C, ShadowLookup Shadow,
            llvm::function_ref<void(const Request &)> Failed);

private:
  /// Requests of one loop that are compared alike, gathered into one register.
  struct Gathered {
    const llvm::MachineLoop *L;
    llvm::SmallVector<Request, 4> Values;
    llvm::SmallVector<llvm::MachineBasicBlock *, 4> Places;
  };

  bool leaves(const llvm::MachineLoop &L);
  /// At a stop in L: the register that says what V, compared behind L, says.
  llvm::Register atStop(llvm::Register V, const llvm::MachineLoop &L) const;
  /// How R would be compared (kind, part, width), if that is dear.
  std::optional<unsigned> alike(const Request &R) const;
  void gather(const llvm::MachineLoopInfo &MLI);
  bool emitGathered(Codec &C, ShadowLookup Shadow, const Gathered &G);
  /// The places behind every way out of L, empty if one has none.
  llvm::SmallVector<llvm::MachineBasicBlock *, 4>
  exits(const llvm::MachineLoop &L);
  /// What to compare behind L instead of R inside it, if that covers R.
  llvm::Register covering(const Request &R, const llvm::MachineLoop &L);

  const X86Table &T;
  llvm::MachineRegisterInfo &MRI;
  uint32_t DroppedChecks;
  std::vector<Request> Requests;
  std::vector<Gathered> InLoops;
  llvm::DenseSet<const llvm::MachineBasicBlock *> Leaving;
  std::vector<llvm::MachineInstr *> Stops;
  llvm::DenseMap<const llvm::MachineLoop *, bool> LoopLeaves;
  llvm::DenseMap<llvm::MachineBasicBlock *, const llvm::MachineLoop *> LoopOf;
};

} // namespace crit
#endif

//===- RegionTableMaker.h - of one function, step by step -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to RegionTable.cpp (what is known where, and the table's text) and
// MoreComparisons.cpp (where the stack pointer is compared once more).
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_REGIONTABLEMAKER_H
#define CRIT_ILR_REGIONTABLEMAKER_H

#include "LastCalls.h"
#include "LastStore.h"
#include "LogKnown.h"
#include "RegionTable.h"
#include "StackDamage.h"
#include "WordLists.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include <optional>
#include <set>

namespace crit {

/// Of one function, on final code with pseudos.
class TableMaker {
public:
  TableMaker(llvm::MachineFunction &MF, const ThroughMap &Through)
      : MF(MF), Through(Through), TII(*MF.getSubtarget().getInstrInfo()),
        Id(std::to_string(MF.getFunctionNumber())) {}
  RegionTable run();

private:
  using Regions = std::set<unsigned>; ///< 0 stands for none
  struct State {
    Regions Now;
    StackWrites Written;
    bool Clean = true; ///< nothing but the frame has been written to
    Regions Begun; ///< as Now, but until something irrevocable (FreeInCalls.cpp)
  };
  void stepClean(bool &Clean, const llvm::MachineInstr &MI) const;
  void step(Regions &Now, const llvm::MachineInstr &MI) const;
  void stepBegun(Regions &Begun, const llvm::MachineInstr &MI) const;
  bool emptiesLog(const llvm::MachineInstr &MI) const;
  unsigned landing(const Regions &Now) const;
  void flow(const StackDamage &Damage);
  void flowLast(const StackDamage &Damage);
  void flowLog(const StackDamage &Damage);
  std::optional<LastCalls> Calls;
  const StackNeeds &needed(const StackDamage &Damage, const Regions &Now);
  struct Entry {
    unsigned Landing;
    crit_written Written;
    crit_last_store Last;
    bool operator==(const Entry &O) const {
      auto Same = [](const crit_written &A, const crit_written &B) {
        return A.Harmless == B.Harmless && A.List == B.List;
      };
      return Landing == O.Landing && Same(Written, O.Written) && Last.At == O.Last.At &&
             Last.What == O.Last.What && Same(Last.Since, O.Last.Since);
    }
  };
  crit_written written(const StackDamage &Damage, const StackWrites &W, const Regions &To,
                       bool Number, bool WithLog = true);
  crit_written writtenAgain(const StackDamage &Damage, const StackWrites &W, bool Entry);
  Entry entry(const StackDamage &Damage, const State &S, const LastStore &Last);
  void describeChecks(const StackDamage &Damage, llvm::MachineBasicBlock &MBB);
  void compareMore(const StackDamage &Damage);
  bool compareMore(const StackDamage &Damage, llvm::MachineBasicBlock &MBB,
                   bool Inherit);
  StackWrites writtenBefore(const StackDamage &Damage, const llvm::MachineBasicBlock &MBB);
  void compareAgain(const StackDamage &Damage, llvm::MachineBasicBlock &MBB,
                    State Now);
  void describeCalls(const StackDamage &Damage, llvm::MachineBasicBlock &MBB);
  void emit(const StackDamage &Damage, int32_t Mark);
  void emitFree(const StackDamage &Damage, llvm::raw_ostream &OS);
  void text(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
            const llvm::Twine &Text);

  llvm::MachineFunction &MF;
  const ThroughMap &Through;
  const llvm::TargetInstrInfo &TII;
  std::string Id;
  std::string label(const char *What, unsigned N) const {
    return std::string(".Lcrit_") + What + Id + "_" + std::to_string(N);
  }
  /// Labels where the landing changes, in the order that blocks have now.
  std::vector<Entry> Entries;
  /// Comparisons of the stack pointer: where it goes on, or, without a landing, the
  /// checkpoint is written again from behind Begin on.
  struct AgainEntry {
    unsigned Landing;
    llvm::MachineInstr *Begin, *Call; ///< Call: the one before it, or none
    crit_written Written;
    crit_last_store Last[CRIT_LAST_STORES];
    crit_log_known Log;
  };
  std::vector<AgainEntry> Again;
  WordLists Lists;
  struct FreeCall {
    llvm::MachineInstr *Call;
    uint32_t List;
  };
  std::vector<FreeCall> FreeCalls; ///< where variables are dead
  RegionTable Table;
  std::set<unsigned> Landings;
  const llvm::MachineInstr *Comparison = nullptr; ///< of the stack pointer, any
  llvm::DenseMap<const llvm::MachineBasicBlock *, StackWrites> WrittenOut; ///< behind a block
  llvm::DenseMap<unsigned, llvm::BitVector> Loaded; ///< by a landing: words of the frame
  llvm::DenseMap<unsigned, llvm::BitVector> Dead; ///< by a landing: words of variables
  std::set<unsigned> Silent; ///< regions whose cut does not write down their number
  llvm::Register LogBase;           ///< of the undo log's address; none: there is no log
  int64_t LogDisp = 0;
  llvm::DenseMap<const llvm::MachineBasicBlock *, State> In;
  /// Where a block begins. What is not there is not known.
  llvm::DenseMap<const llvm::MachineBasicBlock *, LastStore> LastIn;
  llvm::DenseMap<const llvm::MachineBasicBlock *, LogKnown> LogIn; ///< the same
  Regions NeededOf; ///< what needed() answered last
  StackNeeds Needed;
  State Asked; ///< what entry() answered last
  const llvm::MachineInstr *AskedLast = nullptr;
  StackWrites AskedSince;
  Entry Answer = {};
};

} // namespace crit
#endif

//===- ShadowStream.h - the engine that runs a function twice --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Works on machine SSA after the last optimisation that could merge equal
// computations, so that what it makes is what the CPU executes. One walk over
// the function:
//
//   before                            after
//     t = MOV64rm [p]                   t0 = MOV64rm [p]   s0 = MOV64rm [p']
//                                       t,t' = verify t0, s0
//     u = ADD64rr t, x                  u  = ADD64rr t, x
//                                       u' = ADD64rr t', x'
//     MOV64mr [q], u                    MOV64mr [q], u
//                                       check u, u'; check q, q'
//     CMP64rr u, n                      CMP64rr u', n'; decide
//     JCC T, e                          CMP64rr u, n
//                                       JCC T, e, as decided
//
// Sphere of replication: registers. Memory, calls and I/O exist once; what goes
// there is checked, what comes back is adopted into the shadow stream.
// Related: SWIFT (10.1109/CGO.2005.34), HAFT (10.1145/2901318.2901339).
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_SHADOWSTREAM_H
#define CRIT_PASSES_SHADOWSTREAM_H

#include "CheckPlan.h"
#include "Codec.h"
#include "MemoryFacts.h"
#include "Options.h"
#include "crit/records.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFunction.h"
#include <map>

namespace llvm {
class MachineDominatorTree;
}

namespace crit {
class X86Table;

struct StreamOptions {
  LoadMode Loads = LoadMode::Verify;
  uint32_t DroppedChecks = 0; ///< bit per crit_check_kind, for tests
  /// Additions of constants to memory, and decisions by what is in memory, are
  /// checked as one piece each. For codecs whose shadows equal their masters, and
  /// mismatches that nobody repairs.
  bool Pieces = false;
  /// Called when the function has the form that is mirrored: places Cut and
  /// Save. Returns whether mismatches are repaired.
  llvm::function_ref<bool()> BeforeMirror = nullptr;
};

/// What one function came to, for its record and the remarks.
struct StreamStats {
  unsigned Replicated = 0, Once = 0, Unprotected = 0;
  std::map<unsigned, unsigned> Reasons; ///< crit_reason -> instructions
  std::vector<std::pair<llvm::DebugLoc, crit_reason>> Missed; ///< for remarks
};

class ShadowStream {
public:
  ShadowStream(llvm::MachineFunction &MF, Codec &C, const StreamOptions &O);
  StreamStats run();
  /// After run: the shadow of R, or R itself without one.
  llvm::Register shadow(llvm::Register R) const {
    auto It = Shadows.find(R);
    return It == Shadows.end() ? R : It->second;
  }

private:
  /// Instructions between which a fixed register or EFLAGS stays live; they can
  /// only be copied as a whole.
  struct Unit {
    unsigned Begin, End; ///< [Begin, End)
    enum { Plain, Replicated, Once, Branch } Kind;
    crit_reason Why = CRIT_REASON_FlagsAcrossBlocks; ///< if Once
  };
  struct Pending {
    crit_check_kind Kind;
    unsigned Index; ///< into Code: after this instruction
    llvm::DebugLoc DL;
  };
  using RegKey = std::pair<llvm::Register, std::pair<unsigned, unsigned>>;

  // Which values have a shadow.
  bool hasShadow(llvm::Register R) const;
  llvm::Register shadowOf(llvm::Register R);
  void findUnshadowed();

  // One block.
  void mirrorBlock(llvm::MachineBasicBlock &MBB);
  void computeLiveness(llvm::MachineBasicBlock &MBB);
  Unit nextUnit(unsigned Begin);
  bool isReplicable(const llvm::MachineInstr &MI, crit_reason &Why) const;
  bool touchesFixed(const llvm::MachineInstr &MI) const;
  void doUnit(const Unit &U);
  void replicateInPlace(llvm::MachineInstr &MI, unsigned Index,
                        bool BeforeMI = false);
  void replicateLater(const Unit &U,
                      llvm::ArrayRef<llvm::MachineInstr *> Members);
  bool usesPending(const llvm::MachineInstr &MI) const;
  void runOnce(llvm::MachineInstr &MI, unsigned Index);
  void adoptResults(llvm::MachineInstr &MI);
  void noteUnprotected(const llvm::MachineInstr &MI, crit_reason Why);

  // Checks.
  void checkLater(llvm::MachineInstr &MI, unsigned Index,
                  const llvm::MachineOperand &MO, crit_check_kind K,
                  RegRef::PartKind Part = RegRef::All);
  void checkNow(llvm::MachineInstr &MI, RegRef Value, RegRef Shadow,
                crit_check_kind K);
  /// What of a vector register the program wants to be stored or passed.
  std::optional<RegRef::PartKind> storedPart(const llvm::MachineInstr &MI,
                                             const llvm::MachineOperand &MO);
  RegRef::PartKind passedPart(const llvm::MachineInstr &MI,
                              llvm::Register Fixed, llvm::Register Value);
  /// Behind a plain store whose mismatch is repaired: reads its place through
  /// the shadows' address. False: the value needs another check.
  bool readBack(llvm::MachineInstr &MI, unsigned Index, unsigned Mem,
                llvm::Register Logged);
  void checkHidden(llvm::MachineInstr &MI, unsigned Index);
  bool keepsInShadow(llvm::MachineInstr &Store, unsigned Index);
  llvm::Register checkLogged(llvm::MachineInstr &Store, unsigned Index, int Mem);
  llvm::Register checkLikeLogged(llvm::MachineInstr &Store, unsigned Index,
                                 int Mem);
  void useLogged(llvm::MachineInstr &Store, unsigned Index, int Mem,
                 int64_t Distance);
  bool staysUnread(const llvm::MachineInstr &Store, unsigned Index, int Mem);
  void endLogged();
  bool replaceUpdate(llvm::MachineInstr &MI, unsigned Index);
  void checkFixedOperands(llvm::MachineInstr &MI, crit_check_kind K);
  bool rememberConstant(const llvm::MachineInstr &MI);
  void forgetFixed(llvm::Register Fixed);
  void flush();

  // Whole function.
  void mirrorPhis();
  void removeUnusedShadows();

  llvm::MachineFunction &MF;
  Codec &C;
  StreamOptions Opts;
  const X86Table &T;
  llvm::MachineRegisterInfo &MRI;
  const llvm::TargetRegisterInfo &TRI;
  MemoryFacts Facts;
  CheckPlan Plan;
  unsigned Groups = 0; ///< of check requests
  bool Repairs = false; ///< stores are checked before they are made
  StreamStats Stats;

  llvm::DenseMap<llvm::Register, llvm::Register> Shadows;
  llvm::DenseSet<llvm::Register> Unshadowed;
  llvm::DenseSet<llvm::MachineInstr *> ShadowCode;
  llvm::BitVector TrackedUnits; ///< register units of allocatable registers

  // State of the block being walked.
  llvm::MachineBasicBlock *Cur = nullptr;
  std::vector<llvm::MachineInstr *> Code;
  std::vector<char> FlagsLiveAfter, FixedLiveAfter;
  bool FlagsLiveIn = false, FixedLiveIn = false;
  /// Of the last store that was logged: its address (five operands), computed, and
  /// the second copy's.
  struct LoggedAddress {
    llvm::SmallVector<llvm::MachineOperand, 5> Operands;
    llvm::Register Master, Shadow;
    /// The last store through it whose value is compared later; null: none.
    llvm::MachineInstr *Unread = nullptr;
  };
  std::optional<LoggedAddress> LastLogged;
  llvm::MachineInstr *Split = nullptr; ///< the walk is behind it, in its code
  llvm::MapVector<RegKey, Pending> Checks;
  unsigned UnitEnd = 0; ///< of the unit in work, 0 between units
  /// Flushed in a unit, to be compared behind it: a volatile access among
  /// instructions that pass flags on, whose copies are made at its end.
  llvm::SmallVector<CheckPlan::Request, 4> Held;
  std::vector<llvm::MachineInstr *> UnitTail; ///< last copy made behind Code[I]
  llvm::MapVector<llvm::Register, RegRef> FixedSource; ///< $reg = COPY vreg
  /// $reg = constant: value and log2 of the width that is known.
  llvm::MapVector<llvm::Register, std::pair<int64_t, unsigned>> FixedConstant;
  llvm::DenseSet<llvm::Register> LaterDefs; ///< shadows not made yet
  llvm::DenseSet<llvm::Register> Unhidden; ///< compared by checkHidden
};

} // namespace crit
#endif

//===- LowerChecks.h - checks become code, records and stubs ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs on final machine code, after everything that optimises:
//
//   check $rax, $rcx                  cmp  rcx, rax
//                                     jne  stub5
//   ...                               ...
//                            end of   stub5: push 5
//                            function        jmp  tail
//                                     tail:  push rax; lea record, rax
//                                            xchg rax, (rsp); jmp __crit_ilr_fail
//
// Where a mismatch is repaired the stub leaves room for the way back, and the
// tail says where that is:
//
//   stub6:  lea -136(rsp), rsp  (red zone and a word)    push 6 | recoverable
//           jmp rtail1
//   rtail1: push rax; lea 152(rsp), rax; cmp rax, 152+mark(rsp)
//           lea landing1, rax; jne wrong
//           mov rax, 16(rsp)
//           lea record, rax; xchg rax, (rsp); jmp __crit_ilr_fail
//   landing1: takes everything from its slots
//   wrong:  ud2         a wrong stack pointer: no more is written through it
//
// The stub of a comparison of the stack pointer begins with
//           cmp rsp, mark(rsp); je 1f; ud2; 1:
//
// Before that it audits: each check must compare two registers that were
// computed independently. The record (crit/records.h) says what was done.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_LOWERCHECKS_H
#define CRIT_PASSES_LOWERCHECKS_H

#include "CheckPseudo.h"
#include "Record.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/CodeGen/MachineFunction.h"

namespace crit {
class X86Table;

/// Puts Text, assembly, in front of At.
void addText(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
             const llvm::TargetInstrInfo &TII, const llvm::Twine &Text);
/// Assembly label of a region's landing.
std::string landingLabel(const llvm::MachineFunction &MF, unsigned Region);
/// Of the trap where the comparison of crit_region_again N failed.
std::string againLabel(const llvm::MachineFunction &MF, unsigned N);
/// Behind the code of failed checks.
std::string stubsEndLabel(const llvm::MachineFunction &MF);
/// Of the list of crit_stack_site.
std::string sitesLabel(const llvm::MachineFunction &MF);
/// A comparison of the stack pointer with what a word of the frame holds; null if
/// there is none, or no landing.
const llvm::MachineInstr *stackComparison(const llvm::MachineFunction &MF);

/// Of a register of an address that has been stored through: as in crit_stack_site.
struct StoredThrough {
  llvm::Register Of;
  uint32_t What = 0;
  int32_t Third = 0;
};

/// What is known if the stack pointer is found wrong where a check fails. A check's
/// CFI type is the number of its facts, from 1 on: it goes with it if it is copied.
struct StackFacts {
  crit_stack_site Site = {};
  llvm::SmallVector<StoredThrough, 2> Through; ///< registers that it compares
  unsigned Again = 0; ///< of a comparison of the stack pointer: number of its
                  ///< crit_region_again, from 1 on; its stub traps first of all
};

class LowerChecks {
public:
  LowerChecks(llvm::MachineFunction &MF, std::vector<StackFacts> Facts);
  /// Lowers every pseudo and appends the record. Void holds the checks that
  /// would compare a value with itself.
  void run(FunctionRecord &R);
  unsigned voidChecks() const { return Void; }

private:
  void audit(llvm::MachineBasicBlock &MBB);
  void lower(llvm::MachineInstr &MI, const CheckPseudo &P);
  llvm::MachineInstr *compare(llvm::MachineBasicBlock &MBB,
                              llvm::MachineBasicBlock::iterator At,
                              const llvm::DebugLoc &DL, PseudoKind Kind,
                              unsigned Aux, llvm::Register A,
                              llvm::Register B);
  llvm::MachineBasicBlock *failStub(crit_check_kind K, const llvm::DebugLoc &DL,
                                    llvm::Register A, llvm::Register B,
                                    unsigned Log2Width, unsigned Region);
  /// Behind the stubs of one region: goes on at its landing.
  llvm::MachineBasicBlock *regionTail(unsigned Region);
  std::string failText() const;
  void place(llvm::MachineInstr &MI, const CheckPseudo &P);
  /// TxSplit and TxEnd, in LowerTransactions.cpp.
  void transaction(llvm::MachineInstr &MI, const CheckPseudo &P);
  llvm::MachineBasicBlock *retryStub(llvm::MachineInstr &MI,
                                     const CheckPseudo &P,
                                     llvm::MachineBasicBlock *Back);
  llvm::MachineBasicBlock *storeStub(llvm::MachineInstr &MI,
                                     const CheckPseudo &P, llvm::Register A,
                                     llvm::Register B,
                                     llvm::MachineBasicBlock *Back);
  /// Compares the registers of both addresses of MI, in new blocks: the last
  /// is where they agree. Never null.
  llvm::SmallVector<llvm::MachineBasicBlock *, 6>
  compareAddresses(llvm::MachineInstr &MI, const CheckPseudo &P,
                   crit_check_kind K, unsigned Region);
  /// Update, in LowerUpdate.cpp.
  void update(llvm::MachineInstr &MI, const CheckPseudo &P);
  uint32_t dropped() const; ///< kinds of checks, for tests
  llvm::MachineBasicBlock *compareAgain(llvm::MachineBasicBlock &Stub,
                                        llvm::MachineInstr &Compare);
  llvm::MachineBasicBlock *newBlock();
  /// Cuts the block of I after I; returns what follows.
  llvm::MachineBasicBlock *cutAfter(llvm::MachineInstr &I);
  void liveIns(llvm::MachineBasicBlock &MBB);
  llvm::MachineBasicBlock *decideAgain(llvm::MachineInstr &MI,
                                       const CheckPseudo &P,
                                       llvm::MachineBasicBlock &Head);
  llvm::MachineBasicBlock *programDecides(llvm::MachineInstr &MI,
                                          const CheckPseudo &P,
                                          llvm::MachineBasicBlock &Way,
                                          bool Bare,
                                          llvm::MachineBasicBlock *Again,
                                          unsigned CC);
  /// Decide and DecideLoad, in LowerBranches.cpp. False if the branch was not found.
  bool followDecision(llvm::MachineInstr &MI, const CheckPseudo &P);
  void takeBackEnd(llvm::MachineBasicBlock &MBB);
  void tail();

  llvm::MachineFunction &MF;
  const X86Table &T;
  const llvm::TargetInstrInfo &TII;
  const llvm::TargetRegisterInfo &TRI;
  FunctionRecord *Rec = nullptr;
  llvm::MachineBasicBlock *Tail = nullptr;
  llvm::SmallVector<llvm::MachineBasicBlock *, 16> Stubs;
  llvm::MapVector<unsigned, llvm::MachineBasicBlock *> RegionTails;
  llvm::DenseMap<unsigned, llvm::MachineBasicBlock *> Landings;
  std::vector<StackFacts> Facts; ///< haft-ilr's RegionTable.cpp
  StackFacts Fact = {};          ///< of the check being lowered
  void takeFact(const llvm::MachineInstr &MI) {
    Fact = MI.getCFIType() ? Facts[MI.getCFIType() - 1] : StackFacts{};
  }
  std::vector<crit_stack_site> StackSites; ///< by site
  int64_t Mark = -1; ///< from the stack pointer to its copy; -1: none
  unsigned Void = 0;
};

} // namespace crit
#endif

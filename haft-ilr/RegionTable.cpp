//===- RegionTable.cpp - where code that traps goes on --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RegionTable.h"
#include "LowerChecks.h"
#include "Regions.h"
#include "X86Table.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;
using namespace crit;

namespace {

class TableMaker {
public:
  explicit TableMaker(MachineFunction &MF)
      : MF(MF), TII(*MF.getSubtarget().getInstrInfo()),
        Id(std::to_string(MF.getFunctionNumber())) {}
  void run();

private:
  using Regions = std::set<unsigned>; ///< 0 stands for none
  static void step(Regions &Now, const MachineInstr &MI);
  unsigned landing(const Regions &Now) const;
  uint32_t frameSize() const;
  int32_t markOffset() const;
  void text(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
            const Twine &Text);

  MachineFunction &MF;
  const TargetInstrInfo &TII;
  std::string Id;
  std::set<unsigned> Landings;
  std::set<unsigned> Writers; ///< regions whose cut writes down their number
  bool HasLog = false;
  DenseMap<const MachineBasicBlock *, Regions> In;
};

} // namespace

void TableMaker::step(Regions &Now, const MachineInstr &MI) {
  auto P = CheckPseudo::parse(MI);
  if (P && P->Kind == PseudoKind::Cut)
    Now = {P->Region};
  else if (P && P->Kind == PseudoKind::Landing)
    Now = {P->Region};
  else if ((!P && isIrrevocable(MI)) || MI.getFlag(MachineInstr::FrameDestroy) ||
           MI.isReturn())
    Now = {0};
}

unsigned TableMaker::landing(const Regions &Now) const {
  if (Now.empty() || Now.count(0))
    return 0;
  // Passes may have merged code of regions that were apart.
  if (Now.size() > 1)
    for (unsigned R : Now)
      if (!Writers.count(R))
        return 0;
  unsigned R = Now.size() == 1 ? *Now.begin() : DispatchRegion;
  return Landings.count(R) ? R : 0;
}

/// Distance from the stack pointer to the return address, behind the prologue.
uint32_t TableMaker::frameSize() const {
  const X86Table &T = X86Table::get(MF);
  uint32_t Size = 0;
  if (MF.getFrameInfo().hasVarSizedObjects())
    return ~0u;
  for (const MachineInstr &MI : MF.front()) {
    if (!MI.getFlag(MachineInstr::FrameSetup) || MI.isCFIInstruction())
      continue;
    StringRef Name = T.name(MI);
    if (Name.starts_with("PUSH64"))
      Size += 8;
    else if (Name.starts_with("SUB64ri") && MI.getOperand(0).getReg() == T.RSP)
      Size += MI.getOperand(2).getImm();
    else if (MI.modifiesRegister(T.RSP, nullptr))
      return ~0u;
  }
  return Size;
}

/// Distance from the stack pointer to the word that holds it.
int32_t TableMaker::markOffset() const {
  const X86Table &T = X86Table::get(MF);
  for (const MachineInstr &MI : MF.front())
    if (T.name(MI) == "MOV64mr" && MI.getOperand(5).getReg() == T.RSP &&
        MI.getOperand(0).isReg() && MI.getOperand(0).getReg() == T.RSP &&
        !MI.getFlag(MachineInstr::FrameSetup) && MI.getOperand(3).isImm())
      return MI.getOperand(3).getImm();
  return -1;
}

void TableMaker::text(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                      const Twine &Text) {
  BuildMI(MBB, At, DebugLoc(), TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF.createExternalSymbolName(Text.str()))
      .addImm(InlineAsm::Extra_HasSideEffects);
}

void TableMaker::run() {
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI)) {
        if (P->Kind == PseudoKind::Landing)
          Landings.insert(P->Region);
        HasLog |= P->Kind == PseudoKind::Undo;
        if (P->Kind == PseudoKind::Cut && P->Aux)
          Writers.insert(P->Region);
      }
  if (Landings.empty())
    return;
  In[&MF.front()] = {0};
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      Regions Now = In[MBB];
      for (const MachineInstr &MI : *MBB)
        step(Now, MI);
      for (MachineBasicBlock *S : MBB->successors()) {
        Regions &To = In[S];
        size_t Old = To.size();
        if (S->isEHPad())
          To.insert(0);
        else
          To.insert(Now.begin(), Now.end());
        Changed |= To.size() != Old;
      }
    }
  }
  const X86Table &T = X86Table::get(MF);
  // Labels where the landing changes, in the order of addresses.
  std::vector<unsigned> Entries;
  auto Label = [&](unsigned N) {
    return ".Lcrit_at" + Id + "_" + std::to_string(N);
  };
  unsigned Current = ~0u;
  auto Note = [&](MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                  unsigned Landing) {
    if (Landing == Current)
      return;
    text(MBB, At, Label(Entries.size()) + ":");
    Entries.push_back(Landing);
    Current = Landing;
  };
  for (MachineBasicBlock &MBB : MF) {
    Regions Now = In[&MBB];
    SmallVector<MachineInstr *, 32> Code; // without the labels
    for (MachineInstr &MI : MBB)
      Code.push_back(&MI);
    Note(MBB, MBB.begin(), landing(Now));
    for (MachineInstr *MI : Code) {
      // What cannot happen again has not happened if it traps, unless it is
      // more than one access.
      bool Whole = !MI->isInlineAsm() && !MI->isReturn() &&
                   !MI->getFlag(MachineInstr::FrameDestroy) &&
                   !T.name(*MI).starts_with("REP");
      bool Behind = CheckPseudo::parse(*MI).has_value() || Whole;
      step(Now, *MI);
      Note(MBB, Behind ? std::next(MI->getIterator()) : MI->getIterator(),
           landing(Now));
    }
  }
  MachineBasicBlock *End = MF.CreateMachineBasicBlock();
  MF.push_back(End);
  std::string Table;
  raw_string_ostream OS(Table);
  auto Offset = [&](StringRef To) {
    OS << "\t.long " << To << "-.\n";
  };
  OS << Label(Entries.size()) << ":\n"
     << pushSection(MF, CRIT_REGION_SECTION) << "\t.p2align 3\n\t.long "
     << CRIT_REGION_MAGIC << ',' << Entries.size() << '\n';
  Offset(".Lcrit_rec" + Id);
  Offset(Label(0));
  Offset(Label(Entries.size()));
  OS << "\t.long " << frameSize() << ',' << markOffset() << ','
     << int(HasLog) << '\n';
  for (unsigned I = 0; I != Entries.size(); ++I) {
    Offset(Label(I));
    if (Entries[I])
      Offset(landingLabel(MF, Entries[I]));
    else
      OS << "\t.long 0\n";
  }
  OS << "\t.popsection";
  text(*End, End->end(), Table);
}

void crit::makeRegionTable(MachineFunction &MF) { TableMaker(MF).run(); }

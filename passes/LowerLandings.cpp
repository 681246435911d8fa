//===- LowerLandings.cpp - labels and text of the way back ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;
using namespace crit;

std::string crit::landingLabel(const MachineFunction &MF, unsigned Region) {
  return ".Lcrit_land" + std::to_string(MF.getFunctionNumber()) + "_" +
         std::to_string(Region);
}

void crit::addText(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                 const TargetInstrInfo &TII, const Twine &Text) {
  BuildMI(MBB, At, DebugLoc(), TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(
          MBB.getParent()->createExternalSymbolName(Text.str()))
      .addImm(InlineAsm::Extra_HasSideEffects);
}

std::string crit::againLabel(const MachineFunction &MF, unsigned N) {
  return ".Lcrit_again" + std::to_string(MF.getFunctionNumber()) + "_" +
         std::to_string(N);
}

std::string crit::stubsEndLabel(const MachineFunction &MF) {
  return ".Lcrit_stubs_end" + std::to_string(MF.getFunctionNumber());
}

std::string crit::sitesLabel(const MachineFunction &MF) {
  return ".Lcrit_sites" + std::to_string(MF.getFunctionNumber());
}

const MachineInstr *crit::stackComparison(const MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const MachineInstr *Found = nullptr;
  bool Lands = false;
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI)) {
        Lands |= P->Kind == PseudoKind::Landing;
        if (P->Kind == PseudoKind::CompareEq && P->MemB &&
            MI.getOperand(P->A).getReg() == T.RSP &&
            MI.getOperand(P->MemB).isReg() &&
            MI.getOperand(P->MemB).getReg() == T.RSP &&
            MI.getOperand(P->MemB + 3).isImm())
          Found = &MI;
      }
  return Lands ? Found : nullptr;
}

/// On the stack: rax, index, and the landing's place; in rax the landing.
std::string LowerChecks::failText() const {
  return "\tmovq %rax, 16(%rsp)\n\tleaq .Lcrit_rec" +
         std::to_string(MF.getFunctionNumber()) +
         "(%rip), %rax\n\txchgq %rax, (%rsp)\n\tjmp " CRIT_FAIL_SYMBOL;
}

MachineBasicBlock *LowerChecks::regionTail(unsigned Region) {
  MachineBasicBlock *&B = RegionTails[Region];
  if (B)
    return B;
  B = MF.CreateMachineBasicBlock();
  addText(*B, B->end(), TII,
          "\tpushq %rax\n\tleaq " + landingLabel(MF, Region) + "(%rip), %rax\n" +
              failText());
  B->addSuccessor(Landings.lookup(Region));
  return B;
}

/// From the last entry to the first: what a place held before the first of
/// several stores is written last. Nothing but the frame's base is live. Entries of
/// several lengths are found from the first on each time.
static std::string undoText(const MachineInstr &MI, const CheckPseudo &P,
                            const TargetRegisterInfo &TRI) {
  UndoLog Log = UndoLog::fromCode(P.Aux);
  int64_t Disp = MI.getOperand(P.MemA + 3).getImm();
  std::string Base =
      "%" + StringRef(TRI.getName(MI.getOperand(P.MemA).getReg())).lower();
  auto At = [&](unsigned Offset) {
    return std::to_string(Disp + Offset) + "(" + Base + ",%rax)";
  };
  auto Step = [](unsigned N) { return std::to_string(UndoLog::step(N)); };
  SmallVector<unsigned, 8> Sizes; // without a mark: last
  for (unsigned I = 1; I <= UndoLog::NumSizes; ++I)
    if (unsigned N = (Log.Plain + I) % UndoLog::NumSizes; Log.Sizes >> N & 1)
      Sizes.push_back(N);
  std::string S;
  if (Log.isUniform()) {
    S = "\txorl %eax, %eax\n\tjmp 7f\n6:\taddl $$" + Step(Log.Plain) +
        ", %eax\n7:\tcmpq $$0, " + At(0) +
        "\n\tjne 6b\n\tjmp 9f\n8:\tsubl $$" + Step(Log.Plain) +
        ", %eax\n\tmovq " + At(0) + ", %rcx\n";
  } else {
    S = "5:\txorl %eax, %eax\n\tmovl $$-1, %edx\n6:\tmovq " + At(0) +
        ", %rcx\n\ttestq %rcx, %rcx\n\tje 7f\n\tmovl %eax, %edx\n";
    for (unsigned N : Sizes) {
      std::string Other = std::to_string(N + 20);
      if (N != Log.Plain)
        S += "\tbtq $$" + std::to_string(CRIT_LOG_MARK(N)) + ", %rcx\n\tjnc " +
             Other + "f\n";
      S += "\taddl $$" + Step(N) + ", %eax\n\tjmp 6b\n";
      if (N != Log.Plain)
        S += Other + ":\n";
    }
    S += "7:\tmovl %edx, %eax\n\ttestl %eax, %eax\n\tjs 9f\n\tmovq " + At(0) +
         ", %rcx\n";
  }
  for (unsigned N : Sizes) {
    bool Marked = Log.isMixed() && N != Log.Plain;
    std::string Other = std::to_string(N + 10);
    if (Marked)
      S += "\tbtrq $$" + std::to_string(CRIT_LOG_MARK(N)) + ", %rcx\n\tjnc " +
           Other + "f\n";
    const char *const Move[] = {"movb %dl", "movw %dx", "movl %edx", "movq %rdx"};
    for (unsigned Part = 0; Part < (1u << N); Part += 8)
      S += "\tmovq " + At(UndoLog::Old + Part) + ", %rdx\n\t" +
           Move[std::min(N, 3u)] + ", " + std::to_string(Part) + "(%rcx)\n";
    if (Marked)
      S += std::string("\tjmp ") + (Log.isUniform() ? "9f\n" : "8f\n") + Other + ":\n";
  }
  if (Log.isUniform())
    return S + "9:\ttestl %eax, %eax\n\tjne 8b\n\tmovq $$0, " + At(0);
  return S + "8:\tmovq $$0, " + At(0) + "\n\tjmp 5b\n9:";
}

static std::string slotText(const MachineInstr &MI, unsigned Mem,
                            const TargetRegisterInfo &TRI) {
  return std::to_string(MI.getOperand(Mem + 3).getImm()) + "(%" +
         StringRef(TRI.getName(MI.getOperand(Mem).getReg())).lower() + ")";
}

/// To the landing of the region whose number is in the slot.
static std::string dispatchText(const MachineInstr &MI, const CheckPseudo &P,
                                const TargetRegisterInfo &TRI) {
  std::string Text, Slot = slotText(MI, P.MemA, TRI);
  std::string To;
  for (unsigned I = 5; I < P.MemA - 1; I += 2) {
    unsigned Region = MI.getOperand(I).getImm();
    if (!To.empty())
      Text += "\tje " + To + "\n";
    To = landingLabel(*MI.getMF(), Region);
    if (I + 2 < P.MemA - 1)
      Text += "\tcmpl $$" + std::to_string(Region) + ", " + Slot + "\n";
  }
  return Text + "\tjmp " + To;
}

void LowerChecks::place(MachineInstr &MI, const CheckPseudo &P) {
  if (P.Kind == PseudoKind::Landing)
    addText(*MI.getParent(), MI, TII, landingLabel(MF, P.Region) + ":");
  if (P.Kind == PseudoKind::Undo)
    addText(*MI.getParent(), MI, TII, undoText(MI, P, TRI));
  if (P.Kind == PseudoKind::Dispatch)
    addText(*MI.getParent(), MI, TII, dispatchText(MI, P, TRI));
  MI.eraseFromParent();
}

SmallVector<MachineBasicBlock *, 6>
LowerChecks::compareAddresses(MachineInstr &MI, const CheckPseudo &P,
                              crit_check_kind K, unsigned Region) {
  const DebugLoc &DL = MI.getDebugLoc();
  SmallVector<MachineBasicBlock *, 6> Made = {newBlock()};
  if (dropped() >> K & 1)
    return Made;
  for (unsigned Part : {0u, 2u}) { // base, index
    Register A = MI.getOperand(P.MemA + Part).isReg()
                     ? MI.getOperand(P.MemA + Part).getReg()
                     : Register();
    Register B = MI.getOperand(P.MemB + Part).isReg()
                     ? MI.getOperand(P.MemB + Part).getReg()
                     : Register();
    if (!A || !B || A == B)
      continue;
    MachineBasicBlock *Here = Made.back();
    compare(*Here, Here->end(), DL, PseudoKind::CompareEq, 3, A, B);
    MachineBasicBlock *Fail = failStub(K, DL, A, B, 3, Region);
    BuildMI(*Here, Here->end(), DL, TII.get(T.JCC_1)).addMBB(Fail).addImm(CC_NE);
    Here->addSuccessor(Fail, BranchProbability::getZero());
    // The fail stub went in behind us; what follows must not fall into it.
    Made.push_back(newBlock());
    BuildMI(*Here, Here->end(), DL, TII.get(T.JMP_1)).addMBB(Made.back());
    Here->addSuccessor(Made.back());
  }
  return Made;
}

//===- LowerChecks.cpp - checks become code, records and stubs ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LowerChecks.h"
#include "FunctionPolicy.h"
#include "X86Table.h"
#include "llvm/CodeGen/LivePhysRegs.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;
using namespace crit;

LowerChecks::LowerChecks(MachineFunction &MF, std::vector<StackFacts> Facts)
    : MF(MF), T(X86Table::get(MF)), TII(*MF.getSubtarget().getInstrInfo()),
      TRI(*MF.getSubtarget().getRegisterInfo()), Facts(std::move(Facts)) {}

/// Within a block: registers that hold the same value because one was plainly
/// copied from the other have one root. A check of two equal roots proves
/// nothing. (An adopting move is meant to copy and carries NoMerge.)
void LowerChecks::audit(MachineBasicBlock &MBB) {
  DenseMap<MCRegUnit, unsigned> Root;
  unsigned Next = 1;
  auto RootOf = [&](Register R) {
    unsigned &N = Root[*TRI.regunits(R.asMCReg()).begin()];
    if (!N)
      N = Next++;
    return N;
  };
  auto Define = [&](Register R, unsigned N) {
    for (MCRegUnit U : TRI.regunits(R.asMCReg()))
      Root[U] = N;
  };
  for (MachineInstr &MI : MBB) {
    if (auto P = CheckPseudo::parse(MI)) {
      bool Pair = P->Kind == PseudoKind::CompareEq ||
                  P->Kind == PseudoKind::Verify ||
                  P->Kind == PseudoKind::StoreBack;
      if (Pair && P->B &&
          RootOf(MI.getOperand(P->A).getReg()) ==
              RootOf(MI.getOperand(P->B).getReg()))
        ++Void;
      continue;
    }
    unsigned Opc = MI.getOpcode();
    bool Move = (Opc == T.MOV32rr || Opc == T.MOV64rr || MI.isCopy()) &&
                !MI.getFlag(MachineInstr::NoMerge);
    // Stack, frame and base pointer have no copy: frame addresses start from
    // them twice.
    Move = Move && !MF.getRegInfo().isReserved(MI.getOperand(1).getReg());
    unsigned From = Move ? RootOf(MI.getOperand(1).getReg()) : 0;
    for (MachineOperand &MO : MI.all_defs())
      if (MO.getReg())
        Define(MO.getReg(), Move && &MO == &MI.getOperand(0) ? From : Next++);
  }
}

uint32_t LowerChecks::dropped() const {
  return optionsOf(MF.getFunction()).DroppedChecks;
}

MachineBasicBlock *LowerChecks::newBlock() {
  MachineBasicBlock *B = MF.CreateMachineBasicBlock();
  Stubs.push_back(B);
  return B;
}

void LowerChecks::liveIns(MachineBasicBlock &MBB) {
  LivePhysRegs Live;
  computeAndAddLiveIns(Live, MBB);
}

MachineBasicBlock *LowerChecks::cutAfter(MachineInstr &I) {
  MachineBasicBlock &MBB = *I.getParent();
  MachineBasicBlock *New = MF.CreateMachineBasicBlock(MBB.getBasicBlock());
  MF.insert(std::next(MBB.getIterator()), New);
  New->splice(New->end(), &MBB, std::next(I.getIterator()), MBB.end());
  SmallVector<MachineBasicBlock *, 2> Pads;
  for (MachineBasicBlock *S : MBB.successors())
    if (S->isEHPad())
      Pads.push_back(S);
  New->transferSuccessors(&MBB);
  MBB.addSuccessor(New, BranchProbability::getOne());
  bool Calls = false;
  for (const MachineInstr &MI : MBB)
    Calls |= MI.isCall();
  if (Calls)
    for (MachineBasicBlock *P : Pads)
      MBB.addSuccessor(P, BranchProbability::getZero());
  liveIns(*New);
  return New;
}

MachineInstr *LowerChecks::compare(MachineBasicBlock &MBB,
                                   MachineBasicBlock::iterator At,
                                   const DebugLoc &DL, PseudoKind Kind,
                                   unsigned Aux, Register A, Register B) {
  const unsigned Cmp[] = {T.CMP8rr, T.CMP16rr, T.CMP32rr, T.CMP64rr};
  const unsigned Test[] = {T.TEST8rr, T.TEST16rr, T.TEST32rr, T.TEST64rr};
  const unsigned Vec[] = {T.PTESTrr, T.VPTESTrr, T.VPTESTYrr};
  auto Build = [&](unsigned Opc) {
    return BuildMI(MBB, At, DL, TII.get(Opc)).addReg(A);
  };
  switch (Kind) {
  case PseudoKind::CompareEq:
    return Build(Cmp[Aux]).addReg(B);
  case PseudoKind::TestZero:
    return Build(Test[Aux]).addReg(A);
  case PseudoKind::VecZero:
    return Build(Vec[Aux]).addReg(A);
  case PseudoKind::CompareFFFF:
    return Build(T.CMP32ri).addImm(0xffff);
  default:
    return nullptr;
  }
}

MachineBasicBlock *LowerChecks::failStub(crit_check_kind K, const DebugLoc &DL,
                                         Register A, Register B,
                                         unsigned Log2Width,
                                         unsigned Region) {
  if (!Landings.count(Region))
    Region = 0;
  if (!Tail && !Region)
    Tail = MF.CreateMachineBasicBlock();
  MachineBasicBlock *S = newBlock();
  auto Num = [&](Register R) {
    return R ? T.recordNumber(R.asMCReg()) : CRIT_REG_NONE;
  };
  unsigned Index = Rec->addSite(K, DL, Num(A), Num(B), Log2Width, Region);
  StackSites.resize(Index + 1);
  if (Region) {
    StackSites[Index] = Fact.Site;
    if (K == CRIT_CHECK_StoreAddress || K == CRIT_CHECK_LoadAddress)
      for (const StoredThrough &Went : Fact.Through)
        if (Went.Of == A) {
          StackSites[Index].Through = Went.What;
          StackSites[Index].Third = Went.Third;
        }
    // Before anything is written through it. A comparison of it has done that (lower).
    if (Mark != -1 && !Fact.Again)
      addText(*S, S->end(), TII,
              "\tcmpq %rsp, " + std::to_string(Mark) + "(%rsp)\n\tje 1f\n\tud2\n1:");
    BuildMI(*S, S->end(), DL, TII.get(T.opcode("LEA64r")), T.RSP)
        .addReg(T.RSP)
        .addImm(1)
        .addReg(0)
        .addImm(-136)
        .addReg(0);
    MachineBasicBlock *To = regionTail(Region);
    BuildMI(*S, S->end(), DL, TII.get(T.PUSH64i32))
        .addImm(Index | CRIT_SITE_RECOVERABLE);
    BuildMI(*S, S->end(), DL, TII.get(T.JMP_1)).addMBB(To);
    S->addSuccessor(To);
    return S;
  }
  BuildMI(*S, S->end(), DL, TII.get(T.PUSH64i32)).addImm(Index);
  BuildMI(*S, S->end(), DL, TII.get(T.JMP_1)).addMBB(Tail);
  S->addSuccessor(Tail);
  return S;
}

/// What was stored is not where it should be. Different addresses: it may be in a
/// place that nobody knows, which cannot be taken back; the failure path decides.
/// Different values: it is stored again. Neither: another thread wrote there as well.
MachineBasicBlock *LowerChecks::storeStub(MachineInstr &MI,
                                          const CheckPseudo &P, Register A,
                                          Register B, MachineBasicBlock *Back) {
  const DebugLoc &DL = MI.getDebugLoc();
  SmallVector<MachineBasicBlock *, 6> Made =
      compareAddresses(MI, P, CRIT_CHECK_StoreAddress,
                       Fact.Through.empty() ? 0 : P.Region);
  MachineBasicBlock *Last = Made.back();
  bool Constant = (!A && !P.Diff) || dropped() >> P.Check & 1;
  MachineBasicBlock *Fail =
      !Constant ? failStub(P.Check, DL, A, B, B ? P.Aux : 0, P.Region) : nullptr;
  if (B && Fail) {
    compare(*Last, Last->end(), DL, PseudoKind::CompareEq, P.Aux, A, B);
    BuildMI(*Last, Last->end(), DL, TII.get(T.JCC_1)).addMBB(Fail).addImm(CC_NE);
    Last->addSuccessor(Fail, BranchProbability::getZero());
  }
  MachineBasicBlock *To = B || Constant ? Back : Fail;
  BuildMI(*Last, Last->end(), DL, TII.get(T.JMP_1)).addMBB(To);
  Last->addSuccessor(To);
  for (MachineBasicBlock *M : reverse(Made))
    liveIns(*M);
  return Made.front();
}

/// Two loads of one place differ: a fault, or another thread wrote in between.
/// Equal addresses mean the latter, so load again until both see one value.
MachineBasicBlock *LowerChecks::retryStub(MachineInstr &MI,
                                          const CheckPseudo &P,
                                          MachineBasicBlock *Back) {
  const DebugLoc &DL = MI.getDebugLoc();
  // Without the comparison a wrong address would be tried for ever.
  bool NoAddress = dropped() >> CRIT_CHECK_LoadAddress & 1;
  SmallVector<MachineBasicBlock *, 6> Made =
      compareAddresses(MI, P, CRIT_CHECK_LoadAddress, P.Region);
  MachineBasicBlock *Reload = Made.back(), *Cur = Reload;
  Register V[2] = {MI.getOperand(P.A).getReg(), MI.getOperand(P.B).getReg()};
  for (unsigned I : {0u, 1u}) {
    MachineInstrBuilder L =
        BuildMI(*Cur, Cur->end(), DL, TII.get(P.LoadOpcode), V[I]);
    for (unsigned Op = 0; Op != 5; ++Op) {
      MachineOperand MO = MI.getOperand((I ? P.MemB : P.MemA) + Op);
      if (MO.isReg())
        MO.setIsKill(false);
      L.add(MO);
    }
  }
  // Vector and float values would need a scratch register to compare again;
  // losing the same race twice in a row is left to the next check.
  if (!P.Diff && !NoAddress) {
    compare(*Cur, Cur->end(), DL, PseudoKind::CompareEq, P.Aux, V[0], V[1]);
    BuildMI(*Cur, Cur->end(), DL, TII.get(T.JCC_1)).addMBB(Reload).addImm(CC_NE);
    Cur->addSuccessor(Reload);
  }
  BuildMI(*Cur, Cur->end(), DL, TII.get(T.JMP_1)).addMBB(Back);
  Cur->addSuccessor(Back);
  // Known at once: the block that jumps here is cut next and asks.
  for (MachineBasicBlock *B : reverse(Made))
    liveIns(*B);
  return Made.front();
}

/// The store behind a comparison of the stack pointer with its mark that wipes the
/// mark, or null.
static MachineInstr *wipeBehind(MachineInstr &MI, const CheckPseudo &P,
                                const X86Table &T) {
  if (P.Kind != PseudoKind::CompareEq || !P.MemB ||
      MI.getOperand(P.A).getReg() != T.RSP || !MI.getOperand(P.MemB).isReg() ||
      MI.getOperand(P.MemB).getReg() != T.RSP || !MI.getOperand(P.MemB + 3).isImm())
    return nullptr;
  auto IsLabel = [](const MachineInstr &I) {
    return I.isInlineAsm() &&
           StringRef(I.getOperand(0).getSymbolName()).starts_with(".Lcrit_");
  };
  auto Next = std::next(MI.getIterator());
  while (Next != MI.getParent()->end() && (Next->isMetaInstruction() || IsLabel(*Next)))
    ++Next;
  if (Next == MI.getParent()->end() || T.name(*Next) != "MOV64mi32" ||
      !Next->getOperand(5).isImm() || Next->getOperand(5).getImm())
    return nullptr;
  for (unsigned I = 0; I != 5; ++I)
    if (!Next->getOperand(I).isIdenticalTo(MI.getOperand(P.MemB + I)))
      return nullptr;
  return &*Next;
}

void LowerChecks::lower(MachineInstr &MI, const CheckPseudo &P) {
  MachineBasicBlock &MBB = *MI.getParent();
  const DebugLoc DL = MI.getDebugLoc();
  if (P.Kind == PseudoKind::TxSplit || P.Kind == PseudoKind::TxEnd)
    return transaction(MI, P);
  if (P.isPlace())
    return place(MI, P);
  takeFact(MI);
  if (P.Kind == PseudoKind::Update)
    return update(MI, P);
  Register A = P.A ? MI.getOperand(P.A).getReg() : Register();
  Register B = P.B ? MI.getOperand(P.B).getReg() : Register();
  unsigned CC = CC_NE;
  MachineInstr *Wipe = nullptr;
  if (P.Kind == PseudoKind::FlagsFail)
    CC = P.Aux;
  else if (P.Diff)
    compare(MBB, MI, DL, P.DiffKind, P.Aux, MI.getOperand(P.Diff).getReg(), B);
  else if (P.Kind == PseudoKind::CompareImm && P.Imm) {
    const unsigned CmpImm[] = {T.CMP8ri, T.CMP16ri, T.CMP32ri, T.CMP64ri32};
    BuildMI(MBB, MI, DL, TII.get(CmpImm[P.Aux])).addReg(A).addImm(P.Imm);
  } else if (P.Kind == PseudoKind::CompareImm)
    compare(MBB, MI, DL, PseudoKind::TestZero, P.Aux, A, B);
  else if (P.Kind == PseudoKind::StoreBack && !A) {
    static const char *const CmpImm[] = {"CMP8mi", "CMP16mi", "CMP32mi",
                                         "CMP64mi32"};
    MachineInstrBuilder C =
        BuildMI(MBB, MI, DL, TII.get(T.opcode(CmpImm[P.Aux])));
    for (unsigned I = 0; I != 5; ++I)
      C.add(MI.getOperand(P.MemB + I));
    C.addImm(P.Imm).cloneMemRefs(MI);
  } else if ((P.Kind == PseudoKind::CompareEq ||
              P.Kind == PseudoKind::StoreBack) &&
             P.MemB) {
    // Both in one: what was wiped through a wrong one is put back by doing it again.
    // Between the two it would return to nowhere (1 % of the faults in Redis).
    const unsigned CmpMem[] = {T.CMP8mr, T.CMP16mr, T.CMP32mr, T.CMP64mr};
    Wipe = wipeBehind(MI, P, T);
    MachineInstrBuilder C = BuildMI(
        MBB, MI, DL, TII.get(Wipe ? T.opcode("XOR64mr") : CmpMem[P.Aux]));
    for (unsigned I = 0; I != 5; ++I)
      C.add(MI.getOperand(P.MemB + I));
    C.addReg(A).cloneMemRefs(MI);
  } else
    compare(MBB, MI, DL,
            P.Kind == PseudoKind::Verify ? PseudoKind::CompareEq : P.Kind,
            P.Aux, A, B);
  MachineInstr *Jump = BuildMI(MBB, MI, DL, TII.get(T.JCC_1))
                           .addMBB(&MBB)
                           .addImm(CC);
  if (P.Kind == PseudoKind::Verify || P.Kind == PseudoKind::StoreBack) {
    // Keep MI until the stub has read its operands.
    MachineBasicBlock *Rest = cutAfter(MI);
    MachineBasicBlock *Stub = P.Kind == PseudoKind::Verify
                                  ? retryStub(MI, P, Rest)
                                  : storeStub(MI, P, A, B, Rest);
    Jump->getOperand(0).setMBB(Stub);
    MBB.addSuccessor(Stub, BranchProbability::getZero());
    MI.eraseFromParent();
    return;
  }
  bool Pair = P.Kind == PseudoKind::CompareEq;
  MachineBasicBlock *Stub = failStub(
      P.Check, DL, P.Kind == PseudoKind::FlagsFail ? Register() : A,
      Pair ? B : Register(), Pair ? P.Aux : 0, P.Region);
  bool Again = P.Kind != PseudoKind::FlagsFail && !Landings.count(P.Region) &&
               (modeOf(MF.getFunction()).Mode == CRIT_MODE_HAFT ||
                recovers(MF.getFunction()));
  if (Again && P.Region >= AgainRegion)
    addText(*Stub, Stub->begin(), TII,
         againLabel(MF, P.Region - AgainRegion) + ":\n\tud2");
  // Before anything is pushed through it. If only the flag was hit, its region runs
  // again.
  if (Fact.Again && Landings.count(P.Region))
    addText(*Stub, Stub->begin(), TII,
         "\tcmpq %rsp, " + std::to_string(Mark) + "(%rsp)\n\tje 1f\n" +
             againLabel(MF, Fact.Again - 1) + ":\n\tud2\n1:");
  MachineBasicBlock *Fail = Stub;
  if (Again)
    Stub = compareAgain(*Fail, *std::prev(Jump->getIterator()));
  if (Wipe) {
    // (Mark is none in functions without landings.)
    std::string Slot = std::to_string(Wipe->getOperand(3).getImm()) + "(%rsp)";
    addText(*Stub, Again ? Stub->end() : Stub->begin(), TII,
         "\txorq %rsp, " + Slot + (Again ? "\n\tcmpq %rsp, " + Slot : ""));
  }
  Jump->getOperand(0).setMBB(Stub);
  MI.eraseFromParent();
  MachineBasicBlock *Rest = cutAfter(*Jump);
  MachineBasicBlock *Back = Rest;
  MBB.addSuccessor(Stub, BranchProbability::getZero());
  // "jcc stub; jmp X" is the end of many loops: "jncc X; jmp stub" runs one
  // instruction less each time round.
  auto First = Rest->getFirstNonDebugInstr();
  if (First != Rest->end() && First->getOpcode() == T.JMP_1) {
    Jump->getOperand(0).setMBB(First->getOperand(0).getMBB());
    Jump->getOperand(1).setImm(invertCond(CC));
    MachineBasicBlock *X = First->getOperand(0).getMBB();
    First->getOperand(0).setMBB(Stub);
    MBB.replaceSuccessor(Stub, X);
    Rest->replaceSuccessor(X, Stub);
    MBB.setSuccProbability(llvm::find(MBB.successors(), X),
                           BranchProbability::getOne());
    MBB.setSuccProbability(llvm::find(MBB.successors(), Rest),
                           BranchProbability::getZero());
    for (const auto &LI : make_early_inc_range(Rest->liveins()))
      Rest->removeLiveIn(LI.PhysReg);
    Back = X;
  }
  if (Again && Wipe) { // only the flag was hit
    MachineBasicBlock *W = newBlock();
    W->splice(W->end(), Wipe->getParent(), Wipe);
    BuildMI(*W, W->end(), DL, TII.get(T.JMP_1)).addMBB(Back);
    W->addSuccessor(Back);
    liveIns(*W);
    Back = W;
  } else if (Wipe) {
    Wipe->eraseFromParent();
  }
  if (Again) {
    BuildMI(*Stub, Stub->end(), DL, TII.get(T.JCC_1)).addMBB(Back).addImm(CC_E);
    Stub->addSuccessor(Back);
    Stub->addSuccessor(Fail, BranchProbability::getZero());
    liveIns(*Stub);
  }
}

/// Where nothing can be computed again: perhaps only the flag was hit. The block
/// has no jumps yet.
MachineBasicBlock *LowerChecks::compareAgain(MachineBasicBlock &Stub,
                                             MachineInstr &Compare) {
  Compare.clearKillInfo();
  MachineBasicBlock *Again = MF.CreateMachineBasicBlock();
  Stubs.insert(llvm::find(Stubs, &Stub), Again);
  if (!Compare.mayStore())
    Again->push_back(MF.CloneMachineInstr(&Compare));
  return Again;
}

void LowerChecks::tail() {
  std::string Text = Rec->assembly(MF, /*WithEntry=*/Tail != nullptr);
  MachineBasicBlock *At = Tail ? Tail : &MF.front();
  if (Tail)
    MF.insert(MF.end(), Tail);
  // Without a tail the text is labels and data only; its label must lie inside
  // the function, and the end of a function is outside.
  BuildMI(*At, At->begin(), DebugLoc(), TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF.createExternalSymbolName(Text))
      .addImm(InlineAsm::Extra_HasSideEffects);
}

void LowerChecks::run(FunctionRecord &R) {
  Rec = &R;
  SmallVector<MachineBasicBlock *, 32> Blocks;
  SmallVector<std::pair<MachineInstr *, CheckPseudo>, 16> Decisions;
  for (MachineBasicBlock &MBB : MF) {
    audit(MBB);
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI)) {
        if (P->Kind == PseudoKind::Decide ||
            P->Kind == PseudoKind::DecideLoad)
          Decisions.push_back({&MI, *P});
        else if (P->Kind == PseudoKind::Landing)
          Landings[P->Region] = &MBB;
      }
  }
  if (const MachineInstr *MI = stackComparison(MF))
    Mark = MI->getOperand(CheckPseudo::parse(*MI)->MemB + 3).getImm();
  // First: these copy code, other checks included.
  for (auto &[MI, P] : Decisions) {
    DebugLoc DL = MI->getDebugLoc();
    if (!followDecision(*MI, P)) {
      ++R.Stats.Unprotected;
      ++R.Stats.Reasons[CRIT_REASON_FlagsAcrossBlocks];
      R.Stats.Missed.push_back({DL, CRIT_REASON_FlagsAcrossBlocks});
    }
  }
  for (MachineBasicBlock &MBB : MF)
    Blocks.push_back(&MBB);
  for (MachineBasicBlock *MBB : Blocks) {
    SmallVector<std::pair<MachineInstr *, CheckPseudo>, 16> Pseudos;
    for (MachineInstr &MI : *MBB)
      if (auto P = CheckPseudo::parse(MI))
        Pseudos.push_back({&MI, *P});
    // From the back: each cut then only moves what follows this check.
    for (auto &[MI, P] : reverse(Pseudos))
      lower(*MI, P);
  }
  for (MachineBasicBlock *S : Stubs)
    MF.insert(MF.end(), S);
  for (auto &[Region, B] : RegionTails)
    MF.insert(MF.end(), B);
  if (Mark != -1) {
    MachineBasicBlock *B = MF.CreateMachineBasicBlock();
    std::string Sites = pushSection(MF, CRIT_HARMLESS_SECTION) +
                        "\t.p2align 2\n" + sitesLabel(MF) + ":\n";
    for (const crit_stack_site &S : StackSites) {
      auto Written = [](const crit_written &W) {
        return std::to_string(W.Harmless) + "," + std::to_string(W.List) + ",";
      };
      Sites += "\t.long " + Written(S.Written);
      for (const crit_last_store &L : S.Last)
        Sites += std::to_string(L.At) + "," + std::to_string(L.What) + "," + Written(L.Since);
      Sites += std::to_string(S.Through) + "," + std::to_string(S.Third) + "," +
               std::to_string(S.Log.Used) + "," + std::to_string(S.Log.What) + "," +
               std::to_string(S.Log.Fixed.Harmless) + "," +
               std::to_string(S.Log.Fixed.List) + "\n";
    }
    addText(*B, B->end(), TII,
         stubsEndLabel(MF) + ":\n" + Sites +
             "\t.popsection");
    MF.insert(MF.end(), B);
  }
  tail();
}

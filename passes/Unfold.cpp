//===- Unfold.cpp - take memory operands out of computations --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Unfold.h"
#include "MemoryFacts.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

class Unfolder {
public:
  Unfolder(MachineFunction &MF, MemoryFacts &Facts, LoadMode Loads, bool All,
           bool Slots, bool Updates)
      : MF(MF), TII(*MF.getSubtarget().getInstrInfo()),
        TRI(*MF.getSubtarget().getRegisterInfo()), MRI(MF.getRegInfo()),
        T(X86Table::get(MF)), Facts(Facts), Loads(Loads), All(All),
        Slots(Slots), Updates(Updates) {}
  void run();

private:
  bool wants(const MachineInstr &MI);
  void split(MachineInstr &MI);
  bool splitUpdate(MachineInstr &MI);
  void foldFrameAddress(MachineInstr &MI);
  MachineBasicBlock::iterator hoistPoint(MachineInstr &Load,
                                         MachineInstr &Before);

  MachineFunction &MF;
  const TargetInstrInfo &TII;
  const TargetRegisterInfo &TRI;
  MachineRegisterInfo &MRI;
  const X86Table &T;
  MemoryFacts &Facts;
  LoadMode Loads;
  bool All, Slots, Updates;
};

} // namespace

/// What Load reads is written at the same place further down its block.
static bool isUpdated(const MachineInstr &Load, const X86Table &T) {
  int Mem = T.memoryOperand(Load);
  if (Mem < 0)
    return false;
  auto Same = [&](const MachineInstr &MI) {
    int Other = MI.mayStore() ? T.memoryOperand(MI) : -1;
    for (int I = 0; Other >= 0 && I != 5; ++I)
      if (!MI.getOperand(Other + I).isIdenticalTo(Load.getOperand(Mem + I)))
        return false;
    return Other >= 0;
  };
  return any_of(make_range(std::next(Load.getIterator()),
                           Load.getParent()->instr_end()),
                Same);
}

bool crit::needsVerification(const MachineInstr &Load, LoadMode Mode,
                             MemoryFacts &Facts) {
  if (Mode == LoadMode::Twice || Facts.isRaceFree(Load))
    return false;
  if (Mode == LoadMode::Strict)
    return true;
  // Races that programs get away with are on flags, counters and pointers.
  if (Facts.isBulk(Load))
    return false;
  // Comparing vectors costs four times as much and would catch next to none, but
  // neighbouring counters that are updated as one vector (memcached with
  // -fprofile-arcs stopped on those in two threads).
  const MachineRegisterInfo &MRI = Load.getMF()->getRegInfo();
  const X86Table &T = X86Table::get(*Load.getMF());
  for (const MachineOperand &MO : Load.all_defs())
    if (MO.getReg().isVirtual() &&
        T.kind(MRI.getRegClass(MO.getReg())) == RegKind::Gpr)
      return true;
  return Load.getNumExplicitDefs() == 0 || // compares with memory
         isUpdated(Load, T);
}

std::optional<MemoryUpdate> crit::findUpdate(const MachineInstr &MI,
                                             LoadMode Mode,
                                             MemoryFacts &Facts) {
  const X86Table &T = X86Table::get(*MI.getMF());
  if (!MI.mayLoad() || !MI.mayStore() || MI.hasOrderedMemoryRef() ||
      T.memoryOperand(MI) != 0 || T.definesLiveFlags(MI) || T.readsFlags(MI))
    return std::nullopt;
  StringRef N = T.name(MI);
  int64_t Sign = N.consume_front("INC") || N.consume_front("ADD")   ? 1
                 : N.consume_front("DEC") || N.consume_front("SUB") ? -1
                                                                    : 0;
  unsigned Bits = 0;
  if (!Sign || N.consumeInteger(10, Bits) || !isPowerOf2_32(Bits) || Bits < 8 ||
      Bits > 64)
    return std::nullopt;
  int64_t By = 1;
  if (MI.getNumExplicitOperands() == 6 && N.starts_with("mi") &&
      MI.getOperand(5).isImm())
    By = MI.getOperand(5).getImm();
  else if (MI.getNumExplicitOperands() != 5 || N != "m")
    return std::nullopt;
  // It must fit a displacement.
  if (!isInt<31>(By) || !SignExtend64(By, Bits))
    return std::nullopt;
  // With an index the comparisons with memory fall apart in the decoder, and
  // histogram got 4 % slower; the function's own stack needs no verification.
  if (!MI.getOperand(0).isReg() || MI.getOperand(2).getReg() ||
      !needsVerification(MI, Mode, Facts))
    return std::nullopt;
  return MemoryUpdate{Sign * By, Log2_32(Bits / 8)};
}

bool Unfolder::wants(const MachineInstr &MI) {
  if (MI.isDebugInstr() || !MI.mayLoadOrStore() || MI.isInlineAsm() ||
      MI.hasOrderedMemoryRef())
    return false;
  int Mem = T.memoryOperand(MI);
  if (Mem < 0)
    return false;
  if (MI.mayLoad() && MI.mayStore())
    return !Updates || !findUpdate(MI, Loads, Facts);
  if (MI.isCall() || MI.isIndirectBranch())
    return MI.mayLoad();
  if (T.touchesFlags(MI) && (T.readsFlags(MI) || T.definesLiveFlags(MI)))
    return true;
  bool OtherInput = false, FixedReg = false, General = false;
  for (unsigned I = 0, E = MI.getNumOperands(); I != E; ++I) {
    const MachineOperand &MO = MI.getOperand(I);
    bool Address = int(I) >= Mem && int(I) < Mem + 5;
    if (!MO.isReg() || !MO.getReg() || Address)
      continue;
    if (MO.getReg().isPhysical())
      FixedReg |= MO.getReg() != T.EFLAGS && !MRI.isReserved(MO.getReg());
    else
      OtherInput |= MO.isUse();
    General |= MO.getReg().isVirtual() &&
               T.kind(MRI.getRegClass(MO.getReg())) == RegKind::Gpr;
  }
  // A store that picks or converts what it stores.
  if (!MI.mayLoad())
    return MI.getNumExplicitOperands() > 6;
  if (FixedReg)
    return true;
  if (Slots && !OtherInput && MI.getOperand(Mem).isFI())
    return !T.name(MI).contains("MOV");
  return OtherInput &&
         ((All && General) || needsVerification(MI, Loads, Facts));
}

/// A load taken out of a chain of flag users (add, adc, adc) must stand before
/// the chain, where its verification may clobber flags, if memory allows.
MachineBasicBlock::iterator Unfolder::hoistPoint(MachineInstr &Load,
                                                 MachineInstr &Before) {
  MachineBasicBlock &MBB = *Before.getParent();
  MachineBasicBlock::iterator At = Before.getIterator();
  if (!T.readsFlags(Before))
    return At;
  for (auto I = At; I != MBB.begin();) {
    --I;
    if (I->isDebugInstr())
      continue;
    if (I->mayStore() || I->isCall() || I->hasUnmodeledSideEffects() ||
        I->isPHI() || I->isPosition())
      return At;
    for (const MachineOperand &MO : Load.all_uses())
      if (I->definesRegister(MO.getReg(), &TRI))
        return At;
    if (T.definesLiveFlags(*I) && !T.readsFlags(*I))
      return I;
  }
  return At;
}

/// LLVM's tables cannot reverse "op [mem], x" any more; names can:
/// ADD64mr -> ADD64rr, SHL32mCL -> SHL32rCL, INC8m -> INC8r.
bool Unfolder::splitUpdate(MachineInstr &MI) {
  StringRef N = T.name(MI);
  size_t At = N.find_first_of("0123456789");
  size_t M = N.find('m', At);
  if (At == StringRef::npos || M == StringRef::npos || M < At + 1 || M > At + 2)
    return false;
  StringRef Width = N.slice(At, M);
  unsigned Op = T.opcode((N.take_front(M) + "r" + N.drop_front(M + 1)).str());
  unsigned Load = T.opcode(("MOV" + Width + "rm").str());
  unsigned Store = T.opcode(("MOV" + Width + "mr").str());
  if (!Op || !Load || !Store || T.memoryOperand(MI) != 0 ||
      MI.getNumExplicitDefs())
    return false;
  const MCInstrDesc &D = TII.get(Op);
  // result, tied input, then what followed the address
  if (D.getNumOperands() != MI.getNumExplicitOperands() - 5 + 2 ||
      D.getNumDefs() != 1 || D.getOperandConstraint(1, MCOI::TIED_TO) != 0)
    return false;
  const TargetRegisterClass *RC = TII.getRegClass(D, 0);
  MachineBasicBlock &MBB = *MI.getParent();
  const DebugLoc &DL = MI.getDebugLoc();
  Register Old = MRI.createVirtualRegister(RC);
  Register New = MRI.createVirtualRegister(RC);
  SmallVector<MachineMemOperand *, 2> Loads, Stores;
  for (MachineMemOperand *MMO : MI.memoperands())
    (MMO->isStore() ? Stores : Loads).push_back(MMO);
  auto Address = [&](MachineInstrBuilder &B) {
    for (unsigned I = 0; I != 5; ++I) {
      MachineOperand MO = MI.getOperand(I);
      if (MO.isReg())
        MO.setIsKill(false);
      B.add(MO);
    }
  };
  MachineInstrBuilder L = BuildMI(MF, DL, TII.get(Load), Old);
  Address(L);
  L.setMemRefs(Loads);
  MBB.insert(hoistPoint(*L, MI), L);
  MachineInstr *C = MF.CreateMachineInstr(D, DL, /*NoImplicit=*/true);
  MachineInstrBuilder B(MF, C);
  B.addReg(New, RegState::Define).addReg(Old);
  for (unsigned I = 5, E = MI.getNumOperands(); I != E; ++I) {
    MachineOperand MO = MI.getOperand(I);
    if (MO.isReg() && MO.isUse())
      MO.setIsKill(false);
    B.add(MO);
  }
  MBB.insert(MI.getIterator(), C);
  MachineInstrBuilder S = BuildMI(MBB, MI, DL, TII.get(Store));
  Address(S);
  S.addReg(New).setMemRefs(Stores);
  Facts.replaceLoad(MI, *L);
  MI.eraseFromParent();
  return true;
}

void Unfolder::split(MachineInstr &MI) {
  if (MI.mayLoad() && MI.mayStore() && splitUpdate(MI))
    return;
  unsigned LoadIdx = 0;
  bool Loads = MI.mayLoad(), Stores = MI.mayStore();
  unsigned Opc = TII.getOpcodeAfterMemoryUnfold(MI.getOpcode(), Loads, Stores,
                                                &LoadIdx);
  if (!Opc)
    return;
  const TargetRegisterClass *RC =
      TII.getRegClass(TII.get(Opc), LoadIdx);
  if (!RC)
    return;
  Register Loaded = MRI.createVirtualRegister(RC);
  SmallVector<MachineInstr *, 3> New;
  if (!TII.unfoldMemoryOperand(MF, MI, Loaded, Loads, Stores, New))
    return;
  // LLVM reuses one register for the loaded and the computed value; SSA needs
  // two.
  if (Loads && Stores && New.size() == 3) {
    Register Computed = MRI.createVirtualRegister(RC);
    for (MachineOperand &MO : New[1]->all_defs())
      if (MO.getReg() == Loaded)
        MO.setReg(Computed);
    for (MachineOperand &MO : New[2]->operands())
      if (MO.isReg() && MO.isUse() && MO.getReg() == Loaded)
        MO.setReg(Computed);
  }
  MachineBasicBlock &MBB = *MI.getParent();
  for (MachineInstr *N : New) {
    N->setDebugLoc(MI.getDebugLoc());
    for (MachineOperand &MO : N->operands())
      if (MO.isReg() && MO.isUse() && MO.getReg().isVirtual())
        MO.setIsKill(false);
    if (Loads && N == New.front())
      MBB.insert(hoistPoint(*N, MI), N);
    else
      MBB.insert(MI.getIterator(), N);
  }
  if (MI.isCall()) // its type (kcfi), that it may be made again
    New.back()->cloneInstrSymbols(MF, MI);
  if (MI.shouldUpdateAdditionalCallInfo())
    MF.eraseAdditionalCallInfo(&MI);
  Facts.replaceLoad(MI, *New.front());
  MI.eraseFromParent();
}

/// p = LEA slot + 4; MOV [p + 8], x  ->  MOV [slot + 12], x
/// One register less to protect; and an address that the allocator may compute
/// anew for a check would not be the one the store used.
void Unfolder::foldFrameAddress(MachineInstr &MI) {
  int Mem = MI.mayLoadOrStore() && !MI.isInlineAsm() ? T.memoryOperand(MI) : -1;
  if (Mem < 0 || !MI.getOperand(Mem).isReg() ||
      !MI.getOperand(Mem).getReg().isVirtual() ||
      !MI.getOperand(Mem + 3).isImm())
    return;
  MachineInstr *Lea = MRI.getVRegDef(MI.getOperand(Mem).getReg());
  if (!Lea || T.name(*Lea) != "LEA64r" || !Lea->getOperand(1).isFI() ||
      Lea->getOperand(3).getReg() || !Lea->getOperand(4).isImm() ||
      Lea->getOperand(5).getReg())
    return;
  int64_t Disp = Lea->getOperand(4).getImm() + MI.getOperand(Mem + 3).getImm();
  if (!isInt<31>(Disp))
    return;
  MI.getOperand(Mem).ChangeToFrameIndex(Lea->getOperand(1).getIndex());
  MI.getOperand(Mem + 3).setImm(Disp);
}

void Unfolder::run() {
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      foldFrameAddress(MI);
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB))
      if (wants(MI))
        split(MI);
}

void crit::unfoldMemory(MachineFunction &MF, MemoryFacts &Facts,
                        LoadMode Loads, bool All, bool Slots,
                        bool Updates) {
  Unfolder(MF, Facts, Loads, All, Slots, Updates).run();
}

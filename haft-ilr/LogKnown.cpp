//===- LogKnown.cpp - how much of the undo log is in use ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LogKnown.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

LogKnown::LogKnown(const MachineFunction &MF, int64_t Disp, int Index)
    : T(&X86Table::get(MF)), TRI(MF.getSubtarget().getRegisterInfo()), Disp(Disp),
      Index(Index) {}

void LogKnown::forget() {
  Used.reset();
  Exact = false;
  Counts.clear();
  Open.reset();
  Old = Register();
}

bool LogKnown::merge(const LogKnown &O) {
  bool Less = false;
  if (Used && !O.Used) {
    forget();
    Less = true;
  }
  if (Used && (*O.Used < *Used || (Exact && (!O.Exact || Used != O.Used)))) {
    Exact &= O.Exact && Used == O.Used;
    Used = std::min(*Used, *O.Used);
    Less = true;
  }
  for (auto [Mine, Other] : {std::pair(&Counts, &O.Counts), std::pair(&Constants, &O.Constants)}) {
    size_t Were = Mine->size();
    erase_if(*Mine, [&, Other = Other](auto &V) { return !is_contained(*Other, V); });
    Less |= Mine->size() != Were;
  }
  if (Old && Old != O.Old) {
    Old = Register();
    Less = true;
  }
  // An entry that is open on one way only is no entry of its own on the other.
  if (Open != O.Open && Used) {
    forget();
    Less = true;
  }
  return Less;
}

crit_log_known LogKnown::get() const {
  if (!Used)
    return {};
  bool Counted = !Exact && !Counts.empty();
  uint32_t What = CRIT_LOG_KNOWN | (Exact || Counted ? CRIT_LOG_EXACT : 0);
  int64_t All = Counted ? Counts.front().second : *Used;
  if (!isInt<32>(All))
    return {};
  if (Counted)
    What |= CRIT_LOG_COUNTED |
            uint32_t(T->recordNumber(Counts.front().first.asMCReg())) << CRIT_LOG_COUNT;
  if (Old)
    What |= CRIT_LOG_OLD | uint32_t(T->recordNumber(Old.asMCReg())) << CRIT_LOG_HOLDS;
  return {int32_t(All), What, {}};
}

/// Of what MI changes.
void LogKnown::forget(const MachineInstr &MI) {
  auto Changed = [&](const std::pair<Register, int64_t> &V) {
    return MI.modifiesRegister(V.first, TRI);
  };
  erase_if(Constants, Changed);
  erase_if(Counts, Changed);
  if (Old && MI.modifiesRegister(Old, TRI))
    Old = Register();
  if (Open && Open->Held && MI.modifiesRegister(Open->Held, TRI))
    Open->Held = Register();
  if (Open && Open->Index && MI.modifiesRegister(Open->Index, TRI))
    forget();
}

/// Registers that hold a constant, or get what counts.
void LogKnown::count(const MachineInstr &MI) {
  StringRef Name = T->name(MI);
  if (!MI.getNumOperands() || !MI.getOperand(0).isReg() || !MI.getOperand(0).isDef()) {
    forget(MI);
    return;
  }
  Register To = MI.getOperand(0).getReg();
  std::optional<int64_t> Value, Now;
  if (Name.starts_with("XOR32rr") && MI.getOperand(1).getReg() == MI.getOperand(2).getReg())
    Value = 0;
  else if ((Name == "MOV32ri" || Name == "MOV32ri64" || Name == "MOV64ri32") &&
           MI.getOperand(1).isImm() && isInt<31>(MI.getOperand(1).getImm()))
    Value = MI.getOperand(1).getImm();
  Register From;
  int64_t Plus = 0;
  if (Name.starts_with("ADD64ri") && MI.getOperand(2).isImm()) {
    From = To;
    Plus = MI.getOperand(2).getImm();
  } else if (Name == "MOV64rr") {
    From = MI.getOperand(1).getReg();
  } else if (Name == "LEA64r" && MI.getOperand(4).isImm() && !MI.getOperand(3).getReg() &&
             MI.getOperand(1).isReg() && MI.getOperand(2).getImm() == 1) {
    From = MI.getOperand(1).getReg();
    Plus = MI.getOperand(4).getImm();
  }
  for (auto [R, More] : Counts)
    if (From && R == From)
      Now = More - Plus;
  forget(MI);
  const TargetRegisterClass *All = T->regClass("GR64");
  if (Value) {
    for (MCRegister R : *All)
      if (TRI->isSubRegisterEq(R, To))
        To = R;
    Constants.push_back({To, *Value});
    if (Exact)
      Now = *Used - *Value;
  }
  if (Now && All->contains(To) && To != T->RSP)
    Counts.push_back({To, *Now});
}

bool LogKnown::isLog(const MachineInstr &MI) const {
  for (const MachineMemOperand *M : MI.memoperands())
    if (const auto *P = dyn_cast_or_null<FixedStackPseudoSourceValue>(M->getPseudoValue());
        P && P->getFrameIndex() == Index)
      return true;
  return false;
}

void LogKnown::store(const MachineInstr &MI) {
  int Mem = T->memoryOperand(MI);
  if (!MI.hasOneMemOperand() || Mem != 0 || !MI.getOperand(0).isReg() ||
      MI.getOperand(0).getReg() != T->RSP || !MI.getOperand(3).isImm() ||
      MI.getOperand(1).getImm() != 1 || MI.getOperand(4).getReg()) {
    forget();
    return;
  }
  const MachineMemOperand *M = *MI.memoperands_begin();
  Register Counter = MI.getOperand(2).getReg();
  int64_t At = MI.getOperand(3).getImm() - Disp;
  const MachineOperand &What = MI.getOperand(5);
  if (What.isImm()) { // empties it, or is the end behind an entry
    if (!M->isVolatile())
      return;
    forget();
    if (!What.getImm() && !Counter && !At) {
      Used = 0;
      Exact = true;
      for (auto [R, Value] : Constants)
        Counts.push_back({R, -Value});
    }
    return;
  }
  if (!What.isReg()) {
    forget();
    return;
  }
  if (!M->isVolatile()) {
    // Another entry's before this one is complete, or another piece of it.
    int64_t Piece = At - UndoLog::Old;
    if (Open && (Open->Index != Counter || Piece < Open->At))
      forget();
    else if (Open)
      Open->Held = Register();
    else
      Open = OldValue{Counter, What.getReg(), Piece};
    return;
  }
  // The address: the entry counts. It follows those that are there, whether or not that
  // is seen here.
  std::optional<int64_t> End;
  if (!Counter && Exact)
    End = Used;
  for (auto [R, More] : Counts)
    if (R == Counter)
      End = More;
  int64_t Bytes = M->getOffset();
  if (!Used || (End && *End != At) || !Open || Open->Index != Counter || Open->At != At ||
      Bytes <= 0) {
    forget();
    return;
  }
  Old = Open->Held;
  Open.reset();
  *Used += Bytes;
  for (auto &[R, More] : Counts)
    More += Bytes;
  if (End)
    return;
  if (Counter) {
    Counts.push_back({Counter, At + Bytes});
  } else {
    Used = At + Bytes;
    Exact = true;
  }
}

void LogKnown::step(const MachineInstr &MI) {
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return;
  auto P = CheckPseudo::parse(MI);
  if (!P && MI.mayStore() && isLog(MI)) {
    store(MI);
    return;
  }
  if (P && P->Kind == PseudoKind::Undo) {
    forget();
    Constants.clear();
    return;
  }
  count(MI);
}

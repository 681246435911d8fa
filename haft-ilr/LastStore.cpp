//===- LastStore.cpp - what was stored last through the stack pointer -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LastStore.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Older ones are hardly ever the only ones left.
constexpr unsigned MaxKnown = 3;

LastStore::LastStore(const MachineFunction &MF, const StackDamage &Damage)
    : Table(&X86Table::get(MF)), Registers(MF.getSubtarget().getRegisterInfo()),
      Damage(&Damage) {}

static bool isSame(const LastStore::Candidate &A, const LastStore::Candidate &B) {
  return A.Known.At == B.Known.At && A.Known.What == B.Known.What && A.Value == B.Value &&
         A.Index == B.Index;
}

void LastStore::merge(const LastStore &O) {
  erase_if(All, [&](Candidate &C) {
    for (const Candidate &Other : O.All)
      if (isSame(C, Other)) {
        C.Since.merge(Other.Since);
        return false;
      }
    return true;
  });
}

void LastStore::begin() {
  erase_if(All, [&](const Candidate &C) { return !(C.Since == Damage->nothing()); });
}

/// MI has an address at At, in the frame and by an index, where Value is then.
std::optional<LastStore::Candidate> LastStore::indexed(const MachineInstr &MI, unsigned At,
                                                       Register Value, unsigned Log2) const {
  const MachineOperand *Mem = &MI.getOperand(At);
  if (!Mem[0].isReg() || Mem[0].getReg() != Table->RSP || !Mem[2].isReg() || !Mem[2].getReg() ||
      !Mem[3].isImm() || Mem[4].getReg() || !Value || Value == Table->RSP)
    return std::nullopt;
  unsigned Index = Table->recordNumber(Mem[2].getReg().asMCReg());
  if (Index >= 16)
    return std::nullopt;
  uint32_t What = CRIT_LAST_KNOWN | CRIT_LAST_INDEXED | Log2 | Index << CRIT_LAST_INDEX |
                  Log2_64(Mem[1].getImm()) << CRIT_LAST_SCALE |
                  uint32_t(Table->recordNumber(Value.asMCReg())) << CRIT_LAST_VALUE;
  return Candidate{&MI, {int32_t(Mem[3].getImm()), What, {0, 0}}, Value, Mem[2].getReg(),
                   Damage->nothing()};
}

/// It has been seen there: as if the second copies had been stored.
std::optional<LastStore::Candidate> LastStore::readBack(const MachineInstr &MI,
                                                        const CheckPseudo &P) const {
  if (P.Kind != PseudoKind::StoreBack || !P.A || P.Diff || !P.MemB || (P.Aux != 2 && P.Aux != 3) ||
      !MI.getOperand(P.A).isReg())
    return std::nullopt;
  return indexed(MI, P.MemB, MI.getOperand(P.A).getReg(), P.Aux);
}

std::optional<LastStore::Candidate> LastStore::known(const MachineInstr &MI) const {
  const X86Table &T = *Table;
  StringRef Name = T.name(MI);
  bool Constant = Name == "MOV32mi" || Name == "MOV64mi32";
  if (!Constant && Name != "MOV32mr" && Name != "MOV64mr")
    return std::nullopt;
  const MachineOperand *Mem = &MI.getOperand(0);
  if (!Constant && Mem[2].isReg() && Mem[2].getReg())
    return indexed(MI, 0, MI.getOperand(5).getReg(), Name == "MOV64mr" ? 3 : 2);
  if (!Mem[0].isReg() || Mem[0].getReg() != T.RSP || Mem[2].getReg() ||
      !Mem[3].isImm() || Mem[4].getReg())
    return std::nullopt;
  uint32_t What = CRIT_LAST_KNOWN | (Name.starts_with("MOV64") ? 3 : 2);
  const MachineOperand &Stored = MI.getOperand(5);
  Register Value;
  if (Constant) {
    if (!Stored.isImm() || !isInt<32 - CRIT_LAST_VALUE>(Stored.getImm()))
      return std::nullopt;
    What |= CRIT_LAST_CONSTANT | uint32_t(Stored.getImm()) << CRIT_LAST_VALUE;
  } else {
    Value = Stored.getReg();
    if (Value == T.RSP)
      return std::nullopt;
    What |= uint32_t(T.recordNumber(Value.asMCReg())) << CRIT_LAST_VALUE;
  }
  return Candidate{&MI, {int32_t(Mem[3].getImm()), What, {0, 0}}, Value, {}, Damage->nothing()};
}

/// Whether MI, through the stack pointer, may store where C did.
bool LastStore::overwrites(const MachineInstr &MI, const Candidate &C) const {
  if (C.Index && MI.mayStore())
    return true;
  if (!Damage->isStore(MI))
    return false;
  StackWrites W = Damage->nothing();
  Damage->step(W, MI);
  return W.Unknown || W.Logged || Damage->covers(W, C.Known.At);
}

bool LastStore::step(const MachineInstr &MI) {
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return false;
  auto P = CheckPseudo::parse(MI);
  // These store, or others may do so meanwhile; what follows a landing has another
  // stack pointer.
  if (P ? P->Kind == PseudoKind::Update || P->Kind == PseudoKind::TxSplit ||
              P->Kind == PseudoKind::TxEnd || P->Kind == PseudoKind::Landing ||
              P->Kind == PseudoKind::Undo
        : MI.isCall() || MI.isInlineAsm() || MI.hasUnmodeledSideEffects() ||
              MI.modifiesRegister(Table->RSP, Registers))
    forget();
  erase_if(All, [&](const Candidate &C) {
    return (C.Value && MI.modifiesRegister(C.Value, Registers)) ||
           (C.Index && MI.modifiesRegister(C.Index, Registers)) || overwrites(MI, C);
  });
  for (Candidate &C : All)
    Damage->step(C.Since, MI);
  std::optional<Candidate> New = P ? readBack(MI, *P) : known(MI);
  if (!New)
    return false;
  if (All.size() == MaxKnown)
    All.erase(All.begin());
  bool Fixed = !New->Index;
  All.push_back(std::move(*New));
  return Fixed;
}

//===- Repeat.cpp - code that can be run again as it is -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Repeat.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

Repeat::Repeat(const MachineFunction &MF)
    : T(X86Table::get(MF)), TRI(*MF.getSubtarget().getRegisterInfo()),
      Read(TRI.getNumRegUnits()), Set(TRI.getNumRegUnits()) {}

void Repeat::begin(MachineInstr &MI) {
  From = &MI;
  Clean = true;
  Used = false;
  Read.reset();
  Set.reset();
  Loads.clear();
  Stores.clear();
}

/// Memory other than the frame's, at a known place, is not touched.
void Repeat::access(const MachineInstr &MI) {
  auto Touches = [](const auto &List, int64_t Low, uint64_t Size) {
    return llvm::any_of(List, [&](const auto &P) {
      return Low < P.first + int64_t(P.second) && P.first < Low + int64_t(Size);
    });
  };
  int Mem = T.memoryOperand(MI);
  bool OnStack = Mem >= 0 && MI.getOperand(Mem).isReg() &&
                 MI.getOperand(Mem).getReg() == T.RSP &&
                 !MI.getOperand(Mem + 2).getReg() &&
                 MI.getOperand(Mem + 3).isImm() && MI.hasOneMemOperand();
  LocationSize Size = OnStack ? (*MI.memoperands_begin())->getSize()
                              : LocationSize::beforeOrAfterPointer();
  Clean &= OnStack && Size.hasValue() && !Size.getValue().isScalable();
  if (!Clean)
    return;
  int64_t Low = MI.getOperand(Mem + 3).getImm();
  uint64_t Bytes = Size.getValue().getFixedValue();
  if (MI.mayStore()) {
    Clean &= !Touches(Loads, Low, Bytes);
    Stores.push_back({Low, Bytes});
  } else if (!Touches(Stores, Low, Bytes)) {
    Loads.push_back({Low, Bytes});
  }
}

void Repeat::step(MachineInstr &MI) {
  if (!From || (MI.isMetaInstruction() && !MI.isInlineAsm()))
    return;
  auto P = CheckPseudo::parse(MI);
  bool Touched = MI.readsRegister(T.RSP, &TRI) || MI.modifiesRegister(T.RSP, &TRI);
  bool Compares = P && (P->Kind == PseudoKind::CompareEq ||
                        P->Kind == PseudoKind::TestZero ||
                        P->Kind == PseudoKind::VecZero);
  if (!Used && !Touched &&
      (Compares || (!P && !MI.isTerminator() && !MI.isInlineAsm()))) {
    begin(MI);
    return;
  }
  Used |= Touched;
  if (P) {
    Clean &= P->Kind != PseudoKind::Update;
  } else {
    Clean &= !MI.isCall() && !MI.isInlineAsm() && !MI.hasUnmodeledSideEffects() &&
             !MI.isTerminator() && !(MI.mayLoad() && MI.mayStore());
    if (MI.mayLoad() || MI.mayStore())
      access(MI);
  }
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.getReg().isPhysical() && MO.readsReg())
      for (MCRegUnit U : TRI.regunits(MO.getReg()))
        if (!Set.test(unsigned(U)))
          Read.set(unsigned(U));
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.getReg().isPhysical() && MO.isDef())
      for (MCRegUnit U : TRI.regunits(MO.getReg())) {
        Set.set(unsigned(U));
        Clean &= !Read.test(unsigned(U));
      }
}

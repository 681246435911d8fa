//===- Irrevocable.cpp - what must not happen again -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckPseudo.h"
#include "Regions.h"
#include "RepeatableCalls.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// A spill or a checkpoint: in a slot of this activation, made by code
/// generation.
static bool isOwnSlot(const MachineMemOperand &MMO) {
  return MMO.getPseudoValue() &&
         isa<FixedStackPseudoSourceValue>(MMO.getPseudoValue());
}

/// Marked as having side effects because it may trap. From memory, too: register
/// allocation folds reloads.
static bool isDivision(StringRef Name) {
  Name.consume_front("I");
  return Name.consume_front("DIV") && Name.size() <= 3 &&
         (Name.ends_with("r") || Name.ends_with("m"));
}

bool crit::isAtomicLoad(const MachineInstr &MI) {
  return MI.mayLoad() && !MI.mayStore() && !MI.isCall() && !MI.isInlineAsm() &&
         MI.hasOneMemOperand() && (*MI.memoperands_begin())->isAtomic() &&
         !(*MI.memoperands_begin())->isVolatile();
}

bool crit::isIrrevocable(const MachineInstr &MI) {
  if (MI.isMetaInstruction() || MI.isPHI())
    return false;
  if (CheckPseudo::parse(MI))
    return false;
  if (isRepeatable(MI))
    return false;
  if (isAtomicLoad(MI))
    return false;
  const X86Table &T = X86Table::get(*MI.getMF());
  if (MI.isCall() || MI.isInlineAsm())
    return !MI.isReturn();
  for (const MachineMemOperand *MMO : MI.memoperands())
    if ((MMO->isVolatile() || MMO->isAtomic()) && !isOwnSlot(*MMO))
      return true;
  const TargetInstrInfo &TII = *MI.getMF()->getSubtarget().getInstrInfo();
  if (MI.getOpcode() == TII.getCallFrameSetupOpcode() ||
      MI.getOpcode() == TII.getCallFrameDestroyOpcode() || MI.isTerminator() ||
      MI.getFlag(MachineInstr::FrameSetup) ||
      MI.getFlag(MachineInstr::FrameDestroy))
    return false;
  // The register allocator folds arithmetic into its slots: one that is loaded from,
  // one that is stored to, the same.
  bool Own = !MI.memoperands_empty() &&
             llvm::all_of(MI.memoperands(), [](const MachineMemOperand *M) {
               return isOwnSlot(*M);
             });
  if (MI.mayStore() && (MI.mayLoad() || T.memoryOperand(MI) < 0 ||
                        (MI.memoperands_empty() || MI.hasOrderedMemoryRef())))
    if (!Own)
      return true;
  if (MI.mayLoad() && MI.hasOrderedMemoryRef() && !MI.memoperands_empty() &&
      !isOwnSlot(**MI.memoperands_begin()))
    return true;
  // Changes of the stack pointer: allocation.
  if (MI.modifiesRegister(T.RSP, nullptr))
    return true;
  return MI.hasUnmodeledSideEffects() && !isDivision(T.name(MI));
}

//===- MemoryFacts.cpp - which loads may run twice ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MemoryFacts.h"
#include "Induction.h"
#include "X86Table.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace crit;

MemoryFacts::MemoryFacts(const MachineFunction &MF) : MF(MF) {
  const X86Table &T = X86Table::get(MF);
  EscapedSlots.resize(MF.getFrameInfo().getObjectIndexEnd());
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB) {
      int Mem = MI.mayLoadOrStore() ? T.memoryOperand(MI) : -1;
      for (unsigned I = 0, E = MI.getNumOperands(); I != E; ++I) {
        const MachineOperand &MO = MI.getOperand(I);
        // A slot used as anything but the base of a plain access may escape.
        if (MO.isFI() && MO.getIndex() >= 0 && int(I) != Mem &&
            !MI.isDebugInstr() && !MI.isLifetimeMarker())
          EscapedSlots.set(MO.getIndex());
      }
    }
}

bool MemoryFacts::isPlainLoad(const MachineInstr &MI) {
  return MI.mayLoad() && !MI.mayStore() && !MI.hasOrderedMemoryRef();
}

bool MemoryFacts::isPrivate(const Value *V) {
  const Value *Base = getUnderlyingObject(V, 8);
  if (const auto *G = dyn_cast<GlobalVariable>(Base))
    return G->isConstant();
  bool Local = isa<AllocaInst>(Base);
  if (const auto *A = dyn_cast<Argument>(Base))
    Local = A->hasByValAttr();
  if (!Local)
    return false;
  auto It = Private.find(Base);
  if (It != Private.end())
    return It->second;
  bool Result = !PointerMayBeCaptured(Base, /*ReturnCaptures=*/true);
  Private[Base] = Result;
  return Result;
}

bool MemoryFacts::isRaceFree(const MachineInstr &MI) {
  if (!isPlainLoad(MI) || MI.memoperands_empty())
    return false;
  for (const MachineMemOperand *MMO : MI.memoperands()) {
    if (MMO->isInvariant())
      continue;
    if (const PseudoSourceValue *PSV = MMO->getPseudoValue()) {
      if (PSV->isConstant(&MF.getFrameInfo()))
        continue;
      if (const auto *FS = dyn_cast<FixedStackPseudoSourceValue>(PSV)) {
        int FI = FS->getFrameIndex();
        // Incoming stack arguments belong to this activation.
        if (FI < 0 || !EscapedSlots.test(FI))
          continue;
      }
      return false;
    }
    if (!MMO->getValue() || !isPrivate(MMO->getValue()))
      return false;
  }
  return true;
}

void MemoryFacts::findBulkLoads(const MachineLoop &L) {
  const X86Table &T = X86Table::get(MF);
  for (const MachineLoop *Inner : L)
    findBulkLoads(*Inner);
  SmallVector<const MachineInstr *, 16> Loads;
  for (const MachineBasicBlock *B : L.blocks())
    for (const MachineInstr &MI : *B) {
      if (MI.isCall() || MI.isInlineAsm() || MI.hasUnmodeledSideEffects() ||
          (MI.mayLoadOrStore() && MI.hasOrderedMemoryRef()))
        return;
      if (MI.mayLoad())
        Loads.push_back(&MI);
    }
  for (const MachineInstr *MI : Loads) {
    int Mem = T.memoryOperand(*MI);
    if (Mem < 0)
      continue;
    for (unsigned Part : {0u, 2u}) { // base, index
      const MachineOperand &MO = MI->getOperand(Mem + Part);
      if (MO.isReg() && MO.getReg() && advancesWith(MO.getReg(), L))
        Bulk.insert(MI);
    }
  }
}

void MemoryFacts::findBulkLoads(const MachineLoopInfo &MLI) {
  for (const MachineLoop *L : MLI)
    findBulkLoads(*L);
}

//===- RepeatableCalls.cpp - calls that regions may hold ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RepeatableCalls.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;

// The only metadata of a call that instruction selection puts on the machine
// instruction; on Linux nobody else uses it.
static const char Carrier[] = "heapallocsite";
static const char Text[] = "crit.repeatable";

void crit::markRepeatable(CallInst &C) {
  LLVMContext &Context = C.getContext();
  C.setMetadata(Carrier, MDNode::get(Context, MDString::get(Context, Text)));
}

bool crit::isRepeatable(const MachineInstr &MI) {
  const MDNode *N = MI.isCall() ? MI.getHeapAllocMarker() : nullptr;
  if (!N || N->getNumOperands() != 1)
    return false;
  const auto *S = dyn_cast<MDString>(N->getOperand(0));
  return S && S->getString() == Text;
}

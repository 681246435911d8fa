//===- SeparateStreams.cpp - masters first, then shadows ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   t  = ADD64rr a, b                  t  = ADD64rr a, b
//   t' = ADD64rr a', b'                u  = IMUL64rr t, c
//   u  = IMUL64rr t, c          ->     v  = SUB64rr u, t
//   u' = IMUL64rr t', c'               t' = ADD64rr a', b'
//   v  = SUB64rr u, t                  u' = IMUL64rr t', c'
//   v' = SUB64rr u', t'                v' = SUB64rr u', t'
//   check v, v'                        check v, v'
//
// Copied one by one, every intermediate value lives twice at once. LLVM's scheduler
// does not find its way out of that: linear_regression, whose values fit into the
// registers, had seven spilled in its loop, both pointers among them, each a way
// through memory from one turn to the next (2.6 times plain's time; now 2.0). Only
// loops that gain registers by it are sorted: kmeans' has too many values either way,
// and sorted it took 1.75 to 1.85 times plain's time instead of 1.55 to 1.75.
//===----------------------------------------------------------------------===//
#include "SeparateStreams.h"
#include "X86Table.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include <array>

using namespace llvm;
using namespace crit;

/// By kind of register: general, and vector and floating point.
using Pressure = std::array<int, 2>;
constexpr unsigned Kinds[] = {0, 1};
constexpr Pressure Available = {15, 16}; // rsp is none

/// It may go behind others that may be moved: no effect but on virtual registers, and
/// it reads nothing that those change. Where EFLAGS live, nothing that may be moved
/// writes them; what makes or reads them stays, so they live in all of a stretch or
/// in none of it.
static bool isMovable(const MachineInstr &MI) {
  if (MI.isPHI() || MI.isTerminator() || MI.isCall() || MI.isInlineAsm() ||
      MI.isPosition() || MI.mayStore() || MI.hasUnmodeledSideEffects() ||
      MI.hasOrderedMemoryRef())
    return false;
  const MachineRegisterInfo &MRI = MI.getMF()->getRegInfo();
  return all_of(MI.operands(), [&](const MachineOperand &MO) {
    if (!MO.isReg() || !MO.getReg().isPhysical())
      return !MO.isRegMask();
    return MO.isDef() ? MO.isDead() : MRI.isConstantPhysReg(MO.getReg());
  });
}

using Order = SmallVector<MachineInstr *, 64>;

/// Of the instructions of Block, with those between two that have to stay sorted.
static Order sorted(MachineBasicBlock &Block,
                    function_ref<bool(const MachineInstr &)> IsShadow) {
  Order All, Later;
  DenseSet<Register> Made; ///< by Later
  auto Flush = [&] {
    All.append(Later);
    Later.clear();
    Made.clear();
  };
  for (MachineInstr &MI : Block) {
    if (MI.isDebugInstr())
      continue;
    if (!isMovable(MI))
      Flush();
    // What compares both, or takes an address from a second copy, is in neither.
    else if (IsShadow(MI) || any_of(MI.all_uses(), [&](const MachineOperand &MO) {
               return Made.contains(MO.getReg());
             })) {
      for (const MachineOperand &MO : MI.all_defs())
        if (MO.getReg().isVirtual())
          Made.insert(MO.getReg());
      Later.push_back(&MI);
      continue;
    }
    All.push_back(&MI);
  }
  Flush();
  return All;
}

/// How many values of a loop of one block are in registers at once, at most; what the
/// loop does not use may be in memory.
static Pressure pressure(const MachineBasicBlock &Loop, const Order &Code) {
  const MachineFunction &MF = *Loop.getParent();
  const MachineRegisterInfo &MRI = MF.getRegInfo();
  const X86Table &T = X86Table::get(MF);
  MapVector<Register, std::pair<unsigned, unsigned>> Life; // [from, to)
  unsigned End = Code.size();
  for (auto [At, MI] : enumerate(Code))
    for (const MachineOperand &MO : MI->operands()) {
      if (!MO.isReg() || !MO.getReg().isVirtual())
        continue;
      Register R = MO.getReg();
      if (MO.isDef()) {
        bool Leaves = any_of(MRI.use_nodbg_instructions(R), [&](const MachineInstr &Use) {
          return Use.getParent() != &Loop || Use.isPHI();
        });
        Life[R] = {MI->isPHI() ? 0 : At, Leaves ? End : At + 1};
      } else if (!MI->isPHI()) {
        if (MRI.getVRegDef(R)->getParent() != &Loop)
          Life[R] = {0, End};
        else
          Life[R].second = std::max<unsigned>(Life[R].second, At);
      }
    }
  std::array<SmallVector<int, 64>, 2> Changes;
  for (auto &C : Changes)
    C.resize(End + 1);
  for (auto &[R, L] : Life) {
    RegKind K = T.kind(MRI.getRegClass(R));
    auto &C = Changes[K != RegKind::Gpr];
    if (L.first < L.second)
      ++C[L.first], --C[L.second];
  }
  Pressure Most = {};
  for (unsigned K : Kinds)
    for (int Now = 0, I = 0; I != int(End); ++I)
      Most[K] = std::max<int>(Most[K], Now += Changes[K][I]);
  return Most;
}

void crit::separateStreams(MachineFunction &MF,
                           function_ref<bool(const MachineInstr &)> IsShadow) {
  for (MachineBasicBlock &MBB : MF) {
    if (!MBB.isSuccessor(&MBB))
      continue; // no gain was seen: what is spilled there is not between two turns
    Order Now;
    for (MachineInstr &MI : MBB)
      if (!MI.isDebugInstr())
        Now.push_back(&MI);
    Order Sorted = sorted(MBB, IsShadow);
    Pressure Before = pressure(MBB, Now), After = pressure(MBB, Sorted);
    // One register is less than such an estimate is good for.
    if (none_of(Kinds, [&](unsigned K) {
          return Before[K] > Available[K] && After[K] + 1 < Before[K];
        }))
      continue;
    auto At = MBB.begin();
    for (MachineInstr *MI : Sorted) {
      while (At->isDebugInstr())
        ++At;
      if (&*At == MI)
        ++At;
      else
        MBB.splice(At, &MBB, MI->getIterator());
    }
  }
}

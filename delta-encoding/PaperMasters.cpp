//===- PaperMasters.cpp - the native stream becomes the first copy --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Behind the engine each value has its native register and A2 times itself. Here
// it gets A1 times itself, too; native instructions that are sums or products
// are replaced, and their result is what the first copy decodes to.
//
//   before                      after
//     s = PHI s0, t               s1 = PHI s01, t1
//     v = MOV [p]                 v  = MOV [p];  v1 = IMUL v, A1
//     t = ADD s, v                t1 = LEA [s1 + v1]
//     MOV [q], t                  t  = IMUL t1, 1/A1; MOV [q], t
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "PaperCodec.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace crit;

/// The code must not have changed so that EFLAGS is needed where copies are made
/// or decoded: that would be wrong code in silence.
static void mustBeFree(const MachineBasicBlock &MBB,
                       MachineBasicBlock::const_iterator At,
                       const X86Table &T) {
  bool Live = llvm::any_of(MBB.successors(), [&](const MachineBasicBlock *S) {
    return S->isLiveIn(T.EFLAGS);
  });
  for (; At != MBB.end(); ++At) {
    if (At->isDebugInstr() || At->isPHI())
      continue;
    Live = T.readsFlags(*At);
    if (Live || At->modifiesRegister(T.EFLAGS, nullptr))
      break;
  }
  if (Live)
    reportFatalInternalError("crit: flags are live where a value is encoded");
}

/// A1 * R, if R is in the code.
Register PaperCodec::first(Register R) {
  auto It = Firsts.find(R);
  return It == Firsts.end() ? Register() : It->second;
}

/// R stays native; the copy is made from it.
void PaperCodec::keepMaster(MachineInstr &D, Register R) {
  MachineBasicBlock &MBB = *D.getParent();
  auto At = D.isPHI() ? MBB.SkipPHIsLabelsAndDebug(MBB.begin())
                      : std::next(D.getIterator());
  mustBeFree(MBB, At, T);
  timesTo({MBB, At, D.getDebugLoc()}, first(R), R, A1);
}

/// R = the decoded copy, behind D, or in the blocks that want it if all of them
/// are in outer loops.
void PaperCodec::decodeWhereUsed(MachineInstr &D, Register R,
                                 const DenseSet<MachineInstr *> &Replaced) {
  MachineBasicBlock &MBB = *D.getParent();
  SmallVector<MachineInstr *, 8> Users;
  for (MachineInstr &U : MRI.use_nodbg_instructions(R))
    if (!Replaced.count(&U))
      Users.push_back(&U);
  auto Decode = [&](MachineBasicBlock &B, MachineBasicBlock::iterator At,
                    Register To) {
    mustBeFree(B, At, T);
    timesTo({B, At, D.getDebugLoc()}, To, first(R), int64_t(inverseOf(A1)));
  };
  bool Outside = llvm::all_of(Users, [&](const MachineInstr *U) {
    const MachineBasicBlock &B = *U->getParent();
    return !U->isPHI() && Depth.lookup(&B) < Depth.lookup(&MBB) &&
           !B.isLiveIn(T.EFLAGS) && !B.isEHPad();
  });
  if (Outside)
    MRI.markUsesInDebugValueAsUndef(R);
  else
    Decode(MBB,
           D.isPHI() ? MBB.SkipPHIsLabelsAndDebug(MBB.begin())
                     : std::next(D.getIterator()),
           R);
  DenseMap<MachineBasicBlock *, Register> Own;
  for (MachineInstr *U : Outside ? ArrayRef(Users) : ArrayRef<MachineInstr *>()) {
    MachineBasicBlock &B = *U->getParent();
    Register &N = Own[&B];
    if (!N) {
      N = MRI.cloneVirtualRegister(R);
      Decode(B, B.SkipPHIsLabelsAndDebug(B.begin()), N);
    }
    U->substituteRegister(R, N, 0, TRI);
  }
}

/// D as A1 * D. False if it is nothing that is computed in the code.
bool PaperCodec::encodeMaster(MachineInstr &D, Register R) {
  MachineBasicBlock &MBB = *D.getParent();
  Place P{MBB, D.getIterator(), D.getDebugLoc()};
  if (DeltaDomains::transports(D, T)) {
    for (const MachineOperand &MO : D.all_uses())
      if (MO.getReg().isVirtual() && !first(MO.getReg()))
        return false;
    MachineInstr *C = MF.CloneMachineInstr(&D);
    for (MachineOperand &MO : C->operands())
      if (MO.isReg() && MO.getReg().isVirtual())
        MO.setReg(first(MO.getReg()));
    MBB.insert(P.At, C);
    return true;
  }
  if (T.definesLiveFlags(D))
    return false;
  Register N = lowered(D, P, A1, [&](Register R) { return first(R); },
                       [](Register R) { return R; });
  if (!N)
    return false;
  mustBeFree(MBB, P.At, T);
  MRI.getVRegDef(N)->getOperand(0).setReg(first(R));
  return true;
}

/// First copies, of virtual registers from Own on, that nobody decodes.
void PaperCodec::removeUnusedFirsts(unsigned Own) {
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : make_early_inc_range(reverse(MBB))) {
        if (MI.getNumExplicitDefs() != 1 || MI.isInlineAsm() || MI.isDebugInstr())
          continue;
        Register R = MI.getOperand(0).getReg();
        if (!R.isVirtual() || R.virtRegIndex() < Own || !MRI.use_nodbg_empty(R))
          continue;
        MI.eraseFromParent();
        Changed = true;
      }
  }
}

void PaperCodec::encodeMasters(ShadowLookup Shadow) {
  if (!Domains.any())
    return;
  {
    MachineDominatorTree MDT(MF);
    MachineLoopInfo MLI(MDT);
    for (const MachineBasicBlock &MBB : MF)
      Depth[&MBB] = MLI.getLoopDepth(&MBB);
  }
  unsigned Own = MRI.getNumVirtRegs();
  std::vector<Register> Values;
  for (unsigned I = 0, E = MRI.getNumVirtRegs(); I != E; ++I) {
    Register R = Register::index2VirtReg(I);
    Register S = Domains.isAffine(R) ? Shadow(R) : R;
    // Without a second copy nobody looks at the value.
    if (S == R || !isCoded(S) || !MRI.getVRegDef(R) || !MRI.getVRegDef(S))
      continue;
    Firsts[R] = MRI.cloneVirtualRegister(R);
    Values.push_back(R);
  }
  std::vector<std::pair<MachineInstr *, Register>> Done;
  DenseSet<MachineInstr *> Replaced;
  for (Register R : Values) {
    MachineInstr &D = *MRI.getVRegDef(R);
    if (!encodeMaster(D, R)) {
      keepMaster(D, R);
      continue;
    }
    Done.push_back({&D, R});
    Replaced.insert(&D);
  }
  for (auto [D, R] : Done)
    decodeWhereUsed(*D, R, Replaced);
  for (auto [D, R] : Done)
    D->eraseFromParent();
  removeUnusedFirsts(Own);
}

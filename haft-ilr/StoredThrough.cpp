//===- StoredThrough.cpp - addresses that stores have gone through --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   CMP p, p'    JNE again               CMP p, p'    JNE again
//   MOV [p], x                           MOV [p], x
//   CMP [p'], x' JNE ...                 CMP [p'], x' JNE ...
//   CMP p, p'    JNE again       ->      CMP p, p'    JNE stop
//   MOV [p+8], y                         MOV [p+8], y
//
// If p is hit at the first store, x goes elsewhere, over what no log knows. Reading
// back shows that, unless x was at p' already; then the next comparison of p is the
// first to see it, and the region must not be run again as if nothing had happened
// (wrong output, once in 400 faults of test/injector/haft-rows.test). Then both places
// hold x: where they differ, one of the two was hit later, and nothing went astray.
// The failure path looks (Fail.c), and stops only if they are the same.
//===----------------------------------------------------------------------===//
#include "StoredThrough.h"
#include "CheckPseudo.h"
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {
/// A store that has gone through this register; What: CRIT_THROUGH_*, 0 if that
/// cannot be told.
struct Went {
  Register Through;
  uint32_t What;
};

class Stopper {
public:
  Stopper(MachineFunction &MF, ThroughMap &Found)
      : MF(MF), T(X86Table::get(MF)),
        TRI(*MF.getSubtarget().getRegisterInfo()), Found(Found),
        CanLook(stackComparison(MF)) {}
  void run(MachineBasicBlock &MBB);

private:
  void check(MachineInstr &MI, const CheckPseudo &P);
  void readBack(const MachineInstr &MI, const CheckPseudo &P);
  void store(const MachineInstr &MI);

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
  ThroughMap &Found;
  const bool CanLook; ///< or the table has no place for it
  SmallVector<Went, 8> Stores; ///< the last is the latest
};
} // namespace

void Stopper::check(MachineInstr &MI, const CheckPseudo &P) {
  if (!P.Region || P.Check != CRIT_CHECK_StoreAddress)
    return;
  for (const Went &W : reverse(Stores))
    for (unsigned Operand : {P.A, P.B})
      if (Operand && MI.getOperand(Operand).getReg() == W.Through) {
        if (W.What && CanLook && P.Kind == PseudoKind::CompareEq && P.A && P.B &&
            P.Aux == 3)
          Found[&MI] = W.What;
        else
          CheckPseudo::setRegion(MI, 0);
        return;
      }
}

/// Stands behind its store, of whose address the base alone can be compared later.
void Stopper::readBack(const MachineInstr &MI, const CheckPseudo &P) {
  if (Stores.empty() || P.Diff)
    return;
  const MachineOperand *Mem = &MI.getOperand(P.MemA);
  Went &W = Stores.back();
  if (Mem[0].isReg() && Mem[0].getReg() == W.Through && Mem[2].isReg() &&
      !Mem[2].getReg() && Mem[3].isImm() && !Mem[4].getReg() &&
      isInt<32 - CRIT_THROUGH_AT>(Mem[3].getImm()))
    W.What = CRIT_THROUGH_KNOWN | P.Aux << CRIT_THROUGH_SIZE |
             uint32_t(Mem[3].getImm()) << CRIT_THROUGH_AT;
}

void Stopper::store(const MachineInstr &MI) {
  // It may be to the same place.
  for (Went &W : Stores)
    W.What = 0;
  int Mem = T.memoryOperand(MI);
  for (int I : {0, 2}) // base and index
    if (Mem >= 0 && MI.getOperand(Mem + I).isReg() && MI.getOperand(Mem + I).getReg())
      Stores.push_back({MI.getOperand(Mem + I).getReg(), 0});
}

void Stopper::run(MachineBasicBlock &MBB) {
  Stores.clear();
  for (MachineInstr &MI : MBB) {
    if (auto P = CheckPseudo::parse(MI)) {
      check(MI, *P);
      if (P->Kind == PseudoKind::StoreBack)
        readBack(MI, *P);
      continue;
    }
    if (MI.mayStore())
      store(MI);
    erase_if(Stores,
             [&](const Went &W) { return MI.modifiesRegister(W.Through, &TRI); });
  }
}

ThroughMap crit::stopWhereStored(MachineFunction &MF) {
  ThroughMap Found;
  Stopper S(MF, Found);
  for (MachineBasicBlock &MBB : MF)
    S.run(MBB);
  return Found;
}

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
// (wrong output, once in 400 faults of test/injector/haft-rows.test). Nor must reading
// back that finds two addresses. The failure path (Stored.c) goes back where it can tell
// that nothing went astray:
//   both places differ at the second comparison: then one of the two was hit later, as
//     otherwise both would hold x;
//   a word of the frame holds the address too, and agrees with p;
//   the undo log has p: what went there is taken back.
//===----------------------------------------------------------------------===//
#include "StoredThrough.h"
#include "CheckPseudo.h"
#include "FunctionPolicy.h"
#include "LowerChecks.h"
#include "SlotCopies.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {
/// A store that has gone through this register; What: CRIT_THROUGH_*, or 0.
struct Went {
  Register Through;
  uint32_t What;
};

class Stopper {
public:
  Stopper(MachineFunction &MF, ThroughMap &Found)
      : T(X86Table::get(MF)), TRI(*MF.getSubtarget().getRegisterInfo()),
        Found(Found), Copies(MF),
        CanLook(modeOf(MF.getFunction()).Mode == CRIT_MODE_HAFT &&
                stackComparison(MF)) {}
  void run(MachineBasicBlock &MBB);

private:
  int32_t third(Register R) const {
    auto At = Copies.of(R);
    return At && !(*At & CRIT_THIRD_KNOWN) ? *At | CRIT_THIRD_KNOWN : 0;
  }
  void check(MachineInstr &MI, const CheckPseudo &P);
  void readBack(MachineInstr &MI, const CheckPseudo &P);
  void store(const MachineInstr &MI);

  const X86Table &T;
  const TargetRegisterInfo &TRI;
  ThroughMap &Found;
  SlotCopies Copies;
  const bool CanLook; ///< or the table has no place for it
  SmallVector<Went, 8> Stores; ///< the last is the latest
};
} // namespace

void Stopper::check(MachineInstr &MI, const CheckPseudo &P) {
  if (!P.Region || P.Check != CRIT_CHECK_StoreAddress)
    return;
  bool Pair = P.Kind == PseudoKind::CompareEq && P.A && P.B && P.Aux == 3;
  for (const Went &W : reverse(Stores))
    for (unsigned Operand : {P.A, P.B})
      if (Operand && MI.getOperand(Operand).getReg() == W.Through) {
        if (Pair && CanLook)
          Found[&MI] = {W.What | CRIT_THROUGH_STORED, third(W.Through), true};
        else
          CheckPseudo::setRegion(MI, 0);
        return;
      }
}

/// Stands behind its store.
void Stopper::readBack(MachineInstr &MI, const CheckPseudo &P) {
  const MachineOperand *Mem = &MI.getOperand(P.MemA);
  Register Base = Mem[0].isReg() ? Mem[0].getReg() : Register();
  if (!CanLook || !Base)
    return;
  StoredThrough &Site = Found[&MI];
  Site = {CRIT_THROUGH_STORED, third(Base), false};
  uint64_t Bytes = 1ull << P.Aux;
  if (P.Diff) // Aux says how that is tested
    Bytes = MI.memoperands_empty() || !(*MI.memoperands_begin())->getSize().hasValue()
                ? 0
                : (*MI.memoperands_begin())->getSize().getValue().getFixedValue();
  // Of any other address base or index alone can be compared later.
  if (!Mem[2].isReg() || Mem[2].getReg() || !Mem[3].isImm() || Mem[4].getReg() ||
      !isInt<32 - CRIT_THROUGH_AT>(Mem[3].getImm()) || !isPowerOf2_64(Bytes) ||
      Bytes > 64)
    return;
  uint32_t Place = CRIT_THROUGH_PLACE | Log2_64(Bytes) << CRIT_THROUGH_SIZE |
                   uint32_t(Mem[3].getImm()) << CRIT_THROUGH_AT;
  Site.What |= Place;
  if (!Stores.empty() && Stores.back().Through == Base && !P.Diff)
    Stores.back().What = Place | CRIT_THROUGH_READ_BACK;
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
  Copies.enter(MBB);
  for (MachineInstr &MI : MBB) {
    if (auto P = CheckPseudo::parse(MI)) {
      check(MI, *P);
      if (P->Kind == PseudoKind::StoreBack)
        readBack(MI, *P);
    } else {
      if (MI.mayStore())
        store(MI);
      erase_if(Stores,
               [&](const Went &W) { return MI.modifiesRegister(W.Through, &TRI); });
    }
    Copies.step(MI);
  }
}

ThroughMap crit::stopWhereStored(MachineFunction &MF) {
  ThroughMap Found;
  Stopper S(MF, Found);
  for (MachineBasicBlock &MBB : MF)
    S.run(MBB);
  return Found;
}

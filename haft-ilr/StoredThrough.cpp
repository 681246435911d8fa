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
/// Stores that have gone through this register since it was compared.
struct Went {
  Register Through;
  int64_t From = 0, To = 0; ///< where, behind what it holds
  bool Known = false;       ///< that
  bool Last = false;        ///< nothing was stored since
  bool ReadBack = false;    ///< nor since it was read back
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
  SmallVector<Went, 8> Stores;
};
} // namespace

/// CRIT_THROUGH_PLACE with what goes with it, or 0.
static uint32_t place(int64_t From, int64_t To) {
  if (!isInt<32 - CRIT_THROUGH_AT>(From) || To - From > 64 || !isPowerOf2_64(To - From))
    return 0;
  return CRIT_THROUGH_PLACE | Log2_64(To - From) << CRIT_THROUGH_SIZE |
         uint32_t(From) << CRIT_THROUGH_AT;
}

void Stopper::check(MachineInstr &MI, const CheckPseudo &P) {
  if (P.Check != CRIT_CHECK_StoreAddress || P.Kind == PseudoKind::StoreBack)
    return;
  bool Pair = P.Kind == PseudoKind::CompareEq && P.A && P.B && P.Aux == 3;
  for (unsigned Operand : {P.A, P.B})
    for (unsigned I = 0; Operand && I != Stores.size(); ++I) {
      Went W = Stores[I];
      if (MI.getOperand(Operand).getReg() != W.Through)
        continue;
      uint32_t What = W.Known ? place(W.From, W.To) : 0;
      if (W.ReadBack && What && W.To - W.From <= 8)
        What |= CRIT_THROUGH_READ_BACK;
      if (Pair && CanLook && P.Region)
        Found[&MI] = {What | CRIT_THROUGH_STORED, third(W.Through), true};
      else if (P.Region)
        CheckPseudo::setRegion(MI, 0);
      // Behind it that was right.
      if (Pair)
        Stores.erase(Stores.begin() + I);
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
  auto W = find_if(Stores, [&](const Went &W) { return W.Through == Base; });
  // Of any other address base or index alone can be compared later.
  if (W == Stores.end() || !W->Known || Mem[2].getReg())
    return;
  Site.What |= place(W->From, W->To);
  W->ReadBack = W->Last && W->From == Mem[3].getImm() &&
                W->To - W->From == 1 << P.Aux && !P.Diff;
}

void Stopper::store(const MachineInstr &MI) {
  // It may be to the same place.
  for (Went &W : Stores)
    W.Last = W.ReadBack = false;
  int Mem = T.memoryOperand(MI);
  if (Mem < 0)
    return;
  const MachineOperand *M = &MI.getOperand(Mem);
  LocationSize Size = MI.hasOneMemOperand() ? (*MI.memoperands_begin())->getSize()
                                            : LocationSize::beforeOrAfterPointer();
  bool Plain = M[0].isReg() && M[2].isReg() && !M[2].getReg() && M[3].isImm() &&
               !M[4].getReg() && Size.hasValue() && !Size.isScalable();
  for (int I : {0, 2}) { // base and index
    if (!M[I].isReg() || !M[I].getReg())
      continue;
    Register R = M[I].getReg();
    int64_t From = Plain ? M[3].getImm() : 0;
    int64_t To = Plain ? From + int64_t(Size.getValue().getFixedValue()) : 0;
    auto W = find_if(Stores, [&](const Went &W) { return W.Through == R; });
    if (W == Stores.end()) {
      Stores.push_back({R, From, To, Plain, true, false});
      continue;
    }
    W->Last = true;
    W->Known &= Plain && (W->From == To || W->To == From);
    W->From = std::min(W->From, From);
    W->To = std::max(W->To, To);
  }
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

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
// back that finds two addresses, nor a load through p that gets something else than its
// copy (silent in memcached and Redis, once in 2,000 live faults). The failure path (Stored.c) goes back where it can tell
// that nothing went astray:
//   both places differ at the second comparison: then one of the two was hit later, as
//     otherwise both would hold x;
//   a word of the frame holds the address too, or the number it is shifted from, and agrees
//     with p;
//   p is the stack pointer, which the failure path knows;
//   the undo log has p: what went there is taken back;
//   the log's last entry is of p' and made for this store, and what it holds is not at p' any
//     more: so the store came there, and p was hit later.
//===----------------------------------------------------------------------===//
#include "StoredThrough.h"
#include "CheckPseudo.h"
#include "FunctionPolicy.h"
#include "LowerChecks.h"
#include "SlotCopies.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetFrameLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include <limits>
#include <optional>
#include <utility>

using namespace llvm;
using namespace crit;

namespace {
/// Stores that have gone through this register since it was compared.
struct Went {
  Register Through, With;            ///< With: the other register of the address
  unsigned Scale = 0, WithScale = 0; ///< log2
  bool Fs = false;
  int64_t From = 0, To = 0; ///< where, behind what these make
  bool Known = false;       ///< that
  bool Last = false;        ///< nothing was stored since
  bool ReadBack = false;    ///< nor since it was read back
  bool LastEntry = false;   ///< one store, whose entry is the undo log's last
  bool isAlike(const Went &O) const {
    return With == O.With && Scale == O.Scale && WithScale == O.WithScale && Fs == O.Fs;
  }
};

int logObject(const MachineFunction &MF) {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  const TargetFrameLowering &TFL = *MF.getSubtarget().getFrameLowering();
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Undo && P->Aux)
        for (int I = MFI.getObjectIndexBegin(); I != MFI.getObjectIndexEnd(); ++I) {
          if (MFI.isDeadObjectIndex(I) || MFI.isVariableSizedObjectIndex(I))
            continue;
          Register Base;
          int64_t At = MI.getOperand(P->MemA + 3).getImm() -
                       TFL.getFrameIndexReference(MF, I, Base).getFixed();
          if (At >= 0 && At < MFI.getObjectSize(I) &&
              Base == MI.getOperand(P->MemA).getReg())
            return I;
        }
  return std::numeric_limits<int>::min();
}

class Stopper {
public:
  Stopper(MachineFunction &MF, ThroughMap &Found)
      : T(X86Table::get(MF)), TRI(*MF.getSubtarget().getRegisterInfo()),
        Found(Found), Copies(MF),
        CanLook(modeOf(MF.getFunction()).Mode == CRIT_MODE_HAFT &&
                stackComparison(MF)),
        Log(logObject(MF)) {}
  void run(MachineBasicBlock &MBB);

private:
  /// Either of the two that are compared will do: the word is to be equal to both.
  int32_t third(Register R, Register Shadow) const {
    auto Word = Copies.of(R);
    if (!Word && Shadow)
      Word = Copies.of(Shadow);
    return Word && isInt<32 - CRIT_THIRD_AT>(Word->At)
               ? int32_t(uint32_t(Word->At) << CRIT_THIRD_AT | Word->Shift << CRIT_THIRD_SHIFT |
                         CRIT_THIRD_KNOWN)
               : 0;
  }
  bool isGeneral(const MachineOperand &MO) const {
    return MO.isReg() && (!MO.getReg() || T.regClass("GR64")->contains(MO.getReg()));
  }
  uint32_t place(const Went &W) const;
  Went *find(Register R) {
    auto It = find_if(Stores, [&](const Went &W) { return W.Through == R; });
    return It == Stores.end() ? nullptr : &*It;
  }
  /// Base and index of the masters' address, as LowerChecks compares them.
  /// Each with its shadow.
  SmallVector<std::pair<Register, Register>, 2> addressOf(const MachineInstr &MI,
                                                          const CheckPseudo &P) const;
  std::optional<Went> describe(const MachineInstr &MI, int Mem, Register R) const;
  void check(MachineInstr &MI, const CheckPseudo &P);
  void load(MachineInstr &MI, const CheckPseudo &P);
  void readBack(MachineInstr &MI, const CheckPseudo &P);
  bool isLog(const MachineInstr &MI) const;
  void store(const MachineInstr &MI);

  const X86Table &T;
  const TargetRegisterInfo &TRI;
  ThroughMap &Found;
  SlotCopies Copies;
  const bool CanLook; ///< or the table has no place for it
  const int Log; ///< frame object of the undo log, or INT_MIN
  SmallVector<Went, 8> Stores;
  bool IsEntered = false; ///< nothing was stored since the last entry was complete
};
} // namespace

/// CRIT_THROUGH_PLACE with what goes with it, or 0.
uint32_t Stopper::place(const Went &W) const {
  int64_t Bytes = W.To - W.From;
  if (!W.Known || !isInt<32 - CRIT_THROUGH_AT>(W.From) || Bytes > 64 ||
      !isPowerOf2_64(Bytes))
    return 0;
  unsigned With = W.With ? T.recordNumber(W.With.asMCReg()) : 31;
  return CRIT_THROUGH_PLACE | Log2_64(Bytes) << CRIT_THROUGH_SIZE |
         W.Scale << CRIT_THROUGH_SCALE | With << CRIT_THROUGH_WITH |
         W.WithScale << CRIT_THROUGH_WITH_SCALE | (W.Fs ? CRIT_THROUGH_FS : 0) |
         uint32_t(W.From) << CRIT_THROUGH_AT;
}

SmallVector<std::pair<Register, Register>, 2>
Stopper::addressOf(const MachineInstr &MI, const CheckPseudo &P) const {
  SmallVector<std::pair<Register, Register>, 2> Registers;
  for (unsigned Part : {0, 2})
    if (const MachineOperand &MO = MI.getOperand(P.MemA + Part); MO.isReg() && MO.getReg()) {
      const MachineOperand &Copy = MI.getOperand(P.MemB + Part);
      Registers.push_back({MO.getReg(), Copy.isReg() ? Copy.getReg() : Register()});
    }
  return Registers;
}

void Stopper::check(MachineInstr &MI, const CheckPseudo &P) {
  if (P.Check != CRIT_CHECK_StoreAddress || P.Kind == PseudoKind::StoreBack)
    return;
  bool Pair = P.Kind == PseudoKind::CompareEq && P.A && P.B && P.Aux == 3;
  for (unsigned Operand : {P.A, P.B}) {
    Went *W = Operand ? find(MI.getOperand(Operand).getReg()) : nullptr;
    if (!W)
      continue;
    uint32_t What = place(*W);
    if (W->ReadBack && What && W->To - W->From <= 8)
      What |= CRIT_THROUGH_READ_BACK;
    // The failure path takes the first one for what was stored through.
    if (Pair && CanLook && P.Region && Operand == P.A) {
      int32_t Third = third(W->Through, MI.getOperand(P.B).getReg());
      if (What && W->Last && W->LastEntry)
        Third |= CRIT_THIRD_LAST_ENTRY;
      Found[&MI] = {{{W->Through, What | CRIT_THROUGH_STORED, Third}}, true};
    }
    else if (P.Region)
      CheckPseudo::setRegion(MI, 0);
    // Behind it that was right.
    if (Pair)
      Stores.erase(W);
    return;
  }
}

/// Compares its addresses if what was loaded differs.
void Stopper::load(MachineInstr &MI, const CheckPseudo &P) {
  for (auto [R, Shadow] : addressOf(MI, P)) {
    const Went *W = find(R);
    if (!W || !CanLook || !P.Region)
      continue;
    uint32_t What = place(*W);
    if (W->ReadBack && What && W->To - W->From <= 8)
      What |= CRIT_THROUGH_READ_BACK;
    Found[&MI].Registers.push_back({R, What | CRIT_THROUGH_STORED, third(R, Shadow)});
  }
}

/// Stands behind its store.
void Stopper::readBack(MachineInstr &MI, const CheckPseudo &P) {
  if (!CanLook)
    return;
  for (auto [R, Shadow] : addressOf(MI, P)) {
    Went *W = find(R);
    Found[&MI].Registers.push_back(
        {R, CRIT_THROUGH_STORED | (W ? place(*W) : 0), third(R, Shadow)});
    if (!W)
      continue;
    auto Here = describe(MI, P.MemA, R);
    W->ReadBack = W->Last && Here && W->Known && W->isAlike(*Here) &&
                  W->From == Here->From && W->To - W->From == 1 << P.Aux && !P.Diff;
  }
}

/// What the address at Mem says of R, its base or index; not how many bytes.
std::optional<Went> Stopper::describe(const MachineInstr &MI, int Mem, Register R) const {
  const MachineOperand *M = &MI.getOperand(Mem);
  if (!isGeneral(M[0]) || !isGeneral(M[2]) || !M[3].isImm() || M[0].getReg() == M[2].getReg())
    return std::nullopt;
  Register Segment = M[4].getReg();
  if (Segment && StringRef(TRI.getName(Segment.asMCReg())) != "FS")
    return std::nullopt;
  unsigned Scale = Log2_64(M[1].getImm());
  bool Index = M[2].getReg() == R;
  Went W;
  W.Through = R;
  W.With = Index ? M[0].getReg() : M[2].getReg();
  W.Scale = Index ? Scale : 0;
  W.WithScale = Index ? 0 : Scale;
  W.Fs = Segment.isValid();
  W.From = W.To = M[3].getImm();
  W.Known = W.Last = true;
  return W;
}

bool Stopper::isLog(const MachineInstr &MI) const {
  return any_of(MI.memoperands(), [&](const MachineMemOperand *M) {
    const auto *P = dyn_cast_or_null<FixedStackPseudoSourceValue>(M->getPseudoValue());
    return P && P->getFrameIndex() == Log;
  });
}

void Stopper::store(const MachineInstr &MI) {
  // It may be to the same place.
  for (Went &W : Stores)
    W.Last = W.ReadBack = false;
  bool Own = std::exchange(IsEntered, false);
  int Mem = T.memoryOperand(MI);
  if (Mem < 0)
    return;
  const MachineOperand *M = &MI.getOperand(Mem);
  if (isLog(MI)) // its address is written last, and volatile
    IsEntered = M[5].isReg() && (*MI.memoperands_begin())->isVolatile();
  LocationSize Size = MI.hasOneMemOperand() ? (*MI.memoperands_begin())->getSize()
                                            : LocationSize::beforeOrAfterPointer();
  for (int I : {0, 2}) { // base and index
    if (!M[I].isReg() || !M[I].getReg())
      continue;
    Register R = M[I].getReg();
    Went New;
    New.Through = R;
    if (auto Here = describe(MI, Mem, R))
      New = *Here;
    New.Last = true;
    New.LastEntry = Own;
    if (Size.hasValue() && !Size.isScalable())
      New.To = New.From + int64_t(Size.getValue().getFixedValue());
    else
      New.Known = false;
    Went *W = find(R);
    if (!W) {
      Stores.push_back(New);
      continue;
    }
    W->Last = true;
    W->LastEntry = false;
    W->Known &= New.Known && W->isAlike(New) && (W->From == New.To || W->To == New.From);
    W->From = std::min(W->From, New.From);
    W->To = std::max(W->To, New.To);
  }
}

void Stopper::run(MachineBasicBlock &MBB) {
  Stores.clear();
  IsEntered = false;
  Copies.enter(MBB);
  for (MachineInstr &MI : MBB) {
    if (auto P = CheckPseudo::parse(MI)) {
      check(MI, *P);
      if (P->Kind == PseudoKind::StoreBack)
        readBack(MI, *P);
      else if (P->Kind == PseudoKind::Verify || P->Kind == PseudoKind::DecideLoad)
        load(MI, *P);
    } else {
      if (MI.mayStore())
        store(MI);
      erase_if(Stores,
               [&](const Went &W) { return MI.modifiesRegister(W.Through, &TRI); });
      for (Went &W : Stores)
        if (W.With && MI.modifiesRegister(W.With, &TRI))
          W.Known = W.ReadBack = false;
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

//===- LogGroups.cpp - stores that are logged together --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LogGroups.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Bytes of one entry at most.
constexpr int64_t MaxTogether = 1 << (UndoLog::NumSizes - 1);

bool crit::isThreadLocal(const MachineInstr &MI) {
  const TargetRegisterInfo &TRI = *MI.getMF()->getSubtarget().getRegisterInfo();
  int Mem = X86Table::get(*MI.getMF()).memoryOperand(MI);
  Register Segment = Mem < 0 ? Register() : MI.getOperand(Mem + 4).getReg();
  // With __seg_fs (another address space) %fs:0 may be anything.
  return Segment && StringRef(TRI.getName(Segment.asMCReg())) == "FS" &&
         MI.hasOneMemOperand() && !(*MI.memoperands_begin())->getAddrSpace();
}

unsigned crit::loggedBytes(const MachineInstr &MI) {
  const X86Table &T = X86Table::get(*MI.getMF());
  int Mem = T.memoryOperand(MI);
  if (Mem < 0 || MI.mayLoad() || !MI.hasOneMemOperand() ||
      (MI.getOperand(Mem + 4).getReg() && !isThreadLocal(MI)))
    return 0;
  StringRef Name = T.name(MI);
  // Stores that leave out some of the bytes.
  if (Name.contains("MASK") || Name.contains("COMPRESS") ||
      Name.contains("SCATTER") || Name.ends_with("mrk"))
    return 0;
  LocationSize Size = (*MI.memoperands_begin())->getSize();
  if (!Size.hasValue() || Size.getValue().isScalable())
    return 0;
  uint64_t N = Size.getValue().getFixedValue();
  return isPowerOf2_64(N) && N <= 16 ? N : 0;
}

DenseMap<MachineInstr *, unsigned>
crit::groupLogged(const MachineFunction &MF, ArrayRef<MachineInstr *> Code,
                  function_ref<unsigned(MachineInstr &)> Bytes,
                  function_ref<bool(unsigned)> Ends) {
  const X86Table &T = X86Table::get(MF);
  DenseMap<MachineInstr *, unsigned> Markers;
  struct Group {
    MachineInstr *First;
    int64_t Low, High;
  };
  SmallVector<Group, 8> Groups;
  bool Together = T.hasVectors(MF);
  auto Finish = [&] {
    for (const Group &G : Groups) {
      int Mem = T.memoryOperand(*G.First);
      const MachineOperand &Disp = G.First->getOperand(Mem + 3);
      int64_t Below = Disp.isImm() ? Disp.getImm() - G.Low : 0;
      Markers[G.First] = unsigned(G.High - G.Low) | unsigned(Below) << 16;
    }
    Groups.clear();
  };
  auto Alike = [&](const MachineInstr &A, const MachineInstr &B) {
    int M = T.memoryOperand(A), N = T.memoryOperand(B);
    return llvm::all_of(seq(0, 5), [&](int I) {
      const MachineOperand &P = A.getOperand(M + I), &Q = B.getOperand(N + I);
      return I == 3 ? P.isImm() && Q.isImm() : P.isIdenticalTo(Q);
    });
  };
  for (unsigned I = 0; I != Code.size(); ++I) {
    MachineInstr &MI = *Code[I];
    if (Ends(I))
      Finish();
    unsigned Size = Bytes(MI);
    if (!Size)
      continue;
    const MachineOperand &Disp = MI.getOperand(T.memoryOperand(MI) + 3);
    int64_t Low = Disp.isImm() ? Disp.getImm() : 0;
    int64_t High = Low + Size;
    auto It = llvm::find_if(Groups, [&](const Group &G) {
      return Together && Alike(*G.First, MI) && Low <= G.High && G.Low <= High &&
             std::max(High, G.High) - std::min(Low, G.Low) <= MaxTogether;
    });
    if (It == Groups.end()) {
      Groups.push_back({&MI, Low, High});
      continue;
    }
    It->Low = std::min(Low, It->Low);
    It->High = std::max(High, It->High);
  }
  Finish();
  return Markers;
}

//===- RegionOrder.cpp - the table of regions when blocks move ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RegionOrder.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace crit;

void crit::separateTraps(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB)) {
      bool Text = MI.getOpcode() == TargetOpcode::INLINEASM && !CheckPseudo::parse(MI) &&
                  !StringRef(MI.getOperand(0).getSymbolName()).trim().empty();
      if (Text || T.name(MI) == "INT3")
        BuildMI(MBB, std::next(MI.getIterator()), MI.getDebugLoc(),
                TII.get(T.opcode("NOOP")));
    }
}

RegionOrder::RegionOrder(MachineFunction &MF, const RegionTable &Table)
    : MF(MF), Table(Table) {
  if (!Table.End)
    return;
  int Now = None;
  for (MachineBasicBlock &MBB : MF) {
    if (&MBB == Table.End) // checks that failed: no entry is about those
      break;
    Begins[&MBB] = Now;
    for (const MachineInstr &MI : MBB)
      if (auto It = Table.Labels.find(&MI); It != Table.Labels.end())
        Now = It->second;
  }
}

const std::string &RegionOrder::entry(int E) const {
  static const std::string Nowhere = "\t.long 0\n\t.long 0,0,0,0,0,0\n";
  return E == None ? Nowhere : Table.Entries[E];
}

bool RegionOrder::same(int A, int B) const { return A == B || entry(A) == entry(B); }

std::vector<RegionOrder::Range> RegionOrder::ranges() {
  std::vector<Range> Ranges;
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  std::string Label = ".Lcrit_order" + std::to_string(MF.getFunctionNumber()) + "_";
  int Now = None;
  for (MachineBasicBlock &MBB : MF) {
    if (&MBB == Table.End)
      break;
    auto Own = Begins.find(&MBB);
    int Begin = Own == Begins.end() ? None : Own->second;
    if (!same(Begin, Now)) {
      Ranges.push_back({Label + std::to_string(Ranges.size()), Begin});
      BuildMI(MBB, MBB.begin(), DebugLoc(), TII.get(TargetOpcode::INLINEASM))
          .addExternalSymbol(
              MF.createExternalSymbolName(Ranges.back().Begin + ":"))
          .addImm(InlineAsm::Extra_HasSideEffects);
      Now = Begin;
    }
    for (const MachineInstr &MI : MBB) {
      auto It = Table.Labels.find(&MI);
      if (It == Table.Labels.end())
        continue;
      int Entry = It->second;
      // The first says where the function begins.
      if (Ranges.empty() || !same(Entry, Now))
        Ranges.push_back(
            {StringRef(MI.getOperand(0).getSymbolName()).drop_back().str(), Entry});
      Now = Entry;
    }
  }
  return Ranges;
}

void RegionOrder::write() {
  if (!Table.End)
    return;
  std::vector<Range> Ranges = ranges();
  std::string Text;
  raw_string_ostream OS(Text);
  OS << Table.Opening << Ranges.size() << Table.Counts << "\t.long "
     << Ranges.front().Begin << "-.\n"
     << Table.Header;
  for (const Range &R : Ranges)
    OS << "\t.long " << R.Begin << "-.\n" << entry(R.Entry);
  OS << Table.Rest;
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  BuildMI(*Table.End, Table.End->end(), DebugLoc(), TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF.createExternalSymbolName(Text))
      .addImm(InlineAsm::Extra_HasSideEffects);
}

//===- X86Table.cpp - the x86 facts the passes need -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "X86Table.h"
#include "crit/records.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include <mutex>

using namespace llvm;
using namespace crit;

static StringMap<unsigned> &opcodeNames() {
  static StringMap<unsigned> Names;
  return Names;
}

static RegKind kindByName(StringRef N) {
  if (N.starts_with("GR8") || N.starts_with("GR16") || N.starts_with("GR32") ||
      N.starts_with("GR64") || N.starts_with("LOW32"))
    return RegKind::Gpr;
  if (N.starts_with("FR16") || N.starts_with("FR32") || N.starts_with("FR64"))
    return RegKind::FpScalar;
  if (N.starts_with("VR128"))
    return RegKind::Vec128;
  if (N.starts_with("VR256"))
    return RegKind::Vec256;
  if (N.starts_with("VR512"))
    return RegKind::Vec512;
  if (N.starts_with("VK") && !N.contains("PAIR"))
    return RegKind::Mask;
  if (N.starts_with("RFP"))
    return RegKind::X87;
  return RegKind::Other;
}

static const TargetRegisterInfo &tri(const MachineInstr &MI) {
  return *MI.getMF()->getSubtarget().getRegisterInfo();
}

static uint8_t recordNumberOf(StringRef N, unsigned Encoding) {
  unsigned Num;
  if (N.starts_with("XMM") || N.starts_with("YMM") || N.starts_with("ZMM"))
    return N.drop_front(3).getAsInteger(10, Num) ? CRIT_REG_NONE : 16 + Num;
  if (N.size() == 2 && N[0] == 'K')
    return 48 + (N[1] - '0');
  return Encoding < 16 ? Encoding : CRIT_REG_NONE;
}

X86Table::X86Table(const MachineFunction &MF) {
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  StringMap<unsigned> &Names = opcodeNames();
  for (unsigned I = 0, E = TII.getNumOpcodes(); I != E; ++I)
    Names[TII.getName(I)] = I;
#define CRIT_X86_OP(NAME)                                                      \
  if (!(NAME = Names.lookup(#NAME)))                                           \
    Missing += std::string(Missing.empty() ? "" : ", ") + #NAME;
#include "X86Ops.def"
  RecordNumbers.resize(TRI.getNumRegs(), CRIT_REG_NONE);
  for (unsigned R = 1, E = TRI.getNumRegs(); R != E; ++R) {
    StringRef N = TRI.getName(R);
    RecordNumbers[R] = recordNumberOf(N, TRI.getEncodingValue(R));
    if (N == "EFLAGS")
      EFLAGS = R;
    else if (N == "RSP")
      RSP = R;
    else if (N == "RAX")
      RAX = R;
  }
  for (unsigned I = 1, E = TRI.getNumSubRegIndices(); I != E; ++I) {
    StringRef N = TRI.getSubRegIndexName(I);
    if (N == "sub_8bit")
      SubLow8 = I;
    else if (N == "sub_16bit")
      SubLow16 = I;
    else if (N == "sub_32bit")
      SubLow32 = I;
    else if (N == "sub_xmm")
      SubXmm = I;
    else if (N == "sub_ymm")
      SubYmm = I;
  }
  Kinds.resize(TRI.getNumRegClasses());
  for (const TargetRegisterClass *RC : TRI.regclasses()) {
    Kinds[RC->getID()] = kindByName(TRI.getRegClassName(RC));
    Classes[TRI.getRegClassName(RC)] = RC;
  }
}

const X86Table &X86Table::get(const MachineFunction &MF) {
  // LTO generates code on several threads.
  static std::once_flag Once;
  static const X86Table *Table;
  std::call_once(Once, [&] { Table = new X86Table(MF); });
  return *Table;
}

unsigned X86Table::recordNumber(MCRegister R) const {
  return RecordNumbers[R.id()];
}

unsigned X86Table::opcode(StringRef Name) const {
  return opcodeNames().lookup(Name);
}

StringRef X86Table::name(const MachineInstr &MI) const {
  return MI.getMF()->getSubtarget().getInstrInfo()->getName(MI.getOpcode());
}

std::optional<unsigned>
X86Table::condOperand(const MachineInstr &MI) const {
  unsigned Opc = MI.getOpcode();
  if (Opc == JCC_1 || Opc == SETCCr || Opc == TAILJMPd64_CC)
    return 1;
  if (Opc == SETCCm)
    return 5;
  if (Opc == CMOV16rr || Opc == CMOV32rr || Opc == CMOV64rr)
    return 3;
  return std::nullopt;
}

bool X86Table::readsFlags(const MachineInstr &MI) const {
  return MI.readsRegister(EFLAGS, &tri(MI));
}

bool X86Table::definesLiveFlags(const MachineInstr &MI) const {
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.isDef() && MO.getReg() == EFLAGS && !MO.isDead())
      return true;
  return false;
}

bool X86Table::touchesFlags(const MachineInstr &MI) const {
  return readsFlags(MI) || MI.modifiesRegister(EFLAGS, &tri(MI));
}

bool X86Table::isDivision(const MachineInstr &MI) const {
  StringRef N = name(MI);
  N.consume_front("I");
  return N == "DIV8r" || N == "DIV16r" || N == "DIV32r" || N == "DIV64r";
}

bool X86Table::hasVectors(const MachineFunction &MF) const {
  return MF.getSubtarget().checkFeatures("+sse2") &&
         !MF.getFunction().hasFnAttribute(Attribute::NoImplicitFloat);
}

int X86Table::memoryOperand(const MachineInstr &MI) const {
  const MCInstrDesc &D = MI.getDesc();
  for (unsigned I = 0, E = D.getNumOperands(); I + 4 < E; ++I)
    if (D.operands()[I].OperandType == MCOI::OPERAND_MEMORY)
      return I;
  return -1;
}

//===- Decoder.cpp - what an x86-64 instruction reads and writes ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Decoder.h"

#include "InstClasses.h"
#include "permanent/UnitDecoder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Triple.h"

#include <stdexcept>

using namespace llvm;

namespace crit::inject {

struct Decoder::Impl {
  Triple TT{"x86_64-unknown-linux-gnu"};
  MCTargetOptions Options;
  std::unique_ptr<MCRegisterInfo> MRI;
  std::unique_ptr<MCAsmInfo> MAI;
  std::unique_ptr<MCInstrInfo> MII;
  std::unique_ptr<MCSubtargetInfo> STI;
  std::unique_ptr<MCContext> Ctx;
  std::unique_ptr<MCDisassembler> Dis;
  std::unique_ptr<MCInstPrinter> Printer;
  std::vector<std::pair<RegSlice, std::string>> Slices; // by MCRegister id

  Impl();
  void collect(const MCInst &Inst, Instruction &I) const;
  void add(Instruction &I, unsigned Reg, Access Acc, bool IsAddress,
           unsigned ForceWidth = 0) const;
};

/// Slice for a register by LLVM's name; Width 0 for those not counted.
static RegSlice sliceByName(StringRef N) {
  static const char *const R64[] = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP",
                                    "RSI", "RDI", "R8",  "R9",  "R10", "R11",
                                    "R12", "R13", "R14", "R15"};
  static const char *const R32[] = {"EAX", "ECX", "EDX", "EBX",
                                    "ESP", "EBP", "ESI", "EDI"};
  static const char *const R16[] = {"AX", "CX", "DX", "BX",
                                    "SP", "BP", "SI", "DI"};
  static const char *const R8[] = {"AL",  "CL",  "DL",  "BL",
                                   "SPL", "BPL", "SIL", "DIL"};
  static const char *const R8H[] = {"AH", "CH", "DH", "BH"};
  RegSlice S;
  auto Gpr = [&](unsigned I, unsigned Off, unsigned W) {
    S.Kind = RegKind::GPR;
    S.Index = static_cast<uint8_t>(I);
    S.Offset = static_cast<uint16_t>(Off);
    S.Width = static_cast<uint16_t>(W);
    return S;
  };
  for (unsigned I = 0; I < 16; ++I) {
    if (N == R64[I])
      return Gpr(I, 0, 64);
    if (I < 8 && N == R32[I])
      return Gpr(I, 0, 32);
    if (I < 8 && N == R16[I])
      return Gpr(I, 0, 16);
    if (I < 8 && N == R8[I])
      return Gpr(I, 0, 8);
    if (I < 4 && N == R8H[I])
      return Gpr(I, 8, 8);
    if (I >= 8) {
      std::string Base = R64[I];
      if (N == Base + "D")
        return Gpr(I, 0, 32);
      if (N == Base + "W")
        return Gpr(I, 0, 16);
      if (N == Base + "B")
        return Gpr(I, 0, 8);
    }
  }
  if (N == "EFLAGS") {
    S.Kind = RegKind::Flags;
    S.FlagMask = FlagsAll;
    S.Width = 5;
    return S;
  }
  struct Bank {
    const char *Prefix;
    RegKind Kind;
    unsigned Width, Count;
  };
  static const Bank Banks[] = {
      {"XMM", RegKind::Vector, 128, 32}, {"YMM", RegKind::Vector, 256, 32},
      {"ZMM", RegKind::Vector, 512, 32}, {"K", RegKind::Mask, 64, 8},
      {"ST", RegKind::X87, 80, 8},       {"FP", RegKind::X87, 80, 8},
      {"MM", RegKind::X87, 64, 8}};
  for (const Bank &B : Banks) {
    StringRef Rest = N;
    unsigned Idx;
    if (!Rest.consume_front(B.Prefix) || Rest.getAsInteger(10, Idx) ||
        Idx >= B.Count)
      continue;
    S.Kind = B.Kind;
    S.Index = static_cast<uint8_t>(Idx);
    S.Width = static_cast<uint16_t>(B.Width);
    return S;
  }
  return S;
}

Decoder::Impl::Impl() {
  InitializeAllTargetInfos();
  InitializeAllTargetMCs();
  InitializeAllDisassemblers();
  std::string Err;
  const Target *T = TargetRegistry::lookupTarget(TT, Err);
  if (!T)
    throw std::runtime_error("LLVM has no x86-64 target: " + Err);
  MRI.reset(T->createMCRegInfo(TT));
  MAI.reset(T->createMCAsmInfo(*MRI, TT, Options));
  MII.reset(T->createMCInstrInfo());
  STI.reset(T->createMCSubtargetInfo(TT, "", ""));
  Ctx = std::make_unique<MCContext>(TT, MAI.get(), MRI.get(), STI.get());
  Dis.reset(T->createMCDisassembler(*STI, *Ctx));
  Printer.reset(T->createMCInstPrinter(TT, 0, *MAI, *MII, *MRI));
  if (!Dis || !Printer)
    throw std::runtime_error("LLVM cannot disassemble x86-64");
  Slices.resize(MRI->getNumRegs());
  for (unsigned R = 1; R < MRI->getNumRegs(); ++R) {
    StringRef N = MRI->getName(R);
    Slices[R] = {sliceByName(N), N.lower()};
  }
}

void Decoder::Impl::add(Instruction &I, unsigned Reg, Access Acc,
                        bool IsAddress, unsigned ForceWidth) const {
  if (Reg == 0 || Slices[Reg].first.Width == 0)
    return;
  Operand Op;
  Op.Reg = Slices[Reg].first;
  Op.Acc = Acc;
  Op.IsAddress = IsAddress;
  Op.Name = Slices[Reg].second;
  if (Op.Reg.Kind == RegKind::Flags) {
    Op.Name = "flags";
    Op.Reg.FlagMask = ForceWidth;
    Op.Reg.Width = static_cast<uint16_t>(llvm::popcount(ForceWidth));
    if (Op.Reg.Width == 0)
      return;
  } else if (ForceWidth) {
    Op.Reg.Width = static_cast<uint16_t>(ForceWidth);
  }
  for (const Operand &O : I.Operands)
    if (O.Acc == Acc && O.Reg == Op.Reg)
      return;
  I.Operands.push_back(std::move(Op));
}

void Decoder::Impl::collect(const MCInst &Inst, Instruction &I) const {
  const MCInstrDesc &D = MII->get(Inst.getOpcode());
  StringRef Name = I.Opcode;
  for (unsigned N = 0; N < Inst.getNumOperands(); ++N) {
    const MCOperand &MO = Inst.getOperand(N);
    if (!MO.isReg() || !MO.getReg())
      continue;
    unsigned Reg = MO.getReg().id();
    bool IsMem = N < D.getNumOperands() &&
                 D.operands()[N].OperandType == MCOI::OPERAND_MEMORY;
    bool IsDef = N < D.getNumDefs();
    unsigned Width = 0;
    if (Slices[Reg].first.Kind == RegKind::Vector)
      Width = scalarWidth(Name, IsDef, Slices[Reg].first.Width);
    else if (Slices[Reg].first.Kind == RegKind::Mask)
      Width = maskWidth(Name);
    add(I, Reg, IsDef ? Access::Write : Access::Read, IsMem && !IsDef, Width);
  }
  uint32_t CC = ~0u;
  if (usesCondCode(Name) && Inst.getNumOperands() > 0) {
    const MCOperand &Last = Inst.getOperand(Inst.getNumOperands() - 1);
    if (Last.isImm())
      CC = static_cast<uint32_t>(Last.getImm());
  }
  auto Implicit = [&](MCPhysReg R, Access Acc) {
    const RegSlice &S = Slices[R].first;
    if (S.Kind == RegKind::Flags && S.Width) {
      add(I, R, Acc, false,
          Acc == Access::Read ? flagsRead(Name, CC) : flagsWritten(Name));
      return;
    }
    bool IsStackPointer = S.Kind == RegKind::GPR && S.Index == 4;
    if (!IsStackPointer)
      add(I, R, Acc, false);
  };
  for (MCPhysReg R : D.implicit_uses())
    Implicit(R, Access::Read);
  for (MCPhysReg R : D.implicit_defs())
    Implicit(R, Access::Write);
}

/// What an integer instruction reads from memory.
static MemoryOperand readMemory(uint64_t PC, const uint8_t *Bytes,
                                unsigned Length) {
  MemoryOperand M;
  std::optional<CritSite> S = decodeUnit(PC, Bytes, Length);
  if (!S || S->Op == CRIT_OP_LEA)
    return M;
  if (S->Src != CRIT_OPND_MEM && S->Dst != CRIT_OPND_MEM)
    return M;
  M.Base = S->Base == CRIT_NO_REG ? -1 : S->Base;
  M.Index = S->Index == CRIT_NO_REG ? -1 : S->Index;
  M.Scale = S->Scale;
  M.Disp = S->Disp;
  M.Width = S->SrcWidth ? S->SrcWidth : S->Width;
  M.PCRelative = (Bytes[parseEncoding(Bytes, Length).modrm()] & 0xc7) == 5;
  return M;
}

Decoder::Decoder() : P(std::make_unique<Impl>()) {}
Decoder::~Decoder() = default;

Instruction Decoder::decode(uint64_t PC, const uint8_t *Bytes,
                            size_t Size) const {
  Instruction I;
  I.PC = PC;
  MCInst Inst;
  uint64_t Len = 0;
  ArrayRef<uint8_t> Data(Bytes, Size);
  if (P->Dis->getInstruction(Inst, Len, Data, PC, nulls()) !=
      MCDisassembler::Success)
    return I;
  I.Length = static_cast<unsigned>(Len);
  I.Opcode = P->MII->getName(Inst.getOpcode()).str();
  I.Bytes = toHex(Data.take_front(Len), /*LowerCase=*/true);
  raw_string_ostream OS(I.Text);
  P->Printer->printInst(&Inst, PC, "", *P->STI, OS);
  for (char &C : I.Text)
    if (C == '\t' || C == '\n')
      C = ' ';
  I.Text = StringRef(I.Text).trim().str();
  const MCInstrDesc &D = P->MII->get(Inst.getOpcode());
  I.MayLoad = D.mayLoad();
  I.MayStore = D.mayStore();
  I.IsRep = isRepString(Bytes, I.Length);
  I.Memory = readMemory(PC, Bytes, I.Length);
  ClassFacts F{D.isConditionalBranch(),
               D.isBranch() || D.isIndirectBranch(),
               D.isCall(),
               D.isReturn(),
               D.mayLoad(),
               D.mayStore()};
  I.Class = classify(I.Opcode, F);
  I.BranchTarget = branchTarget(PC, Bytes, I.Length, I.Class);
  // "nopw (%rax,%rax)" names registers but does not read them.
  if (!StringRef(I.Opcode).starts_with("NOOP"))
    P->collect(Inst, I);
  if (I.IsRep) {
    Operand Count;
    Count.Reg = sliceByName("RCX");
    Count.Name = "rcx";
    I.Operands.push_back(Count);
    Count.Acc = Access::Write;
    I.Operands.push_back(Count);
  }
  return I;
}

} // namespace crit::inject

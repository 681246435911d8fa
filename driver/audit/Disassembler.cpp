//===- Disassembler.cpp - x86-64 instructions as the audit sees them ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Disassembler.h"

#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace crit::audit {

struct Disassembler::Impl {
  std::unique_ptr<MCRegisterInfo> Registers;
  MCTargetOptions Options;
  std::unique_ptr<MCAsmInfo> AsmInfo;
  std::unique_ptr<MCInstrInfo> Instructions;
  std::unique_ptr<MCSubtargetInfo> Subtarget;
  std::unique_ptr<MCContext> Context;
  std::unique_ptr<MCDisassembler> Decoder;
  std::vector<Instruction::Type> Types; ///< by opcode
  MCRegister Rip;
};

// Opcode numbers are private to LLVM's x86 target, their names are not.
static Instruction::Type classify(StringRef Name, const MCInstrDesc &Desc) {
  if (Name.starts_with("JCC_"))
    return Instruction::ConditionalJump;
  if (Name == "JMP_1" || Name == "JMP_2" || Name == "JMP_4")
    return Instruction::Jump;
  if (Name == "PUSH64i8" || Name == "PUSH64i32")
    return Instruction::PushImmediate;
  if (Name.starts_with("CMP") &&
      (Name == "CMP64rr" || Name == "CMP64rr_REV" || Name == "CMP32rr" ||
       Name == "CMP32rr_REV" || Name == "CMP16rr" || Name == "CMP16rr_REV" ||
       Name == "CMP8rr" || Name == "CMP8rr_REV"))
    return Instruction::Compare;
  if (Name == "NOOP" || Name.starts_with("NOOPW") || Name.starts_with("NOOPL") ||
      Name.starts_with("NOOPQ") || Name == "INT3")
    return Instruction::Padding;
  if (Desc.isReturn() || Desc.isIndirectBranch() || Name == "TRAP")
    return Instruction::EndOfCode;
  return Instruction::Other;
}

Disassembler::Disassembler(std::unique_ptr<Impl> P) : P(std::move(P)) {}
Disassembler::~Disassembler() = default;

Expected<std::unique_ptr<Disassembler>> Disassembler::create() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86Disassembler();
  Triple T("x86_64-unknown-linux-gnu");
  std::string Why;
  const Target *Found = TargetRegistry::lookupTarget(T, Why);
  if (!Found)
    return createStringError("no x86-64 disassembler in LLVM: " + Why);
  auto P = std::make_unique<Impl>();
  P->Registers.reset(Found->createMCRegInfo(T));
  P->AsmInfo.reset(Found->createMCAsmInfo(*P->Registers, T, P->Options));
  P->Instructions.reset(Found->createMCInstrInfo());
  P->Subtarget.reset(Found->createMCSubtargetInfo(T, "", ""));
  P->Context = std::make_unique<MCContext>(T, P->AsmInfo.get(),
                                           P->Registers.get(),
                                           P->Subtarget.get());
  P->Decoder.reset(Found->createMCDisassembler(*P->Subtarget, *P->Context));
  for (unsigned I = 0; I < P->Instructions->getNumOpcodes(); ++I)
    P->Types.push_back(
        classify(P->Instructions->getName(I), P->Instructions->get(I)));
  for (unsigned I = 1; I < P->Registers->getNumRegs(); ++I)
    if (StringRef(P->Registers->getName(I)) == "RIP")
      P->Rip = I;
  return std::unique_ptr<Disassembler>(new Disassembler(std::move(P)));
}

Instruction Disassembler::decode(ArrayRef<uint8_t> Bytes,
                                 uint64_t Address) const {
  Instruction Result;
  MCInst Inst;
  uint64_t Size = 0;
  if (P->Decoder->getInstruction(Inst, Size, Bytes, Address, nulls()) !=
          MCDisassembler::Success ||
      Size == 0) {
    Result.Kind = Instruction::Invalid;
    return Result;
  }
  Result.Size = Size;
  Result.Kind = P->Types[Inst.getOpcode()];
  auto Immediate = [&](unsigned I) {
    return I < Inst.getNumOperands() && Inst.getOperand(I).isImm()
               ? Inst.getOperand(I).getImm()
               : 0;
  };
  switch (Result.Kind) {
  case Instruction::ConditionalJump:
  case Instruction::Jump:
    Result.Target = Address + Size + Immediate(0);
    break;
  case Instruction::PushImmediate:
    Result.Target = Immediate(0);
    break;
  case Instruction::Compare:
    for (unsigned I : {0u, 1u}) // ah and its like share numbers with others
      if (StringRef(P->Registers->getName(Inst.getOperand(I).getReg()))
              .ends_with("H"))
        Result.Kind = Instruction::Other;
    Result.A = P->Registers->getEncodingValue(Inst.getOperand(0).getReg()) & 15;
    Result.B = P->Registers->getEncodingValue(Inst.getOperand(1).getReg()) & 15;
    return Result;
  default:
    break;
  }
  // A memory operand is base, scale, index, displacement, segment; lea's are
  // not marked as one.
  uint64_t Base = 0;
  for (unsigned I = 0; I < Inst.getNumOperands(); ++I) {
    const MCOperand &Operand = Inst.getOperand(I);
    if (Operand.isReg() && Operand.getReg() == P->Rip)
      Base = I + 3;
    else if (Operand.isImm())
      Result.Constants.push_back(Operand.getImm() +
                                 (Base && I == Base ? Address + Size : 0));
  }
  return Result;
}

} // namespace crit::audit

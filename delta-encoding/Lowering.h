//===- Lowering.h - one row of Lowerings.def as machine code ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_DELTA_ENCODING_LOWERING_H
#define CRIT_DELTA_ENCODING_LOWERING_H

#include "LoweringSteps.h"
#include "X86Table.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/CodeGen/MachineBasicBlock.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"

namespace crit {

enum DeltaWidth : unsigned { W8 = 8, W16 = 16, W32 = 32, W64 = 64 };
enum class DeltaForm { RR, R, RI, RRI, RK, RC, ZX8, ZX16, BI, B, I };

/// The row that lowers an opcode, and the width it works at.
struct DeltaRow {
  unsigned Row;
  DeltaForm Form;
  unsigned Width;
};

enum class DeltaCode { Complement, Affine, Multiple };

/// Null: no row.
const DeltaRow *deltaRow(const llvm::MachineInstr &MI, const X86Table &T,
                         DeltaCode Code = DeltaCode::Complement);

/// What a row may use besides the encoded operands.
struct DeltaOperands {
  llvm::Register A, B;
  int64_t C = 0; ///< constant or offset
  unsigned K = 0, S = 1;
};

/// What the row takes from MI, its registers from Use; false where a constant
/// does not fit.
bool deltaOperands(const llvm::MachineInstr &MI, const DeltaRow &Row,
                   DeltaOperands &O,
                   llvm::function_ref<llvm::Register(unsigned)> Use);

/// For MOV r, c: MOV of Code(c) to another register. Invalid for all else.
llvm::Register deltaConstant(llvm::MachineInstr &MI,
                             llvm::MachineBasicBlock &MBB,
                             llvm::MachineBasicBlock::iterator At,
                             llvm::function_ref<uint64_t(uint64_t)> Code);

/// Erases what stands before Before, has been made since virtual register Since,
/// and nobody uses.
void eraseUnused(llvm::MachineBasicBlock &MBB,
                 llvm::MachineBasicBlock::iterator Before, unsigned Since);

/// Makes machine code: the back end B of Lowerings.def. All of it before At, in
/// one width.
class DeltaBuilder : public LoweringSteps<DeltaBuilder, llvm::Register> {
public:
  DeltaBuilder(llvm::MachineBasicBlock &MBB,
               llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
               unsigned Width,
               llvm::function_ref<llvm::Register(llvm::Register)> Decode);
  llvm::Register row(unsigned Row, const DeltaOperands &O);
  llvm::Register affineRow(unsigned Row, const DeltaOperands &O, int64_t A);
  llvm::Register multipleRow(unsigned Row, const DeltaOperands &O, int64_t A);

  using Reg = llvm::Register;
  Reg lea(Reg Base, unsigned Scale, Reg Index, int64_t Disp);
  Reg lead(Reg Base, int64_t Disp) { return lea(Base, 1, Reg(), Disp); }
  Reg leas(unsigned Scale, Reg Index, int64_t Disp) {
    return lea(Reg(), Scale, Index, Disp);
  }
  Reg iori(Reg A, int64_t C) { return withImm("OR", A, C); }
  Reg coni(Reg A, int64_t C) { return withImm("AND", A, C); }
  Reg exori(Reg A, int64_t C) { return withImm("XOR", A, C); }
  Reg muli(Reg A, int64_t C);
  Reg sub(Reg A, Reg B) { return two("SUB", A, B); }
  Reg ior(Reg A, Reg B) { return two("OR", A, B); }
  Reg con(Reg A, Reg B) { return two("AND", A, B); }
  Reg exor(Reg A, Reg B) { return two("XOR", A, B); }
  Reg mul(Reg A, Reg B) { return two("IMUL", A, B); }
  Reg inv(Reg A) { return make(name("NOT", "r"), {A}); }
  /// ~A, as it may be there already.
  Reg plain(Reg A) { return Decode(A); }
  Reg swap(Reg A) { return make(name("BSWAP", "r"), {A}); }
  Reg shl(Reg A, unsigned K) { return shift("SHL", A, K); }
  Reg sar(Reg A, unsigned K) { return shift("SAR", A, K); }
  Reg rol(Reg A, unsigned K) { return shift("ROL", A, K); }
  Reg ror(Reg A, unsigned K) { return shift("ROR", A, K); }
  Reg shlc(Reg A) { return make(name("SHL", "rCL"), {A}); }
  Reg sarc(Reg A) { return make(name("SAR", "rCL"), {A}); }
  Reg rolc(Reg A) { return make(name("ROL", "rCL"), {A}); }
  Reg rorc(Reg A) { return make(name("ROR", "rCL"), {A}); }
  /// Low end of Ones:A shifted right.
  Reg shrd(Reg A, Reg Ones, unsigned K);
  Reg shrdc(Reg A, Reg Ones) { return make(name("SHRD", "rrCL"), {A, Ones}); }
  Reg ones();
  Reg one();
  /// In 64 bits.
  Reg constant(int64_t C);
  Reg low8(Reg A) { return make("MOVZX32rr8", {A}); }
  Reg low16(Reg A) { return make("MOVZX32rr16", {A}); }

private:
  std::string name(llvm::StringRef Op, llvm::StringRef Suffix) const;
  int64_t fit(int64_t C) const;
  Reg withImm(llvm::StringRef Op, Reg A, int64_t C);
  Reg shift(llvm::StringRef Op, Reg A, unsigned K);
  Reg two(llvm::StringRef Op, Reg A, Reg B) {
    return make(name(Op, "rr"), {A, B});
  }
  Reg make(llvm::StringRef Opcode, llvm::ArrayRef<Reg> In);
  llvm::MachineInstrBuilder start(llvm::StringRef Opcode);
  Reg done(const llvm::MachineInstrBuilder &B);
  Reg wide(Reg R, bool Index);

  llvm::MachineBasicBlock &MBB;
  llvm::MachineBasicBlock::iterator At;
  llvm::DebugLoc DL;
  unsigned Width;
  llvm::function_ref<llvm::Register(llvm::Register)> Decode;
  const X86Table &T;
  const llvm::TargetInstrInfo &TII;
  llvm::MachineRegisterInfo &MRI;
};

} // namespace crit
#endif

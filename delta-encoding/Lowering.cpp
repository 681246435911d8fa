//===- Lowering.cpp - one row of Lowerings.def as machine code ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Lowering.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

namespace {
struct RowInfo {
  const char *Family;
  DeltaForm Form;
  unsigned Widths;
};
} // namespace

static const RowInfo Rows[] = {
#define CRIT_DELTA(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)                      \
  {#FAMILY, DeltaForm::FORM, WIDTHS},
#include "Lowerings.def"
};

static const RowInfo AffineRows[] = {
#define CRIT_DELTA_AFFINE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)               \
  {#FAMILY, DeltaForm::FORM, WIDTHS},
#include "Lowerings.def"
};

static const RowInfo MultipleRows[] = {
#define CRIT_DELTA_MULTIPLE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)             \
  {#FAMILY, DeltaForm::FORM, WIDTHS},
#include "Lowerings.def"
};

/// Suffixes of the opcodes of a form; a null ends the list.
static std::vector<std::string> opcodes(const RowInfo &R, unsigned Width) {
  std::string N = R.Family + std::to_string(Width);
  std::string Imm = Width == 64 ? "ri32" : "ri";
  switch (R.Form) {
  case DeltaForm::RR:
    return {N + "rr", N + "rr_DB"};
  case DeltaForm::R:
    return {N + "r"};
  case DeltaForm::RI:
    return {N + Imm, N + Imm + "_DB"};
  case DeltaForm::RRI:
    return {N + (Width == 64 ? "rri32" : "rri")};
  case DeltaForm::RK:
    return {N + "ri", N + "r1"};
  case DeltaForm::RC:
    return {N + "rCL"};
  case DeltaForm::ZX8:
    return {N + "rr8"};
  case DeltaForm::ZX16:
    return {N + "rr16"};
  case DeltaForm::BI:
  case DeltaForm::B:
  case DeltaForm::I:
    return {Width == 64 ? N + "r" : "LEA64_32r"};
  }
  return {};
}

using RowKey = std::pair<unsigned, unsigned>; // opcode, form of an address
using RowMap = DenseMap<RowKey, DeltaRow>;

static RowMap rowMap(ArrayRef<RowInfo> Rows, const X86Table &T) {
  RowMap M;
  for (unsigned R = 0; R != Rows.size(); ++R)
    for (unsigned W : {W8, W16, W32, W64})
      if (Rows[R].Widths & W)
        for (const std::string &N : opcodes(Rows[R], W))
          if (unsigned Opc = T.opcode(N)) {
            bool Address = StringRef(Rows[R].Family) == "LEA";
            M[{Opc, Address ? unsigned(Rows[R].Form) : 0u}] = {
                R, Rows[R].Form, W};
          }
  return M;
}

const DeltaRow *crit::deltaRow(const MachineInstr &MI, const X86Table &T,
                               DeltaCode Code) {
  static const RowMap Complements = rowMap(Rows, T),
                      Affines = rowMap(AffineRows, T),
                      Multiples = rowMap(MultipleRows, T);
  const RowMap &Map = Code == DeltaCode::Complement ? Complements
                      : Code == DeltaCode::Affine   ? Affines
                                                    : Multiples;
  unsigned Form = 0;
  StringRef N = T.name(MI);
  if (N == "LEA64r" || N == "LEA64_32r") {
    if (!MI.getOperand(1).isReg()) // stack slot
      return nullptr;
    bool Base = MI.getOperand(1).getReg().isValid();
    bool Index = MI.getOperand(3).getReg().isValid();
    if (!Base && !Index)
      return nullptr;
    Form = unsigned(Base && Index ? DeltaForm::BI
                    : Base        ? DeltaForm::B
                                  : DeltaForm::I);
  }
  auto It = Map.find({MI.getOpcode(), Form});
  return It == Map.end() ? nullptr : &It->second;
}

bool crit::deltaOperands(const MachineInstr &MI, const DeltaRow &Row,
                         DeltaOperands &O,
                         function_ref<Register(unsigned)> Use) {
  auto Constant = [&](const MachineOperand &MO) {
    if (!MO.isImm())
      return false;
    O.C = Row.Width == 64 ? MO.getImm()
                           : SignExtend64(uint64_t(MO.getImm()), Row.Width);
    // Room for ~c, -c, s - c and c - 1.
    return Row.Width < 64 ||
           (O.C > int64_t(INT32_MIN) + 16 && O.C < int64_t(INT32_MAX) - 16);
  };
  switch (Row.Form) {
  case DeltaForm::RR:
    O.A = Use(1);
    O.B = Use(2);
    break;
  case DeltaForm::RI:
  case DeltaForm::RRI:
    if (!Constant(MI.getOperand(2)))
      return false;
    O.A = Use(1);
    break;
  case DeltaForm::RK:
    if (MI.getNumExplicitOperands() < 3)
      O.K = 1;
    else if (MI.getOperand(2).isImm())
      O.K = MI.getOperand(2).getImm() & (Row.Width == 64 ? 63 : 31);
    else
      return false;
    O.A = Use(1);
    break;
  case DeltaForm::R:
  case DeltaForm::RC:
  case DeltaForm::ZX8:
  case DeltaForm::ZX16:
    O.A = Use(1);
    break;
  case DeltaForm::BI:
  case DeltaForm::B:
  case DeltaForm::I:
    if (!MI.getOperand(2).isImm() || !Constant(MI.getOperand(4)) ||
        MI.getOperand(5).getReg())
      return false;
    if (Row.Form != DeltaForm::I)
      O.A = Use(1);
    if (Row.Form != DeltaForm::B)
      O.B = Use(3);
    O.S = MI.getOperand(2).getImm();
    break;
  }
  return true;
}

Register crit::deltaConstant(MachineInstr &MI, MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At,
                             function_ref<uint64_t(uint64_t)> Code) {
  MachineFunction &MF = *MBB.getParent();
  const X86Table &T = X86Table::get(MF);
  MachineRegisterInfo &MRI = MF.getRegInfo();
  unsigned Opc = MI.getOpcode();
  bool Zero = Opc == T.MOV32r0;
  bool Known = Zero || Opc == T.MOV8ri || Opc == T.MOV16ri ||
               Opc == T.MOV32ri || Opc == T.MOV64ri || Opc == T.MOV64ri32 ||
               Opc == T.MOV32ri64;
  if (!Known || (!Zero && !MI.getOperand(1).isImm()))
    return Register();
  int64_t C = Zero ? 0 : MI.getOperand(1).getImm();
  if (Opc == T.MOV32ri64)
    C = uint32_t(C);
  C = int64_t(Code(uint64_t(C)));
  Register R = MI.getOperand(0).getReg();
  switch (MRI.getTargetRegisterInfo()->getRegSizeInBits(*MRI.getRegClass(R))) {
  case 8:
    Opc = T.MOV8ri;
    C = SignExtend64<8>(C);
    break;
  case 16:
    Opc = T.MOV16ri;
    C = SignExtend64<16>(C);
    break;
  case 32:
    Opc = T.MOV32ri;
    C = SignExtend64<32>(C);
    break;
  default:
    Opc = isInt<32>(C) ? T.MOV64ri32 : T.MOV64ri;
  }
  Register N = MRI.cloneVirtualRegister(R);
  BuildMI(MBB, At, MI.getDebugLoc(),
          MF.getSubtarget().getInstrInfo()->get(Opc), N)
      .addImm(C);
  return N;
}

void crit::eraseUnused(MachineBasicBlock &MBB,
                       MachineBasicBlock::iterator Before, unsigned Since) {
  const MachineRegisterInfo &MRI = MBB.getParent()->getRegInfo();
  while (Before != MBB.begin()) {
    MachineInstr &MI = *std::prev(Before);
    if (MI.getNumExplicitDefs() != 1 || MI.isPHI())
      return;
    Register R = MI.getOperand(0).getReg();
    if (!R.isVirtual() || R.virtRegIndex() < Since)
      return;
    if (MRI.use_nodbg_empty(R))
      MI.eraseFromParent();
    else
      --Before;
  }
}

DeltaBuilder::DeltaBuilder(MachineBasicBlock &MBB,
                           MachineBasicBlock::iterator At, DebugLoc DL,
                           unsigned Width,
                           function_ref<Register(Register)> Decode)
    : MBB(MBB), At(At), DL(DL), Width(Width), Decode(Decode),
      T(X86Table::get(*MBB.getParent())),
      TII(*MBB.getParent()->getSubtarget().getInstrInfo()),
      MRI(MBB.getParent()->getRegInfo()) {}

Register DeltaBuilder::row(unsigned Row, const DeltaOperands &O) {
  DeltaBuilder &B = *this;
  Register a = O.A, b = O.B;
  int64_t c = O.C;
  unsigned k = O.K, s = O.S;
  unsigned I = 0;
#define CRIT_DELTA(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)                      \
  if (Row == I++)                                                              \
    return ENCODED;
#include "Lowerings.def"
  (void)b, (void)k, (void)s;
  llvm_unreachable("no such row");
}

Register DeltaBuilder::affineRow(unsigned Row, const DeltaOperands &O,
                                 int64_t A) {
  DeltaBuilder &B = *this;
  Register a = O.A, b = O.B;
  int64_t c = O.C;
  unsigned k = O.K, s = O.S;
  unsigned I = 0;
#define CRIT_DELTA_AFFINE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)               \
  if (Row == I++)                                                              \
    return ENCODED;
#include "Lowerings.def"
  llvm_unreachable("no such row");
}

Register DeltaBuilder::multipleRow(unsigned Row, const DeltaOperands &O,
                                   int64_t A) {
  DeltaBuilder &B = *this;
  Register a = O.A, b = O.B;
  int64_t c = O.C;
  unsigned s = O.S;
  unsigned I = 0;
#define CRIT_DELTA_MULTIPLE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)             \
  if (Row == I++)                                                              \
    return ENCODED;
#include "Lowerings.def"
  llvm_unreachable("no such row");
}

std::string DeltaBuilder::name(StringRef Op, StringRef Suffix) const {
  return Op.str() + std::to_string(Width) + Suffix.str();
}

int64_t DeltaBuilder::fit(int64_t C) const {
  return Width == 64 ? C : SignExtend64(uint64_t(C), Width);
}

MachineInstrBuilder DeltaBuilder::start(StringRef Opcode) {
  unsigned Opc = T.opcode(Opcode);
  if (!Opc)
    reportFatalInternalError(Twine("crit: this LLVM does not know ") + Opcode);
  const MCInstrDesc &D = TII.get(Opc);
  return BuildMI(MBB, At, DL, D,
                 MRI.createVirtualRegister(TII.getRegClass(D, 0)));
}

/// The codec's copies never hand on flags this way.
Register DeltaBuilder::done(const MachineInstrBuilder &B) {
  for (MachineOperand &MO : B->implicit_operands())
    if (MO.isReg() && MO.isDef() && MO.getReg() == T.EFLAGS)
      MO.setIsDead(true);
  return B->getOperand(0).getReg();
}

Register DeltaBuilder::make(StringRef Opcode, ArrayRef<Reg> In) {
  MachineInstrBuilder B = start(Opcode);
  for (Register R : In)
    B.addReg(R);
  return done(B);
}

Register DeltaBuilder::withImm(StringRef Op, Reg A, int64_t C) {
  return done(start(name(Op, Width == 64 ? "ri32" : "ri"))
                  .addReg(A)
                  .addImm(fit(C)));
}

Register DeltaBuilder::muli(Reg A, int64_t C) {
  return done(start(name("IMUL", Width == 64 ? "rri32" : "rri"))
                  .addReg(A)
                  .addImm(fit(C)));
}

Register DeltaBuilder::shift(StringRef Op, Reg A, unsigned K) {
  return done(start(name(Op, "ri")).addReg(A).addImm(K));
}

Register DeltaBuilder::shrd(Reg A, Reg Ones, unsigned K) {
  return done(start(name("SHRD", "rri8")).addReg(A).addReg(Ones).addImm(K));
}

Register DeltaBuilder::ones() {
  return done(start(Width == 64 ? "MOV64ri32" : "MOV32ri").addImm(-1));
}

Register DeltaBuilder::one() {
  return done(start(Width == 64   ? "MOV64ri32"
                    : Width == 32 ? "MOV32ri"
                                  : "MOV16ri")
                  .addImm(1));
}

/// R in the low part of a register that may stand in an address.
Register DeltaBuilder::wide(Reg R, bool Index) {
  if (!R)
    return R;
  const TargetRegisterInfo &TRI = *MRI.getTargetRegisterInfo();
  const TargetRegisterClass *RC =
      T.regClass(Index ? "GR64_NOSP" : "GR64");
  unsigned Bits = TRI.getRegSizeInBits(*MRI.getRegClass(R));
  unsigned Sub = Bits == 32   ? T.SubLow32
                 : Bits == 16 ? T.SubLow16
                              : T.SubLow8;
  // The instruction pointer has no low byte.
  if (Bits < 64)
    RC = TRI.getSubClassWithSubReg(RC, Sub);
  Register W = MRI.createVirtualRegister(RC);
  if (Bits == 64) {
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), W).addReg(R);
    return W;
  }
  Register Undef = MRI.createVirtualRegister(RC);
  BuildMI(MBB, At, DL, TII.get(TargetOpcode::IMPLICIT_DEF), Undef);
  BuildMI(MBB, At, DL, TII.get(TargetOpcode::INSERT_SUBREG), W)
      .addReg(Undef)
      .addReg(R)
      .addImm(Sub);
  return W;
}

Register DeltaBuilder::constant(int64_t C) {
  return done(start(isInt<32>(C) ? "MOV64ri32" : "MOV64ri").addImm(C));
}

Register DeltaBuilder::lea(Reg Base, unsigned Scale, Reg Index, int64_t Disp) {
  if (Width == 64 && !isInt<32>(Disp) && !Index)
    return lea(Base, 1, constant(Disp), 0);
  if (Width == 64 && !isInt<32>(Disp))
    return lea(lea(Base, Scale, Index, 0), 1, constant(Disp), 0);
  Register B = wide(Base, false), X = wide(Index, true);
  Register D = done(start(Width == 64 ? "LEA64r" : "LEA64_32r")
                        .addReg(B)
                        .addImm(Scale)
                        .addReg(X)
                        .addImm(Width == 64 ? Disp : SignExtend64(Disp, 32))
                        .addReg(0));
  if (Width >= 32)
    return D;
  Register R = MRI.createVirtualRegister(T.regClass(Width == 8 ? "GR8" : "GR16"));
  BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), R)
      .addReg(D, 0, Width == 8 ? T.SubLow8 : T.SubLow16);
  return R;
}

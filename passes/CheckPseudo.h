//===- CheckPseudo.h - checks between their making and emission -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plugin cannot add target opcodes, and a real compare-and-branch would cut
// every block into pieces before scheduling and register allocation. So a check
// travels through the back end as one INLINEASM instruction that names its
// operands, clobbers EFLAGS and no memory, and LowerChecks turns it into a
// compare and a branch just before emission:
//
//   machine SSA                        emitted
//     check $1=v, $2=v'                  cmp  v', v
//                                        jne  stub        (cold, end of function)
//
// The asm text itself is a comment: it never reaches the output.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_CHECKPSEUDO_H
#define CRIT_PASSES_CHECKPSEUDO_H

#include "X86Cond.h"
#include "crit/records.h"
#include "llvm/CodeGen/MachineBasicBlock.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/Support/MathExtras.h"
#include <optional>

namespace crit {

enum class PseudoKind : unsigned {
  CompareEq = 1, ///< two general registers, aux = log2 of width in bytes
  TestZero,      ///< a general register must be 0, aux = log2 width
  CompareFFFF,   ///< a 32-bit register must be 0xffff (pmovmskb)
  VecZero,       ///< a vector register must be 0, aux = 0 PTEST, 1 VPTEST, 2 VPTESTY
  FlagsFail,     ///< EFLAGS must not satisfy condition aux
  Verify,        ///< two loads of one place must agree, else both load again
  CompareImm,    ///< a general register and a constant, aux = log2 width
  Decide,        ///< EFLAGS are the shadows' decision of the branch that follows,
                 ///< aux: a FlagView
  StoreBack,     ///< behind a store: memory at address B holds the shadow A
  Cut,           ///< a recovery region begins here; no code
  Save,          ///< what lives behind the next Cut is saved here; no code
  Landing,       ///< recovery of a region starts here; a label
  TxSplit,       ///< region = instructions: perhaps a new transaction
  TxEnd,         ///< no transaction behind this
  Log,           ///< what the next store overwrites (region = bytes | how many of
                 ///< them are below its address << 16) goes to the undo log, and
                 ///< its address is compared there; no code
  SplitBegin,    ///< up to SplitEnd: only when the undo log is nearly full
  SplitEnd,
  Undo,          ///< stores of the log taken back; stands behind a Landing
  Dispatch,      ///< behind the Landing DispatchRegion: a slot says which landing
  Update,        ///< a constant is added to memory, aux = log2 width: load, both
                 ///< sums, comparisons and store are one piece
  DecideLoad,    ///< Decide whose comparisons, the program's too, are with memory,
                 ///< aux = where a register operand stands; makes the flags
};

/// Region of code that several cuts lead to: its landing looks which one did.
constexpr unsigned DispatchRegion = 1u << 24;
/// A slot for one word is three of them, and the word the middle one: whatever a stack
/// pointer leads to that is wrong by a power of two, from one slot it is not another
/// one's word, nor by less than a word from what lies next to it.
constexpr unsigned SlotBytes = 24;
constexpr unsigned SlotWord = 8;
/// Size of the slot that says which region: no other slot has it. Its word is there, too.
constexpr unsigned NumberBytes = 20;
/// Where the word of a slot begins; larger ones are all value.
int64_t slotWord(const llvm::MachineFunction &MF, int Slot);
/// Of a check whose mismatch cannot be repaired, though a region is current.
constexpr unsigned StopRegion = DispatchRegion + 1;
/// From here on: of a comparison of the stack pointer that nothing but itself and
/// the checkpoint before it can repeat.
constexpr unsigned AgainRegion = DispatchRegion + 2;

/// A pseudo as found in a block. Operand numbers index MI's operands.
struct CheckPseudo {
  PseudoKind Kind;
  crit_check_kind Check;
  unsigned Aux = 0;
  unsigned Region = 0;         ///< where a mismatch is repaired; 0: nowhere
  unsigned A = 0, B = 0;       ///< register operands (B: 0 without one)
  unsigned LoadOpcode = 0;     ///< Verify; DecideLoad: comparison with memory
  int64_t Imm = 0;             ///< CompareImm, StoreBack without registers, Update,
                               ///< DecideLoad
  unsigned Diff = 0;           ///< Verify, StoreBack: register to test instead
  PseudoKind DiffKind = PseudoKind::CompareEq; ///< how Diff is tested
  /// First of five address operands: Verify, StoreBack, Update, DecideLoad (the
  /// access's and its shadow's), Undo and Dispatch (MemA), and CompareEq if B was spilled (MemB).
  unsigned MemA = 0, MemB = 0;

  static std::optional<CheckPseudo> parse(const llvm::MachineInstr &MI);
  /// Whether MBB is one.
  static bool isLanding(const llvm::MachineBasicBlock &MBB);
  /// MI is a pseudo: its mismatch is repaired at Region.
  static void setRegion(llvm::MachineInstr &MI, unsigned Region);
  /// Of a Cut: which region it begins is written into a slot (Aux 1).
  static void setWritesId(llvm::MachineInstr &MI);
  /// Of a Landing: what the region needs it takes from its slots itself (Aux 1).
  static void setKeepsSlots(llvm::MachineInstr &MI) { setWritesId(MI); }
  /// Of a place: what else is known of it.
  static void addConstants(llvm::MachineInstr &MI, llvm::ArrayRef<int64_t> Values);
  static llvm::SmallVector<int64_t, 8> constants(const llvm::MachineInstr &MI);
  /// Places, not comparisons.
  bool isPlace() const {
    return Kind >= PseudoKind::Cut && Kind < PseudoKind::Update;
  }
};

/// A stack object: entries of an address and what was there, then an address 0. If
/// stores of several sizes are logged, a bit that no address has says which
/// (CRIT_LOG_MARK). They begin where what was there is aligned.
struct UndoLog {
  int Slot = -1;
  unsigned Capacity = 0; ///< bytes
  unsigned Sizes = 0;    ///< bit N: stores of 1 << N bytes
  unsigned Plain = 3;    ///< log2 of the size without a mark
  static constexpr unsigned NumSizes = CRIT_LOG_SIZES;
  static constexpr unsigned Old = 8;   ///< from an entry's begin to what was there
  static constexpr unsigned Begin = 8; ///< of the first entry in the slot
  /// Unused at the end: an entry a few bytes too high is in nobody else's place.
  static constexpr unsigned Spare = 16;
  /// Bytes of an entry for a store of 1 << N.
  static unsigned step(unsigned N) { return Old + std::max(8u, 1u << N); }
  unsigned maxStep() const { return step(llvm::Log2_32(Sizes)); }
  bool isMixed() const { return !llvm::isPowerOf2_32(Sizes); }
  bool isUniform() const { return Sizes < 16 || !isMixed(); }
  /// As in crit_region_table.
  unsigned code() const { return Sizes | Plain << 8; }
  static UndoLog fromCode(unsigned Code) {
    UndoLog L;
    L.Sizes = Code & 0xff;
    L.Plain = Code >> 8;
    return L;
  }
};

/// A register operand: virtual (with sub-register index) or physical. Of a
/// 128-bit vector only Part may mean something: the rest is never compared.
struct RegRef {
  enum PartKind { All, Low32, Low64, High64 };
  llvm::Register Reg;
  unsigned Sub = 0;
  PartKind Part = All;
  bool operator==(const RegRef &O) const { return Reg == O.Reg && Sub == O.Sub; }
};

/// Makes pseudos at one point of one block.
class PseudoBuilder {
public:
  PseudoBuilder(llvm::MachineBasicBlock &MBB,
                llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL)
      : MBB(MBB), At(At), DL(DL) {}

  llvm::MachineInstr *compareEq(crit_check_kind K, RegRef A, RegRef B,
                                unsigned Log2Width);
  /// Imm must fit a sign-extended 32-bit operand.
  llvm::MachineInstr *compareImm(crit_check_kind K, RegRef A, int64_t Imm,
                                 unsigned Log2Width);
  llvm::MachineInstr *testOne(PseudoKind Kind, crit_check_kind K, RegRef A,
                              unsigned Aux);
  llvm::MachineInstr *flagsFail(crit_check_kind K, unsigned Cond);
  /// Stands before the flags of the block's branch are made; LowerChecks then
  /// follows the shadows' decision and holds the branch to it.
  /// The flags answer viewCond of the branch's condition.
  llvm::MachineInstr *decide(crit_check_kind K, FlagView View);
  /// A general register must equal what lies in a stack slot.
  llvm::MachineInstr *compareSlot(crit_check_kind K, RegRef A, int Slot,
                                  unsigned Log2Width);
  /// A general register must equal the memory whose address is the five operands
  /// of Like from MemIdx on.
  llvm::MachineInstr *compareMemory(crit_check_kind K, RegRef A,
                                    const llvm::MachineInstr &Like,
                                    unsigned MemIdx, unsigned Log2Width);
  /// Everything from Cut on but Undo and Dispatch.
  llvm::MachineInstr *place(PseudoKind Kind, unsigned Region);
  llvm::MachineInstr *undo(const UndoLog &Log);
  llvm::MachineInstr *dispatch(int Slot, llvm::ArrayRef<unsigned> Regions);
  /// (NewA, NewB) = the values LoadA and LoadB got, loaded again while they
  /// differ. They differ if Diff is not zero as How (a kind with aux) tests it;
  /// without Diff the two registers are compared as How.Aux says.
  struct Comparison {
    RegRef Diff;
    PseudoKind Kind = PseudoKind::CompareEq;
    unsigned Aux = 0;
  };
  llvm::MachineInstr *verify(llvm::Register NewA, llvm::Register NewB,
                             llvm::MachineInstr &LoadA,
                             llvm::MachineInstr &LoadB, unsigned MemIdx,
                             const Comparison &How);

  /// Behind Store, whose address starts at operand MemIdx: read through the
  /// shadows' address, its place must hold Shadow, or Imm without one. Value
  /// is what was stored; without a register any difference is a fault. Or How
  /// tells the difference.
  llvm::MachineInstr *storeBack(crit_check_kind K, llvm::MachineInstr &Store,
                                unsigned MemIdx,
                                llvm::ArrayRef<llvm::Register> ShadowAddress,
                                RegRef Value, RegRef Shadow, int64_t Imm,
                                const Comparison &How);

  /// Instead of Update, an "op [mem], constant" that adds Addend to 1 <<
  /// Log2Width bytes: the whole of it, see LowerUpdate.cpp.
  llvm::MachineInstr *update(llvm::MachineInstr &Update, int64_t Addend,
                             unsigned Log2Width,
                             llvm::ArrayRef<llvm::Register> ShadowAddress);

  /// Where the other operand of a comparison with memory stands.
  enum OtherOperand : unsigned { Constant, Behind, InFront };
  /// Decides and compares what Load loads with Imm, or Value (the shadows with
  /// Shadow), by Opcode.
  llvm::MachineInstr *decideLoad(crit_check_kind K, llvm::MachineInstr &Load,
                                 llvm::ArrayRef<llvm::Register> ShadowAddress,
                                 unsigned Opcode, OtherOperand Where,
                                 int64_t Imm, RegRef Value, RegRef Shadow);

private:
  void addresses(llvm::MachineInstrBuilder &B, llvm::MachineInstr &Access,
                 unsigned MemIdx, llvm::ArrayRef<llvm::Register> Shadow);
  llvm::MachineInstrBuilder start(bool MayLoad);
  void imm(llvm::MachineInstrBuilder &B, int64_t V);
  void use(llvm::MachineInstrBuilder &B, RegRef R);
  void clobberFlags(llvm::MachineInstrBuilder &B);

  llvm::MachineBasicBlock &MBB;
  llvm::MachineBasicBlock::iterator At;
  llvm::DebugLoc DL;
};

} // namespace crit
#endif

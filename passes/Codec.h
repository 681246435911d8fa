//===- Codec.h - how the second copy is represented ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shadow-stream engine walks a function and decides what runs twice, what
// runs once, and what must be compared where. A codec decides how the second
// copy of a value looks: the identity codec clones (ILR, HAFT), encoded codecs
// compute in another domain (Δ). A new scheme is one more codec.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_CODEC_H
#define CRIT_PASSES_CODEC_H

#include "CheckPseudo.h"
#include "Flags.h"
#include "X86Cond.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace crit {

/// The engine's view of the pairing, for codecs: the shadow of a register, or
/// the register itself where there is none.
using ShadowLookup = llvm::function_ref<llvm::Register(llvm::Register)>;

class Codec {
public:
  virtual ~Codec() = default;

  /// Can values of this class be copied and compared?
  virtual bool handles(const llvm::TargetRegisterClass *RC) const = 0;

  /// Shadow has just been made for R.
  virtual void paired(llvm::Register /*R*/, llvm::Register /*Shadow*/) {}

  /// Recomputes MI on shadows, before At. Flag definitions of the copy are as
  /// live as MI's. Returns the last instruction made.
  virtual llvm::MachineInstr *mirror(llvm::MachineInstr &MI,
                                     llvm::MachineBasicBlock &MBB,
                                     llvm::MachineBasicBlock::iterator At,
                                     ShadowLookup Shadow) = 0;

  /// Shadow = a copy of Value (which exists once: a call's result, an
  /// argument) that no later pass can see through. Must not touch EFLAGS.
  virtual void adopt(llvm::MachineBasicBlock &MBB,
                     llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                     RegRef Value, llvm::Register Shadow) = 0;

  /// Value and Shadow must agree. EFLAGS is free at At.
  /// Returns false when this class or width cannot be compared.
  virtual bool check(llvm::MachineBasicBlock &MBB,
                     llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                     crit_check_kind K, RegRef Value, RegRef Shadow) = 0;

  /// Value, a general register of the program's own, must hold the constant.
  virtual void checkConstant(llvm::MachineBasicBlock &MBB,
                             llvm::MachineBasicBlock::iterator At,
                             llvm::DebugLoc DL, crit_check_kind K,
                             llvm::Register Value, int64_t Constant,
                             unsigned Log2Width) = 0;

  /// The stack slot must hold what the general register Shadow stands for.
  virtual void checkSlot(llvm::MachineBasicBlock &MBB,
                         llvm::MachineBasicBlock::iterator At,
                         llvm::DebugLoc DL, crit_check_kind K,
                         llvm::Register Shadow, int Slot,
                         unsigned Log2Width) {
    checkPlainSlot(MBB, At, DL, K, Shadow, Slot, Log2Width);
  }
  /// The stack slot must hold what the general register Value holds.
  virtual void checkPlainSlot(llvm::MachineBasicBlock &MBB,
                              llvm::MachineBasicBlock::iterator At,
                              llvm::DebugLoc DL, crit_check_kind K,
                              llvm::Register Value, int Slot,
                              unsigned Log2Width) = 0;

  /// Shadow does not hold what its master holds: it is made from a copy of the
  /// master's value by adopt().
  virtual bool encodes(llvm::Register /*Shadow*/) const { return false; }
  /// The function is mirrored, and registers that live across the beginning of
  /// a region are known: what is asked for from now on uses masters and shadows
  /// alone, nothing that was kept on the way.
  virtual void mirrored() {}

  /// The bits of Shadow, a scalar float, in a general register. Leaves EFLAGS
  /// alone. Invalid if there is no such move.
  virtual llvm::Register pattern(llvm::MachineBasicBlock &,
                                 llvm::MachineBasicBlock::iterator,
                                 llvm::DebugLoc, RegRef) {
    return llvm::Register();
  }

  /// check() for several vector or floating-point pairs of one class, with one
  /// comparison for all.
  virtual bool checkAll(llvm::MachineBasicBlock &MBB,
                        llvm::MachineBasicBlock::iterator At,
                        llvm::DebugLoc DL, crit_check_kind K,
                        llvm::ArrayRef<std::pair<RegRef, RegRef>> Pairs) = 0;

  /// Sum (invalid at first) with the differences of these pairs gathered in; a
  /// later comparison of Sum with nothing(), in the pairs' width, tells whether
  /// any of them was not zero. Leaves EFLAGS alone. Invalid if this class cannot
  /// be gathered; then nothing was made.
  virtual llvm::Register
  gather(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
         llvm::DebugLoc DL, llvm::ArrayRef<std::pair<RegRef, RegRef>> Pairs,
         llvm::Register Sum) = 0;
  virtual llvm::Register nothing(llvm::MachineBasicBlock &MBB,
                                 llvm::MachineBasicBlock::iterator At,
                                 llvm::DebugLoc DL) = 0;

  /// MasterLoad and ShadowLoad (its mirror) read one place. Makes NewMaster and
  /// NewShadow from them, loading again while they differ. EFLAGS is free.
  /// Returns false when this load cannot be verified (nothing was changed).
  virtual bool verifyLoads(llvm::MachineBasicBlock &MBB,
                           llvm::MachineBasicBlock::iterator At,
                           llvm::MachineInstr &MasterLoad,
                           llvm::MachineInstr &ShadowLoad,
                           llvm::Register NewMaster,
                           llvm::Register NewShadow) = 0;

  /// Store, just made, whose address starts at operand Mem: what is read through
  /// ShadowAddress must be ShadowValue, or the constant stored without one.
  /// EFLAGS is free. Returns false when this store cannot be verified.
  virtual bool verifyStore(llvm::MachineBasicBlock &,
                           llvm::MachineBasicBlock::iterator,
                           llvm::MachineInstr &, unsigned /*Mem*/,
                           llvm::ArrayRef<llvm::Register> /*ShadowAddress*/,
                           llvm::Register /*ShadowValue*/) {
    return false;
  }

  // What follows fits codecs whose shadows equal their masters.

  /// Sets EFLAGS before At as D did, as far as Conds can tell, from D's shadows.
  /// Whoever asks these flags must ask viewCond of View and its condition. Null
  /// when D cannot be repeated.
  virtual llvm::MachineInstr *
  repeatFlags(llvm::MachineInstr &D, llvm::MachineBasicBlock &MBB,
              llvm::MachineBasicBlock::iterator At,
              llvm::ArrayRef<unsigned> Conds, ShadowLookup Shadow,
              FlagView &View) {
    View = FlagView::Same;
    return crit::repeatFlags(D, MBB, At, Conds, Shadow);
  }
  /// Takes back what repeatFlags made.
  virtual void discard(llvm::MachineInstr &Flags) { Flags.eraseFromParent(); }
  /// The copy of an instruction sets EFLAGS exactly as the instruction does.
  virtual bool copiesFlags() const { return true; }
  /// Memory operands of computations are to be loads of their own.
  virtual bool unfoldsAll() const { return false; }
  /// So are those in the function's stack slots of computations without another
  /// register (a product with a constant).
  virtual bool unfoldsSlots() const { return false; }

  /// MO of MI, an input that both copies compute with, is to be compared before:
  /// MI may hide that they differ.
  virtual bool hides(const llvm::MachineInstr & /*MI*/,
                     const llvm::MachineOperand & /*MO*/) const {
    return false;
  }

  // For codecs whose second copy has memory of its own.

  /// Store, plain, has just been made, before At: the second copy's store, if it
  /// makes one. EFLAGS must stay as it is where FlagsLive. True: what was stored
  /// is not to be compared with the second copy's, its address is all the same.
  virtual bool mirrorStore(llvm::MachineInstr & /*Store*/,
                           llvm::MachineBasicBlock &,
                           llvm::MachineBasicBlock::iterator /*At*/,
                           ShadowLookup /*Shadow*/, bool /*FlagsLive*/) {
    return false;
  }
};

} // namespace crit
#endif

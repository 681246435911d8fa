//===- DeltaCodec.h - the second copy is the complement --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Delta-encoding: the shadow of an integer or pointer x is ~x, and operations
// are computed on complements by other instructions than the native copy's, so
// that a unit that is wrong every time is wrong differently in the two copies:
//
//   native                 shadow, a = ~x, b = ~y
//     r = ADD x, y           r' = LEA [a + b + 1]
//     r = AND x, y           r' = OR a, b
//     CMP x, y; JCC l        CMP a, b; JCC g
//     r = MOV [x]            t = NOT a; u = MOV [t]; r' = NOT u
//     MOV [x], y             check x, NOT a; check y, NOT b
//
// The rows are in Lowerings.def, operations of two registers (one-operand
// multiplication, division) in DeltaWide.cpp. What has neither (bit counts) is
// decoded, done again and encoded; floating point and vectors are copied as they
// are: replicated, not diversified. NOT leaves EFLAGS alone, so encoding and decoding fit anywhere.
// Kuvaiskii, Fetzer: Delta-encoding, DSN'15, doi 10.1109/DSN.2015.20 (which has
// two encoded copies, A1*x and A2*x: PaperCodec.h).
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_DELTACODEC_H
#define CRIT_DELTA_ENCODING_DELTACODEC_H

#include "DeltaDomains.h"
#include "IdentityCodec.h"
#include "ShadowMemory.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <map>

namespace crit {

/// What became of the instructions of one function.
struct DeltaStats {
  unsigned Coded = 0; ///< computed in the code
  unsigned Affine = 0; ///< with a shadow in the affine code
  unsigned Loads = 0; ///< address decoded, value encoded
  unsigned Plain = 0; ///< replicated, not diversified
  unsigned Kept = 0; ///< loads and stores of memory of the second copy's own
  std::map<std::string, unsigned> PlainOpcodes;
};

class DeltaCodec : public IdentityCodec {
public:
  DeltaCodec(llvm::MachineFunction &MF, uint32_t DroppedChecks,
             DeltaScheme Scheme, uint32_t A, bool OwnMemory = false,
             bool CheckLossy = false);
  /// Decides on the code of each value; the function has the form that will be
  /// mirrored.
  void assignDomains() { Domains.assign(); }
  /// Gives local variables memory of the second copy's own: before
  /// assignDomains. And, behind ShadowStream::run, writes to it at the function's
  /// beginning (DeltaMemory.cpp).
  void findMemory() { Memory.find(); }
  void beginMemory();
  const ShadowMemory &memory() const { return Memory; }

  void paired(llvm::Register R, llvm::Register Shadow) override;
  llvm::MachineInstr *mirror(llvm::MachineInstr &MI,
                             llvm::MachineBasicBlock &MBB,
                             llvm::MachineBasicBlock::iterator At,
                             ShadowLookup Shadow) override;
  void adopt(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
             llvm::DebugLoc DL, RegRef Value, llvm::Register Shadow) override;
  bool check(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
             llvm::DebugLoc DL, crit_check_kind K, RegRef Value,
             RegRef Shadow) override;
  void checkSlot(llvm::MachineBasicBlock &MBB,
                 llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                 crit_check_kind K, llvm::Register Shadow, int Slot,
                 unsigned Log2Width) override;
  bool verifyLoads(llvm::MachineBasicBlock &MBB,
                   llvm::MachineBasicBlock::iterator At,
                   llvm::MachineInstr &MasterLoad,
                   llvm::MachineInstr &ShadowLoad, llvm::Register NewMaster,
                   llvm::Register NewShadow) override;
  llvm::MachineInstr *repeatFlags(llvm::MachineInstr &D,
                                  llvm::MachineBasicBlock &MBB,
                                  llvm::MachineBasicBlock::iterator At,
                                  llvm::ArrayRef<unsigned> Conds,
                                  ShadowLookup Shadow, FlagView &View) override;
  void discard(llvm::MachineInstr &Flags) override;
  bool verifyStore(llvm::MachineBasicBlock &, llvm::MachineBasicBlock::iterator,
                   llvm::MachineInstr &, unsigned,
                   llvm::ArrayRef<llvm::Register>, llvm::Register) override {
    return false; // the value is compared before it is stored
  }
  bool encodes(llvm::Register Shadow) const override {
    return isGeneral(Shadow);
  }
  void mirrored() override;
  bool copiesFlags() const override { return false; }
  bool unfoldsAll() const override { return true; }
  bool hides(const llvm::MachineInstr &MI,
             const llvm::MachineOperand &MO) const override;
  bool unfoldsSlots() const override { return OwnMemory; }
  bool mirrorStore(llvm::MachineInstr &Store, llvm::MachineBasicBlock &MBB,
                   llvm::MachineBasicBlock::iterator At, ShadowLookup Shadow,
                   bool FlagsLive) override;

  const DeltaStats &stats() const { return Stats; }

private:
  /// How the flags of an instruction are made from complements.
  enum class FlagPlan {
    Decode,  ///< no way but on decoded operands
    Compare, ///< CMP a, b; mirrored (and this and all below: crossed)
    Swap,    ///< CMP b, a: the very same flags
    Imm,     ///< CMP a, ~c; mirrored
    Test,    ///< CMP a, -1; mirrored
    Or,      ///< OR a, b; CMP with -1; mirrored
    OrImm,   ///< OR a, ~c; CMP with -1; mirrored
    Result,  ///< CMP r', -1; mirrored
  };
  struct Place {
    llvm::MachineBasicBlock &MBB;
    llvm::MachineBasicBlock::iterator At;
    llvm::DebugLoc DL;
  };

  bool isGeneral(llvm::Register R) const;
  /// R has a shadow, and that is a complement.
  bool isEncoded(llvm::Register R, ShadowLookup Shadow) const;
  bool allEncoded(const llvm::MachineInstr &MI, ShadowLookup Shadow) const;
  unsigned notOpcode(llvm::Register R) const;
  /// ~R: encodes or decodes.
  llvm::Register complement(const Place &P, llvm::Register R);
  llvm::Register decode(const Place &P, llvm::Register S);
  void complementTo(const Place &P, llvm::Register To, llvm::Register R);
  /// The shadow of an operand, of its own when it is part of a register.
  llvm::Register shadowUse(const Place &P, const llvm::MachineOperand &MO,
                           ShadowLookup Shadow);

  llvm::MachineInstr *decoded(llvm::MachineInstr &MI, const Place &P,
                              ShadowLookup Shadow);
  bool transport(const llvm::MachineInstr &MI) const;
  llvm::Register lowered(llvm::MachineInstr &MI, const Place &P,
                         ShadowLookup Shadow);
  llvm::MachineInstr *mirrorComplements(llvm::MachineInstr &MI,
                                        llvm::MachineBasicBlock &MBB,
                                        llvm::MachineBasicBlock::iterator At,
                                        ShadowLookup Shadow);

  // The affine code (DeltaAffine.cpp).
  bool isAffine(llvm::Register S) const { return AffineShadows.count(S); }
  llvm::Register toAffine(const Place &P, llvm::Register S);
  void toAffine(const Place &P, llvm::Register To, llvm::Register From);
  llvm::Register toComplement(const Place &P, llvm::Register S);
  llvm::Register encodedToCompare(const Place &P, RegRef Value, unsigned Bits);
  llvm::MachineInstr *affineFlags(const llvm::MachineInstr &D, const Place &P,
                                  ShadowLookup Shadow);
  llvm::Register affineLowered(llvm::MachineInstr &MI, const Place &P,
                               ShadowLookup Shadow);
  llvm::Register slotAddress(const llvm::MachineInstr &MI, const Place &P,
                             ShadowLookup Shadow);

  llvm::MachineInstr *shadowLoad(llvm::MachineInstr &MI,
                                 const ShadowMemory::Object &O, const Place &P,
                                 ShadowLookup Shadow);
  void encodeAnew(const llvm::MachineInstr &Store,
                  const ShadowMemory::Object &O, unsigned Bytes, const Place &P);
  void beginAll(const ShadowMemory::Object &O);

  bool wide(llvm::MachineInstr &MI, const Place &P, ShadowLookup Shadow);
  llvm::MachineInstr *select(llvm::MachineInstr &MI, const Place &P,
                             ShadowLookup Shadow);
  unsigned condOf(const llvm::MachineInstr &Reader);

  bool readersOf(llvm::MachineInstr &D,
                 llvm::SmallVectorImpl<llvm::MachineInstr *> &Readers,
                 llvm::SmallVectorImpl<unsigned> &Conds) const;
  FlagPlan planFlags(const llvm::MachineInstr &D,
                     llvm::ArrayRef<unsigned> Conds,
                     ShadowLookup Shadow) const;
  static FlagView viewOf(FlagPlan How, llvm::ArrayRef<unsigned> Conds);
  llvm::MachineInstr *makeFlags(llvm::MachineInstr &D, FlagPlan How,
                                FlagView View, const Place &P,
                                ShadowLookup Shadow);
  bool carries(llvm::MachineInstr &D, ShadowLookup Shadow,
               llvm::SmallVectorImpl<llvm::MachineInstr *> &Chain) const;
  llvm::Register carried(llvm::MachineInstr &MI, const Place &P,
                         ShadowLookup Shadow, bool First);
  llvm::MachineInstr *repeatFlagsOfComplements(
      llvm::MachineInstr &D, llvm::MachineBasicBlock &MBB,
      llvm::MachineBasicBlock::iterator At, llvm::ArrayRef<unsigned> Conds,
      ShadowLookup Shadow, FlagView &View);

  const llvm::TargetInstrInfo &TII;
  DeltaDomains Domains;
  ShadowMemory Memory;
  bool OwnMemory, CheckLossy;
  int64_t A; ///< of the affine code
  llvm::DenseSet<llvm::Register> AffineShadows;
  /// Affine registers that are a complement times A.
  llvm::DenseMap<llvm::Register, llvm::Register> ScaledFrom;
  /// Complements of affine shadows, once a block.
  llvm::DenseMap<std::pair<const llvm::MachineBasicBlock *, llvm::Register>,
                 llvm::Register>
      ViewsOf;
  /// Readers of flags whose copies find others.
  llvm::DenseMap<const llvm::MachineInstr *, FlagView> ReadersOf;
  /// ADC and SBB whose copies find the inverted carry.
  llvm::DenseSet<const llvm::MachineInstr *> CarryReaders;
  /// Shadows whose definition encodes what the second copy computed plainly.
  llvm::DenseSet<llvm::Register> EncodedHere;
  /// What loads of a block use in place of a register, decoded once. A fault in
  /// it meets the check of what was loaded.
  llvm::DenseMap<std::pair<const llvm::MachineBasicBlock *, llvm::Register>,
                 llvm::Register>
      Addresses;
  /// First virtual register that the last repeatFlags made.
  unsigned FirstOwn = 0;
  DeltaStats Stats;
};

} // namespace crit
#endif

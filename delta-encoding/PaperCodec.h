//===- PaperCodec.h - two encoded copies, as published ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scheme of the paper, to be measured beside ours: two copies A1 * x and
// A2 * x, A1 - A2 = 2^8. Sums, differences and products are computed on both of
// them; everything else is decoded, done again (by the same instruction) and
// encoded, in each copy:
//
//   native                 first copy                second copy
//     r = ADD x, y           r1 = LEA [x1 + y1]        r2 = LEA [x2 + y2]
//     r = AND x, y           r1 = IMUL r, A1           x' = IMUL x2, 1/A2; y' ...
//                                                      t = AND x', y'
//                                                      r2 = IMUL t, A2
//     MOV [p], r             r = IMUL r1, 1/A1 (where  check IMUL r, A2 with r2
//                            r is an ADD)
//
// First the engine makes the second copy beside the native stream, then
// encodeMasters makes the first copy out of the native stream: what can be computed in
// the code is, and the native value is what it decodes to, where somebody
// wants it (memory, calls, operations that are not in the code).
// Kuvaiskii, Fetzer: Delta-encoding, DSN'15, doi 10.1109/DSN.2015.20. What is
// as published and what is not: docs/delta.md.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_PAPERCODEC_H
#define CRIT_DELTA_ENCODING_PAPERCODEC_H

#include "DeltaCodec.h"

namespace crit {

class PaperCodec : public IdentityCodec {
public:
  /// Of the pairs whose two codes both have an arithmetic distance of 5 at least.
  static constexpr int64_t A1 = 65483, A2 = 65227;

  PaperCodec(llvm::MachineFunction &MF, uint32_t DroppedChecks);
  void assignDomains() { Domains.assign(); }
  /// Behind ShadowStream::run.
  void encodeMasters(ShadowLookup Shadow);

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
  bool copiesFlags() const override { return false; }
  bool unfoldsAll() const override { return true; }

  const DeltaStats &stats() const { return Stats; }

private:
  struct Place {
    llvm::MachineBasicBlock &MBB;
    llvm::MachineBasicBlock::iterator At;
    llvm::DebugLoc DL;
  };
  /// Registers of a stream and what a row may need of it.
  using Lookup = llvm::function_ref<llvm::Register(llvm::Register)>;

  bool isCoded(llvm::Register S) const { return Coded.count(S); }
  llvm::Register times(const Place &P, llvm::Register R, int64_t Factor);
  void timesTo(const Place &P, llvm::Register To, llvm::Register R,
               int64_t Factor);
  /// Both write EFLAGS.
  llvm::Register decode(const Place &P, llvm::Register Code, int64_t A);
  llvm::Register partOf(const Place &P, llvm::Register R, unsigned Sub);
  /// MI as a row: operands in Code's registers (invalid: not in the code, so
  /// encoded here from Plain's).
  llvm::Register lowered(llvm::MachineInstr &MI, const Place &P, int64_t A,
                         Lookup Code, Lookup Plain);
  llvm::MachineInstr *codedFlags(const llvm::MachineInstr &D, const Place &P,
                                 ShadowLookup Shadow);

  // The first copy (PaperMasters.cpp).
  llvm::Register first(llvm::Register R);
  bool encodeMaster(llvm::MachineInstr &D, llvm::Register R);
  void keepMaster(llvm::MachineInstr &D, llvm::Register R);
  void decodeWhereUsed(llvm::MachineInstr &D, llvm::Register R,
                       const llvm::DenseSet<llvm::MachineInstr *> &Replaced);
  void removeUnusedFirsts(unsigned Own);

  const llvm::TargetInstrInfo &TII;
  DeltaDomains Domains;
  llvm::DenseSet<llvm::Register> Coded; ///< shadows A2 * x
  /// Decoded shadows, once a block.
  llvm::DenseMap<std::pair<const llvm::MachineBasicBlock *, llvm::Register>,
                 llvm::Register>
      ViewsOf;
  llvm::DenseMap<llvm::Register, llvm::Register> Firsts; ///< A1 * x by x
  llvm::DenseMap<const llvm::MachineBasicBlock *, unsigned> Depth;
  unsigned FirstOwn = 0;
  DeltaStats Stats;
};

} // namespace crit
#endif

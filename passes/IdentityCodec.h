//===- IdentityCodec.h - the second copy is a clone ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instruction-level redundancy (ILR): the shadow of an instruction is the same
// instruction on shadow registers, a shadow value equals its master bit by bit.
// Catches transient faults; a unit that is always wrong is wrong twice (that is
// what delta-encoding is for).
// HAFT, EuroSys'16, doi 10.1145/2901318.2901339.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_IDENTITYCODEC_H
#define CRIT_PASSES_IDENTITYCODEC_H

#include "Codec.h"

namespace crit {
class X86Table;

class IdentityCodec : public Codec {
public:
  explicit IdentityCodec(llvm::MachineFunction &MF, uint32_t DroppedChecks);

  bool handles(const llvm::TargetRegisterClass *RC) const override;
  llvm::MachineInstr *mirror(llvm::MachineInstr &MI,
                             llvm::MachineBasicBlock &MBB,
                             llvm::MachineBasicBlock::iterator At,
                             ShadowLookup Shadow) override;
  void adopt(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
             llvm::DebugLoc DL, RegRef Value, llvm::Register Shadow) override;
  bool check(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
             llvm::DebugLoc DL, crit_check_kind K, RegRef Value,
             RegRef Shadow) override;
  void checkConstant(llvm::MachineBasicBlock &MBB,
                     llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                     crit_check_kind K, llvm::Register Value,
                     int64_t Constant, unsigned Log2Width) override;
  bool verifyStore(llvm::MachineBasicBlock &MBB,
                   llvm::MachineBasicBlock::iterator At,
                   llvm::MachineInstr &Store, unsigned Mem,
                   llvm::ArrayRef<llvm::Register> ShadowAddress,
                   llvm::Register ShadowValue) override;
  llvm::Register pattern(llvm::MachineBasicBlock &MBB,
                         llvm::MachineBasicBlock::iterator At,
                         llvm::DebugLoc DL, RegRef Shadow) override;
  void checkPlainSlot(llvm::MachineBasicBlock &MBB,
                      llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                      crit_check_kind K, llvm::Register Value, int Slot,
                      unsigned Log2Width) override;
  bool checkAll(llvm::MachineBasicBlock &MBB,
                llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                crit_check_kind K,
                llvm::ArrayRef<std::pair<RegRef, RegRef>> Pairs) override;
  llvm::Register gather(llvm::MachineBasicBlock &MBB,
                        llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                        llvm::ArrayRef<std::pair<RegRef, RegRef>> Pairs,
                        llvm::Register Sum) override;
  llvm::Register nothing(llvm::MachineBasicBlock &MBB,
                         llvm::MachineBasicBlock::iterator At,
                         llvm::DebugLoc DL) override;
  bool verifyLoads(llvm::MachineBasicBlock &MBB,
                   llvm::MachineBasicBlock::iterator At,
                   llvm::MachineInstr &MasterLoad,
                   llvm::MachineInstr &ShadowLoad, llvm::Register NewMaster,
                   llvm::Register NewShadow) override;

protected:
  /// A register that is zero exactly if all pairs (of one class) are equal, and
  /// how to test it. Reg is 0 when there is no way.
  PseudoBuilder::Comparison difference(llvm::MachineBasicBlock &MBB,
                                       llvm::MachineBasicBlock::iterator At,
                                       llvm::DebugLoc DL,
                                       llvm::ArrayRef<std::pair<RegRef, RegRef>>
                                           Pairs);
  PseudoBuilder::Comparison
  maskDifference(llvm::MachineBasicBlock &MBB,
                 llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                 RegRef Value, RegRef Shadow);
  llvm::Register build(llvm::MachineBasicBlock &MBB,
                       llvm::MachineBasicBlock::iterator At, llvm::DebugLoc DL,
                       unsigned Opc, llvm::StringRef RC,
                       llvm::ArrayRef<llvm::Register> In);
  llvm::Register asClass(llvm::MachineBasicBlock &MBB,
                         llvm::MachineBasicBlock::iterator At,
                         llvm::DebugLoc DL, RegRef R,
                         const llvm::TargetRegisterClass *RC);
  unsigned bits(RegRef R) const;

  llvm::MachineFunction &MF;
  const X86Table &T;
  llvm::MachineRegisterInfo &MRI;
  const llvm::TargetRegisterInfo &TRI;
  uint32_t DroppedChecks; ///< bit per crit_check_kind, for tests
  bool Sse41, Avx, Avx2, Avx512;
};

} // namespace crit
#endif

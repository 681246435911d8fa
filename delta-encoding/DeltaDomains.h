//===- DeltaDomains.h - which code a value is in ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shadow of x is ~x, or A * ~x where that is cheaper or asked for. Values
// that are handed on as they are (PHIs, copies, conditional moves) make one web
// and are in one code; between webs a multiplication changes the code:
//
//   PHI i, n                  one web: a counter, affine
//   n  = ADD i, 4             n' = LEA [i' - 4 * A]
//   v  = MOV [p + 8 * i]      a  = IMUL i', 1/A; address from ~p', ~a
//   v2 = XOR v, w             complements: no row in the affine code
//   s  = ADD s0, v2           b  = LEA [v2' * A]; s' = LEA [s0' + b + A]
//
// From the complement to the affine code LEA does it if A is 3, 5 or 9; all
// else writes EFLAGS, so a web is affine only if none of its values changes the
// code where EFLAGS is live.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_DELTADOMAINS_H
#define CRIT_DELTA_ENCODING_DELTADOMAINS_H

#include "Options.h"
#include "X86Table.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"

namespace crit {

class DeltaDomains {
public:
  DeltaDomains(llvm::MachineFunction &MF, DeltaScheme Scheme, uint32_t A);
  /// Decides, for the function as it will be mirrored.
  void assign();
  bool any() const { return Affine.any(); }
  bool isAffine(llvm::Register R) const {
    return R.isVirtual() && R.virtRegIndex() < Web.size() &&
           Affine.test(Web[R.virtRegIndex()]);
  }
  /// The result is one of the operands, unchanged.
  static bool transports(const llvm::MachineInstr &MI, const X86Table &T);
  /// All readers of D's flags are in its block and ask whether it was zero.
  static bool onlyEquality(const llvm::MachineInstr &D, const X86Table &T);

private:
  void findFlags();
  bool fits(llvm::Register R) const;
  void choose();
  int price(llvm::Register R, bool AsAffine) const;
  int usePrice(llvm::Register R, const llvm::MachineInstr &U,
               bool AsAffine) const;
  int weight(const llvm::MachineInstr &MI) const;
  bool webIsAffine(llvm::Register R) const { return isAffine(R); }

  llvm::MachineFunction &MF;
  const X86Table &T;
  const llvm::MachineRegisterInfo &MRI;
  const llvm::TargetRegisterInfo &TRI;
  DeltaScheme Scheme;
  bool Cheap; ///< LEA multiplies by A
  std::vector<unsigned> Web;    ///< by virtual register
  llvm::BitVector Affine;       ///< by web
  std::vector<std::vector<llvm::Register>> Members;
  llvm::DenseSet<const llvm::MachineInstr *> FlagsBefore, FlagsAfter;
  llvm::DenseMap<const llvm::MachineBasicBlock *, unsigned> Depth;
};

} // namespace crit
#endif

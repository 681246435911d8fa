//===- X86Cond.h - conditions of x86 ---------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_X86COND_H
#define CRIT_PASSES_X86COND_H

namespace crit {

/// x86 condition codes as they stand in JCC, SETCC and CMOV operands.
enum X86Cond : unsigned {
  CC_O = 0, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A,
  CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G
};
inline unsigned invertCond(unsigned CC) { return CC ^ 1u; }
/// The condition that tells of (~a, ~b), or of ~a and -1, what CC tells of
/// (a, b), or of a and 0. Sign conditions only for the latter; overflow and
/// parity have none.
inline unsigned mirrorCond(unsigned CC) {
  constexpr unsigned char Mirror[] = {
      CC_O, CC_NO, CC_A, CC_BE, CC_E, CC_NE, CC_AE, CC_B,
      CC_G, CC_LE, CC_P, CC_NP, CC_G, CC_LE, CC_GE, CC_L};
  return Mirror[CC];
}

} // namespace crit
#endif

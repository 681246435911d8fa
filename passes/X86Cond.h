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

/// The condition that tells of (a + m, b + m), m the highest bit, what CC tells of
/// (a, b): signed orders become unsigned ones and the other way round. Equality
/// stays; others have none.
inline unsigned crossCond(unsigned CC) {
  constexpr unsigned char Cross[] = {
      CC_O, CC_NO, CC_L, CC_GE, CC_E, CC_NE, CC_LE, CC_G,
      CC_S, CC_NS, CC_P, CC_NP, CC_B, CC_AE, CC_BE, CC_A};
  return Cross[CC];
}

/// What flags that were made again are the flags of.
enum class FlagView : unsigned { Same, Mirrored, Crossed };

/// The condition to ask of them for CC.
inline unsigned viewCond(FlagView View, unsigned CC) {
  switch (View) {
  case FlagView::Same:
    break;
  case FlagView::Mirrored:
    return mirrorCond(CC);
  case FlagView::Crossed:
    return crossCond(mirrorCond(CC));
  }
  return CC;
}

} // namespace crit
#endif

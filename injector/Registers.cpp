//===- Registers.cpp - architectural state and bits in it -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Registers.h"

#include <cassert>
#include <cpuid.h>
#include <cstring>

namespace crit::inject {

const char *regKindName(RegKind K) {
  switch (K) {
  case RegKind::GPR:
    return "gpr";
  case RegKind::Vector:
    return "vector";
  case RegKind::Mask:
    return "mask";
  case RegKind::X87:
    return "x87";
  case RegKind::Flags:
    return "flags";
  }
  return "?";
}

std::string regName(const RegSlice &S) {
  static const char *const Gprs[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp",
                                       "rsi", "rdi", "r8",  "r9",  "r10", "r11",
                                       "r12", "r13", "r14", "r15"};
  switch (S.Kind) {
  case RegKind::GPR:
    return Gprs[S.Index & 15];
  case RegKind::Vector:
    return (S.Width > 256   ? "zmm"
            : S.Width > 128 ? "ymm"
                            : "xmm") +
           std::to_string(S.Index);
  case RegKind::Mask:
    return "k" + std::to_string(S.Index);
  case RegKind::X87:
    return "st" + std::to_string(S.Index);
  case RegKind::Flags:
    return "flags";
  }
  return "?";
}

static unsigned nthSetBit(uint32_t Mask, unsigned Nth) {
  for (unsigned B = 0; B < 32; ++B)
    if ((Mask >> B & 1) && Nth-- == 0)
      return B;
  return 32;
}

const char *flagName(uint32_t Mask, unsigned Nth) {
  switch (nthSetBit(Mask, Nth)) {
  case 0:
    return "CF";
  case 2:
    return "PF";
  case 6:
    return "ZF";
  case 7:
    return "SF";
  case 11:
    return "OF";
  default:
    return "?";
  }
}

unsigned long long &gprSlot(user_regs_struct &R, unsigned Index) {
  switch (Index) {
  case 0:
    return R.rax;
  case 1:
    return R.rcx;
  case 2:
    return R.rdx;
  case 3:
    return R.rbx;
  case 4:
    return R.rsp;
  case 5:
    return R.rbp;
  case 6:
    return R.rsi;
  case 7:
    return R.rdi;
  case 8:
    return R.r8;
  case 9:
    return R.r9;
  case 10:
    return R.r10;
  case 11:
    return R.r11;
  case 12:
    return R.r12;
  case 13:
    return R.r13;
  case 14:
    return R.r14;
  default:
    assert(Index == 15 && "not a general register");
    return R.r15;
  }
}

XSaveLayout::XSaveLayout() {
  ComponentOffset.fill(-1);
  ComponentOffset[0] = 0; // x87, legacy area
  ComponentOffset[1] = 0; // SSE, legacy area
  unsigned A, B, C, D;
  for (unsigned Comp : {2u, 5u, 6u, 7u})
    if (__get_cpuid_count(0xd, Comp, &A, &B, &C, &D) && A != 0)
      ComponentOffset[Comp] = static_cast<int>(B);
}

XSaveLayout::Place XSaveLayout::locate(const RegSlice &S, unsigned Bit) const {
  unsigned Abs = S.Offset + Bit;
  unsigned Comp;
  int Base;
  switch (S.Kind) {
  case RegKind::X87:
    Comp = 0;
    Base = 32 + 16 * S.Index;
    break;
  case RegKind::Mask:
    Comp = 5;
    Base = ComponentOffset[5] < 0 ? -1 : ComponentOffset[5] + 8 * S.Index;
    break;
  case RegKind::Vector:
    if (S.Index >= 16) {
      Comp = 7;
      Base = ComponentOffset[7] < 0 ? -1
                                    : ComponentOffset[7] + 64 * (S.Index - 16);
    } else if (Abs < 128) {
      Comp = 1;
      Base = 160 + 16 * S.Index;
    } else if (Abs < 256) {
      Comp = 2;
      Base = ComponentOffset[2] < 0 ? -1 : ComponentOffset[2] + 16 * S.Index;
      Abs -= 128;
    } else {
      Comp = 6;
      Base = ComponentOffset[6] < 0 ? -1 : ComponentOffset[6] + 32 * S.Index;
      Abs -= 256;
    }
    break;
  default:
    return {-1, 0, 0};
  }
  if (Base < 0)
    return {-1, 0, 0};
  return {Base + static_cast<int>(Abs / 8), Abs % 8, Comp};
}

FlipResult flipBit(MachineState &State, const RegSlice &S, unsigned Bit) {
  FlipResult R;
  assert(Bit < S.Width && "bit outside the operand");
  if (S.Kind == RegKind::GPR || S.Kind == RegKind::Flags) {
    bool IsFlags = S.Kind == RegKind::Flags;
    unsigned long long &Slot =
        IsFlags ? State.GPR.eflags : gprSlot(State.GPR, S.Index);
    unsigned Abs = IsFlags ? nthSetBit(S.FlagMask, Bit) : S.Offset + Bit;
    R.Old = Slot;
    Slot ^= 1ull << Abs;
    R.New = Slot;
    R.OK = true;
    return R;
  }
  static const XSaveLayout Layout;
  XSaveLayout::Place P = Layout.locate(S, Bit);
  if (P.ByteOffset < 0 ||
      static_cast<size_t>(P.ByteOffset) >= State.XState.size())
    return R;
  size_t Chunk = static_cast<size_t>(P.ByteOffset) & ~size_t(7);
  std::memcpy(&R.Old, &State.XState[Chunk], 8);
  State.XState[P.ByteOffset] ^= uint8_t(1u << P.BitInByte);
  std::memcpy(&R.New, &State.XState[Chunk], 8);
  // A component in its initial state is absent from XSTATE_BV, and the kernel
  // would restore zeros instead of the flipped bit.
  uint64_t Bv;
  std::memcpy(&Bv, &State.XState[512], 8);
  Bv |= 1ull << P.Component;
  std::memcpy(&State.XState[512], &Bv, 8);
  R.OK = true;
  return R;
}

} // namespace crit::inject

//===- RegistersTest.cpp - the bit that is meant, and no other ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Registers.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace crit::inject;

static MachineState zeroState() {
  MachineState S;
  S.XState.assign(4096, 0);
  return S;
}

/// Bits that differ, as numbers within general registers and XSAVE area,
/// without the component bitmap.
static unsigned bitsChanged(const MachineState &A, const MachineState &B) {
  unsigned N = 0;
  auto Count = [&](const void *P, const void *Q, size_t Size, bool Skip) {
    for (size_t I = 0; I < Size; ++I)
      if (!Skip || I < 512 || I >= 520)
        N += unsigned(__builtin_popcount(static_cast<const uint8_t *>(P)[I] ^
                                         static_cast<const uint8_t *>(Q)[I]));
  };
  Count(&A.GPR, &B.GPR, sizeof A.GPR, false);
  Count(A.XState.data(), B.XState.data(), A.XState.size(), true);
  return N;
}

TEST(Registers, General) {
  for (uint8_t R = 0; R < 16; ++R)
    for (unsigned Bit : {0u, 31u, 63u}) {
      MachineState S = zeroState();
      FlipResult F = flipBit(S, {RegKind::GPR, R, 0, 64, 0}, Bit);
      EXPECT_TRUE(F.OK);
      EXPECT_EQ(F.New, 1ull << Bit);
      EXPECT_EQ(gprSlot(S.GPR, R), 1ull << Bit);
      EXPECT_EQ(bitsChanged(zeroState(), S), 1u);
    }
}

TEST(Registers, HighByte) {
  MachineState S = zeroState();
  flipBit(S, {RegKind::GPR, 0, 8, 8, 0}, 3); // ah, bit 3
  EXPECT_EQ(S.GPR.rax, 1ull << 11);
}

TEST(Registers, Flags) {
  MachineState S = zeroState();
  RegSlice ZfOf{RegKind::Flags, 0, 0, 2, FlagZF | FlagOF};
  flipBit(S, ZfOf, 1);
  EXPECT_EQ(S.GPR.eflags, FlagOF);
  EXPECT_STREQ(flagName(FlagZF | FlagOF, 0), "ZF");
}

TEST(Registers, VectorIsOneBitWithItsComponent) {
  for (unsigned Bit : {0u, 127u, 128u, 255u, 256u, 511u}) {
    MachineState S = zeroState();
    FlipResult F = flipBit(S, {RegKind::Vector, 3, 0, 512, 0}, Bit);
    if (!F.OK)
      GTEST_SKIP() << "no AVX-512 here";
    EXPECT_EQ(bitsChanged(zeroState(), S), 1u);
    uint64_t Bv;
    std::memcpy(&Bv, &S.XState[512], 8);
    EXPECT_EQ(Bv, Bit < 128 ? 2u : Bit < 256 ? 4u : 64u);
  }
}

TEST(Registers, XmmOffset) {
  MachineState S = zeroState();
  flipBit(S, {RegKind::Vector, 5, 0, 128, 0}, 64);
  EXPECT_EQ(S.XState[160 + 5 * 16 + 8], 1);
}

TEST(Registers, TooSmallAreaIsRefused) {
  MachineState S;
  S.XState.assign(576, 0); // legacy area and header only
  EXPECT_FALSE(flipBit(S, {RegKind::Vector, 20, 0, 512, 0}, 0).OK);
}

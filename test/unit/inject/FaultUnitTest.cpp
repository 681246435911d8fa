//===- FaultUnitTest.cpp - the faulty unit, without and with faults -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Random.h"
#include "permanent/UnitDecoder.h"
#include "permanent/UnitFaults.h"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>

using namespace crit::inject;

namespace {

enum : uint64_t { CF = 1, PF = 4, ZF = 64, SF = 128, OF = 2048 };
constexpr uint64_t AllFlags = CF | PF | ZF | SF | OF;

struct State {
  uint64_t Rax, Rcx, Rdx, Flags, Mem;
};

/// Executes instructions on this processor.
class Native {
public:
  Native()
      : Page(static_cast<uint8_t *>(mmap(nullptr, 4096,
                                         PROT_READ | PROT_WRITE | PROT_EXEC,
                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
  }
  ~Native() { munmap(Page, 4096); }
  void run(const std::vector<uint8_t> &Insn, State &S) {
    std::vector<uint8_t> C = {0x48, 0x8b, 0x07, 0x48, 0x8b, 0x4f, 0x08, 0x48,
                              0x8b, 0x57, 0x10, 0xff, 0x77, 0x18, 0x9d};
    C.insert(C.end(), Insn.begin(), Insn.end());
    const uint8_t End[] = {0x48, 0x89, 0x07, 0x48, 0x89, 0x4f, 0x08, 0x48,
                           0x89, 0x57, 0x10, 0x9c, 0x8f, 0x47, 0x18, 0xc3};
    C.insert(C.end(), std::begin(End), std::end(End));
    std::memcpy(Page, C.data(), C.size());
    S.Flags |= 0x202;
    reinterpret_cast<void (*)(State *)>(Page)(&S);
    S.Flags &= AllFlags;
  }

private:
  uint8_t *Page;
};

CritFault noFault() {
  CritFault F{};
  F.Budget = 1ll << 60;
  F.Thread = F.Core = -1;
  return F;
}

void simulate(const std::vector<uint8_t> &Insn, State &S, CritFault &Fault) {
  auto Site = decodeUnit(0, Insn.data(), Insn.size());
  ASSERT_TRUE(Site);
  CritFrame F{};
  F.Rax = S.Rax;
  F.Rcx = S.Rcx;
  F.Rdx = S.Rdx;
  F.Rdi = reinterpret_cast<uint64_t>(&S);
  F.Flags = (S.Flags & 0xff) << 8 | (S.Flags & OF ? 1 : 0);
  critFaultUnit(&F, &*Site, &Fault);
  S.Rax = F.Rax;
  S.Rcx = F.Rcx;
  S.Rdx = F.Rdx;
  S.Flags = ((F.Flags >> 8 & 0xff) | (F.Flags & 1 ? OF : 0)) & AllFlags;
}

using Bytes = std::vector<uint8_t>;

/// Every form, with registers rax (reg) and rcx (rm), ah and dl, and memory.
std::vector<Bytes> allForms() {
  std::vector<Bytes> V;
  auto Widths = [&](Bytes Op, Bytes Tail8, Bytes Tail16, Bytes Tail32) {
    Bytes B = Op;
    --B.back();
    B.insert(B.end(), Tail8.begin(), Tail8.end());
    V.push_back(B); // 8 bits
    for (int W = 0; W < 3; ++W) {
      B = W == 0 ? Bytes{0x66} : W == 2 ? Bytes{0x48} : Bytes{};
      B.insert(B.end(), Op.begin(), Op.end());
      const Bytes &T = W == 0 ? Tail16 : Tail32;
      B.insert(B.end(), T.begin(), T.end());
      V.push_back(B);
    }
  };
  auto Same = [&](Bytes Op, Bytes Tail) { Widths(Op, Tail, Tail, Tail); };
  for (uint8_t Op = 0; Op < 8; ++Op)
    for (Bytes Modrm : {Bytes{0xc1}, Bytes{0x47, 0x20}, Bytes{0xe2}}) {
      if (Modrm[0] == 0xe2) { // ah with dl: 8 bits only
        V.push_back({static_cast<uint8_t>(Op * 8), 0xe2});
        continue;
      }
      Same({static_cast<uint8_t>(Op * 8 + 1)}, Modrm);
      Same({static_cast<uint8_t>(Op * 8 + 3)}, Modrm);
      Bytes G = Modrm;
      G[0] = static_cast<uint8_t>((G[0] & 0xc7) | Op << 3);
      Bytes I8 = G, I16 = G, I32 = G;
      I8.push_back(0x9c);
      I16.insert(I16.end(), {0x34, 0x92});
      I32.insert(I32.end(), {0x78, 0x56, 0x34, 0x92});
      Widths({0x81}, I8, I16, I32);
      V.push_back({0x48, 0x83});
      V.back().insert(V.back().end(), I8.begin(), I8.end());
    }
  for (uint8_t Op : {0, 1, 4, 5, 7}) // shifts
    for (uint8_t N : {0, 1, 3, 7, 15, 31, 33, 63}) {
      Same({0xc1}, {static_cast<uint8_t>(0xc0 | Op << 3), N});
      if (N == 1) {
        Same({0xd1}, {static_cast<uint8_t>(0xc0 | Op << 3)});
        Same({0xd3}, {static_cast<uint8_t>(0xc0 | Op << 3)});
        Same({0xd1}, {static_cast<uint8_t>(0x47 | Op << 3), 0x20});
      }
    }
  for (uint8_t Op : {2, 3, 4, 5}) { // not neg mul imul
    Same({0xf7}, {static_cast<uint8_t>(0xc1 | Op << 3)});
    Same({0xf7}, {static_cast<uint8_t>(0x47 | Op << 3), 0x20});
  }
  for (uint8_t Op : {0, 1}) // inc dec
    Same({0xff}, {static_cast<uint8_t>(0xc1 | Op << 3)});
  Same({0x85}, {0xc1});
  Widths({0xf7}, {0xc1, 0x5a}, {0xc1, 0x5a, 0x80}, {0xc1, 1, 2, 3, 0x80});
  for (Bytes P : {Bytes{}, Bytes{0x66}, Bytes{0x48}}) {
    auto Add = [&](Bytes B) {
      B.insert(B.begin(), P.begin(), P.end());
      V.push_back(B);
    };
    Add({0x0f, 0xaf, 0xc1});
    Add({0x0f, 0xaf, 0x47, 0x20});
    Add({0x6b, 0xc1, 0xf3});
    for (uint8_t Op : {0xb6, 0xb7, 0xbe, 0xbf})
      if (P.empty() || P[0] != 0x66)
        Add({0x0f, Op, 0x47, 0x20});
    Add({0x8b, 0x47, 0x20});
    Add({0x8d, 0x44, 0x08, 0x10});
    Add({0x8d, 0x04, 0x88});
    Add({0x8d, 0x44, 0x8a, 0xf0});
  }
  V.push_back({0x48, 0x63, 0x47, 0x20});
  V.push_back({0x8a, 0x67, 0x20}); // mov mem, ah
  return V;
}

/// Flags that are defined after an instruction.
uint64_t definedFlags(const CritSite &S, const State &Before) {
  switch (S.Unit) {
  case CRIT_UNIT_Mul:
    return CF | OF;
  case CRIT_UNIT_Div:
    return 0;
  case CRIT_UNIT_Shift: {
    unsigned N = (S.Src == CRIT_OPND_IMM ? S.Imm : Before.Rcx) &
                 (S.Width == 8 ? 63 : 31);
    uint64_t F = S.Op >= CRIT_OP_ROL ? CF : AllFlags & ~OF;
    if (S.Op < CRIT_OP_ROL && N >= 8u * S.Width)
      F &= ~CF;
    return N == 0 ? AllFlags : N == 1 ? F | OF : F;
  }
  default:
    return AllFlags;
  }
}

TEST(FaultUnit, WithoutFaultIsTheProcessor) {
  Native Cpu;
  Random R(1, 1);
  unsigned Compared = 0;
  for (const Bytes &Insn : allForms())
    for (int Round = 0; Round < 300; ++Round) {
      State S{};
      auto Value = [&] {
        uint64_t V = R.next();
        return Round % 3 == 0 ? V >> R.below(64) : Round % 7 ? V : V & 1 ? ~0ull : 0;
      };
      S.Rax = Value();
      S.Rcx = Value();
      S.Rdx = Value();
      S.Mem = Value();
      S.Flags = R.next() & AllFlags;
      State Before = S, Real = S;
      Cpu.run(Insn, Real);
      CritFault None = noFault();
      simulate(Insn, S, None);
      auto Site = decodeUnit(0, Insn.data(), Insn.size());
      std::string Where;
      for (uint8_t B : Insn)
        Where += " " + std::to_string(B);
      ASSERT_EQ(S.Rax, Real.Rax) << Where << " round " << Round;
      ASSERT_EQ(S.Rcx, Real.Rcx) << Where;
      ASSERT_EQ(S.Rdx, Real.Rdx) << Where;
      ASSERT_EQ(S.Mem, Real.Mem) << Where;
      uint64_t M = definedFlags(*Site, Before);
      ASSERT_EQ(S.Flags & M, Real.Flags & M) << Where << " round " << Round;
      ++Compared;
    }
  EXPECT_GT(Compared, 40000u);
}

TEST(FaultUnit, Division) {
  Native Cpu;
  Random R(2, 1);
  for (const Bytes &Insn :
       {Bytes{0x48, 0xf7, 0xf1}, Bytes{0x48, 0xf7, 0xf9}, Bytes{0xf7, 0xf1},
        Bytes{0xf7, 0xf9}, Bytes{0x66, 0xf7, 0xf1}, Bytes{0x66, 0xf7, 0xf9},
        Bytes{0xf6, 0xf1}, Bytes{0xf6, 0xf9}})
    for (int Round = 0; Round < 200; ++Round) {
      bool Signed = Insn.back() == 0xf9;
      State S{};
      S.Rcx = R.next() | 0x4040404040404040ull;
      S.Rax = R.next();
      if (Signed) // small and positive: no overflow
        S.Rcx &= 0x7f7f7f7f7f7f7f7full;
      if (Insn[0] == 0xf6)
        S.Rax &= Signed ? 0x1fff : 0x3fff;
      State Real = S;
      Cpu.run(Insn, Real);
      CritFault None = noFault();
      simulate(Insn, S, None);
      ASSERT_EQ(S.Rax, Real.Rax);
      ASSERT_EQ(S.Rdx, Real.Rdx);
    }
}

/// rax op rcx with a fault; the result.
uint64_t faulty(CritFault F, Bytes Insn, uint64_t A, uint64_t B,
                uint64_t *Flags = nullptr) {
  F.Budget = 1ll << 60;
  F.Thread = F.Core = -1;
  State S{A, B, 0, 0, 0};
  simulate(Insn, S, F);
  if (Flags)
    *Flags = S.Flags;
  return S.Rax;
}

const Bytes Add{0x48, 0x01, 0xc8}, Sub{0x48, 0x29, 0xc8}, And{0x48, 0x21, 0xc8},
    Imul{0x48, 0x0f, 0xaf, 0xc1}, Cmp{0x48, 0x39, 0xc8}, Shr{0x48, 0xd3, 0xe8};

CritFault fault(unsigned Unit, unsigned Kind, unsigned Bit, unsigned Pol = 0) {
  CritFault F{};
  F.Unit = Unit;
  F.Kind = Kind;
  F.Bit = Bit;
  F.Polarity = Pol;
  return F;
}

/// One bit after the other, as the wires are.
uint64_t ripple(uint64_t A, uint64_t B, unsigned Carry, unsigned K, unsigned Kind) {
  uint64_t R = 0;
  for (unsigned I = 0; I < 64; ++I) {
    if (I == K)
      Carry = Kind == CRIT_KIND_Carry0   ? 0
              : Kind == CRIT_KIND_Carry1 ? 1
                                         : !Carry;
    unsigned X = A >> I & 1, Y = B >> I & 1;
    R |= uint64_t(X ^ Y ^ Carry) << I;
    Carry = (X & Y) | (Carry & (X | Y));
  }
  return R;
}

TEST(FaultUnit, BrokenCarry) {
  Random R(3, 1);
  for (unsigned Kind : {CRIT_KIND_Carry0, CRIT_KIND_Carry1, CRIT_KIND_CarryX})
    for (int Round = 0; Round < 2000; ++Round) {
      uint64_t A = R.next(), B = R.next();
      unsigned K = 1 + unsigned(R.below(63));
      CritFault F = fault(CRIT_UNIT_Add, Kind, K);
      ASSERT_EQ(faulty(F, Add, A, B), ripple(A, B, 0, K, Kind));
      ASSERT_EQ(faulty(F, Sub, A, B), ripple(A, ~B, 1, K, Kind));
      uint64_t Flags, D = ripple(A, ~B, 1, K, Kind);
      faulty(F, Cmp, A, B, &Flags);
      ASSERT_EQ((Flags & ZF) != 0, D == 0);
      ASSERT_EQ((Flags & SF) != 0, D >> 63 == 1);
    }
}

TEST(FaultUnit, Multiplier) {
  Random R(4, 1);
  for (int Round = 0; Round < 2000; ++Round) {
    uint64_t A = R.next(), B = R.next();
    unsigned I = unsigned(R.below(64)), J = unsigned(R.below(64));
    uint64_t Sum = 0, Row = 0; // the array, cell by cell
    for (unsigned Y = 0; Y < 64; ++Y)
      for (unsigned X = 0; X + Y < 64; ++X) {
        uint64_t C = A >> X & B >> Y & 1;
        Row += Y == I ? 0 : C << (X + Y);
        Sum += (X == I && Y == J ? 1 : C) << (X + Y);
      }
    ASSERT_EQ(faulty(fault(CRIT_UNIT_Mul, CRIT_KIND_Row, I), Imul, A, B), Row);
    CritFault F = fault(CRIT_UNIT_Mul, CRIT_KIND_Cell, I, 1);
    F.Bit2 = J;
    ASSERT_EQ(faulty(F, Imul, A, B), Sum);
  }
}

TEST(FaultUnit, ResultFaults) {
  uint64_t A = 0x0123456789abcdefull, B = 0xfedcba9876543210ull, R = A & B;
  auto Logic = [&](unsigned Kind, unsigned Bit, unsigned Pol = 0) {
    return faulty(fault(CRIT_UNIT_Logic, Kind, Bit, Pol), And, A, ~B);
  };
  R = A & ~B;
  EXPECT_EQ(Logic(CRIT_KIND_Stuck, 5, 1), R | 32);
  EXPECT_EQ(Logic(CRIT_KIND_Stuck, 5, 0), R & ~32ull);
  EXPECT_EQ(Logic(CRIT_KIND_Inverted, 63), R ^ 1ull << 63);
  EXPECT_EQ(Logic(CRIT_KIND_Zero, 0), 0u);
  EXPECT_EQ(Logic(CRIT_KIND_Lane, 10, 1), R | 0xff00);
  EXPECT_EQ(Logic(CRIT_KIND_Bridged, 4, 1), R | ((R & 0x30) ? 0x30 : 0));
  EXPECT_EQ(Logic(CRIT_KIND_Bridged, 4, 0),
            (R & 0x30) == 0x30 ? R : R & ~0x30ull);
  // Another unit is not touched.
  EXPECT_EQ(faulty(fault(CRIT_UNIT_Logic, CRIT_KIND_Zero, 0), Add, 2, 3), 5u);
  CritFault L = fault(CRIT_UNIT_Add, CRIT_KIND_Latch, 3, 1);
  L.Latch = 1;
  EXPECT_EQ(faulty(L, Add, 100, 1), 109u);
  CritFault T = fault(CRIT_UNIT_Add, CRIT_KIND_Trigger4, 0);
  T.From = CRIT_OP_ADD;
  T.PatternA = 7;
  T.PatternB = 9;
  T.Mask = 0x100;
  EXPECT_EQ(faulty(T, Add, 0x17, 0x29), (0x17u + 0x29u) ^ 0x100);
  EXPECT_EQ(faulty(T, Add, 0x18, 0x29), 0x18u + 0x29u);
  CritFault P = fault(CRIT_UNIT_Shift, CRIT_KIND_Replaced, 0);
  P.From = CRIT_OP_SHR;
  P.To = CRIT_OP_SAR;
  EXPECT_EQ(faulty(P, Shr, ~0ull << 8, 4), ~0ull << 4);
  uint64_t Flags;
  faulty(fault(CRIT_UNIT_Compare, CRIT_KIND_Inverted, 1), Cmp, 5, 5, &Flags);
  EXPECT_EQ(Flags & ZF, 0u);
}

TEST(FaultUnit, StateBetweenExecutions) {
  CritFault F = fault(CRIT_UNIT_Add, CRIT_KIND_Delay, 0);
  F.Budget = 1 << 20;
  F.Thread = F.Core = -1;
  State S{2, 40, 0, 0, 0};
  simulate(Add, S, F);
  EXPECT_EQ(S.Rax, 42u);
  S = {3, 1, 0, 0, 0}; // bit 0 of the first operand rises
  simulate(Add, S, F);
  EXPECT_EQ(S.Rax, 42u);
  S = {5, 1, 0, 0, 0}; // it stays
  simulate(Add, S, F);
  EXPECT_EQ(S.Rax, 6u);
  F = fault(CRIT_UNIT_Add, CRIT_KIND_Inverted, 0);
  F.Budget = 1 << 20;
  F.Thread = F.Core = -1;
  F.First = 2;
  F.Window = 3;
  for (int I = 0; I < 8; ++I) {
    S = {10, 10, 0, 0, 0};
    simulate(Add, S, F);
    EXPECT_EQ(S.Rax, I >= 2 && I < 5 ? 21u : 20u);
  }
  EXPECT_EQ(F.Active, 3u);
  EXPECT_EQ(F.Hits, 8u);
}

TEST(FaultUnit, Probability) {
  CritFault F = fault(CRIT_UNIT_Add, CRIT_KIND_Intermittent, 0);
  F.Budget = 1 << 20;
  F.Thread = F.Core = -1;
  F.Threshold = ~0ull / 20;
  for (int I = 0; I < 100000; ++I) {
    State S{1, 2, 0, 0, 0};
    simulate(Add, S, F);
  }
  EXPECT_NEAR(double(F.Active), 5000, 300);
}

TEST(UnitFaults, EveryKindCanBeDrawnForEachOfItsUnits) {
  Random R(5, 1);
  PermanentOptions O;
  CritFault Base{};
  Base.Count = 1000;
  for (UnitKind UK : chosenFaults(O))
    for (int I = 0; I < 50; ++I) {
      CritFault F = drawUnitFault(O, UK, Base, R);
      EXPECT_EQ(F.Kind, UK.Kind);
      EXPECT_LT(F.Bit, 64u);
      EXPECT_FALSE(describeUnitFault(F).empty());
    }
  EXPECT_GT(chosenFaults(O).size(), 80u);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every row of Lowerings.def, the very expressions that make machine code,
// computed on numbers: exhaustively at 8 bits, on edge and random values at 16,
// 32 and 64. Rows of the codes with a multiplier for several A.
#include "LoweringSteps.h"
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

enum : unsigned { W8 = 8, W16 = 16, W32 = 32, W64 = 64 };
enum class Form { RR, R, RI, RRI, RK, RC, ZX8, ZX16, BI, B, I };
using u64 = uint64_t;

u64 mask(unsigned W) { return W == 64 ? ~u64(0) : (u64(1) << W) - 1; }
int64_t sext(u64 X, unsigned W) {
  return W == 64 ? int64_t(X) : int64_t(X << (64 - W)) >> (64 - W);
}

struct In {
  u64 x = 0, y = 0;
  int64_t c = 0;
  unsigned k = 0, n = 0, s = 1;
  int64_t A = 3;
};

const int64_t Multipliers[] = {3, 5, 9, 11, 58659, 65227, 65483, 2147483647};

/// What the native instruction computes; operands are zero-extended.
struct Native {
  unsigned W;
  u64 sar(u64 X, unsigned K) const {
    return u64(sext(X, W) >> (K > 63 ? 63 : K));
  }
  u64 rol(u64 X, unsigned K) const {
    K %= W;
    return K ? X << K | X >> (W - K) : X;
  }
  u64 ror(u64 X, unsigned K) const { return rol(X, (W - K % W) % W); }
  u64 bswap(u64 X) const {
    u64 R = 0;
    for (unsigned I = 0; I < W; I += 8)
      R |= (X >> I & 0xff) << (W - 8 - I);
    return R;
  }
};

/// The back end of Lowerings.def on numbers. Shifts are wide enough never to be
/// undefined; counts are masked by the caller as the instruction does.
struct Numbers : crit::LoweringSteps<Numbers, u64> {
  Numbers(unsigned W, unsigned N, u64 Inverse = 1)
      : W(W), N(N), Inverse(Inverse), Op{W} {}
  unsigned W, N; ///< width, what CL holds
  u64 Inverse;   ///< 1 / A, of complements 1
  Native Op;
  u64 cut(u64 X) const { return X & mask(W); }
  u64 lea(u64 A, unsigned S, u64 B, int64_t D) const { return cut(A + S * B + u64(D)); }
  u64 lead(u64 A, int64_t D) const { return cut(A + u64(D)); }
  u64 leas(unsigned S, u64 B, int64_t D) const { return cut(S * B + u64(D)); }
  u64 iori(u64 A, int64_t C) const { return cut(A | u64(C)); }
  u64 coni(u64 A, int64_t C) const { return cut(A & u64(C)); }
  u64 exori(u64 A, int64_t C) const { return cut(A ^ u64(C)); }
  u64 muli(u64 A, int64_t C) const { return cut(A * u64(C)); }
  u64 sub(u64 A, u64 B) const { return cut(A - B); }
  u64 ior(u64 A, u64 B) const { return A | B; }
  u64 con(u64 A, u64 B) const { return A & B; }
  u64 exor(u64 A, u64 B) const { return A ^ B; }
  u64 mul(u64 A, u64 B) const { return cut(A * B); }
  u64 inv(u64 A) const { return cut(~A); }
  bool Multiple = false; ///< codes are A * x
  u64 plain(u64 A) const {
    return Multiple ? cut(A * Inverse) : inv(A * Inverse);
  }
  u64 swap(u64 A) const { return Op.bswap(A); }
  u64 shl(u64 A, unsigned K) const { return cut(A << K); }
  u64 shlc(u64 A) const { return cut(A << N); }
  u64 sar(u64 A, unsigned K) const { return cut(Op.sar(A, K)); }
  u64 sarc(u64 A) const { return sar(A, N); }
  u64 rol(u64 A, unsigned K) const { return cut(Op.rol(A, K)); }
  u64 rolc(u64 A) const { return rol(A, N); }
  u64 ror(u64 A, unsigned K) const { return cut(Op.ror(A, K)); }
  u64 rorc(u64 A) const { return ror(A, N); }
  u64 one() const { return 1; }
  u64 ones() const { return mask(W); }
  u64 shrd(u64 A, u64 Ones, unsigned K) const {
    return K ? cut(A >> K | Ones << (W - K)) : A;
  }
  u64 shrdc(u64 A, u64 Ones) const { return shrd(A, Ones, N); }
  u64 low8(u64 A) const { return A & 0xff; }
  u64 low16(u64 A) const { return A & 0xffff; }
};

struct Row {
  const char *Name;
  Form F;
  unsigned Widths;
  std::function<u64(unsigned, const In &)> Native, Encoded;
  bool Affine;
};

const std::vector<Row> &rows() {
  static const std::vector<Row> R = {
#define NATIVE_OF(NATIVE)                                                      \
   [](unsigned W, const In &V) -> u64 {                                        \
     Native Op{W};                                                             \
     auto sar = [&](u64 X, unsigned K) { return Op.sar(X, K); };               \
     auto rol = [&](u64 X, unsigned K) { return Op.rol(X, K); };               \
     auto ror = [&](u64 X, unsigned K) { return Op.ror(X, K); };               \
     auto bswap = [&](u64 X) { return Op.bswap(X); };                          \
     u64 x = V.x, y = V.y, c = u64(V.c), s = V.s;                              \
     unsigned k = V.k, n = V.n;                                                \
     (void)x, (void)y, (void)c, (void)s, (void)k, (void)n, (void)sar,          \
         (void)rol, (void)ror, (void)bswap;                                    \
     return (NATIVE) & mask(W);                                                \
   }
#define CRIT_DELTA(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)                      \
  {#FAMILY " " #FORM, Form::FORM, WIDTHS, NATIVE_OF(NATIVE),                   \
   [](unsigned W, const In &V) -> u64 {                                        \
     Numbers B{W, V.n};                                                        \
     u64 a = ~V.x & mask(W), b = ~V.y & mask(W);                               \
     int64_t c = V.c;                                                          \
     unsigned k = V.k, s = V.s;                                                \
     (void)a, (void)b, (void)c, (void)k, (void)s;                              \
     return ~(ENCODED) & mask(W);                                              \
   },                                                                          \
   false},
#define CRIT_DELTA_AFFINE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)               \
  {"affine " #FAMILY " " #FORM, Form::FORM, WIDTHS, NATIVE_OF(NATIVE),         \
   [](unsigned W, const In &V) -> u64 {                                        \
     int64_t A = V.A;                                                          \
     Numbers B{W, V.n, crit::inverseOf(u64(A))};                                       \
     u64 a = u64(A) * ~V.x & mask(W), b = u64(A) * ~V.y & mask(W);             \
     int64_t c = V.c;                                                          \
     unsigned k = V.k, s = V.s;                                                \
     (void)a, (void)b, (void)c, (void)k, (void)s;                              \
     return ~((ENCODED) * crit::inverseOf(u64(A))) & mask(W);                          \
   },                                                                          \
   true},
#define CRIT_DELTA_MULTIPLE(FAMILY, FORM, WIDTHS, NATIVE, ENCODED)             \
  {"multiple " #FAMILY " " #FORM, Form::FORM, WIDTHS, NATIVE_OF(NATIVE),       \
   [](unsigned W, const In &V) -> u64 {                                        \
     int64_t A = V.A;                                                          \
     Numbers B{W, V.n, crit::inverseOf(u64(A))};                               \
     B.Multiple = true;                                                        \
     u64 a = u64(A) * V.x & mask(W), b = u64(A) * V.y & mask(W);               \
     int64_t c = V.c;                                                          \
     unsigned s = V.s;                                                         \
     (void)a, (void)b, (void)c, (void)s;                                       \
     return (ENCODED) * crit::inverseOf(u64(A)) & mask(W);                     \
   },                                                                          \
   true},
#include "Lowerings.def"
  };
  return R;
}

void expectSame(const Row &R, unsigned W, const In &V) {
  u64 Want = R.Native(W, V), Got = R.Encoded(W, V);
  if (Want != Got)
    FAIL() << R.Name << " at " << W << " bits: x=" << V.x << " y=" << V.y
           << " A=" << V.A << " c=" << V.c << " k=" << V.k << " n=" << V.n << " s=" << V.s
           << ": " << Want << " became " << Got;
}

bool usesY(Form F) { return F == Form::RR || F == Form::BI || F == Form::I; }
bool usesC(Form F) {
  return F == Form::RI || F == Form::RRI || F == Form::BI || F == Form::B ||
         F == Form::I;
}
bool usesCount(Form F) { return F == Form::RK || F == Form::RC; }
bool usesScale(Form F) { return F == Form::BI || F == Form::I; }

/// Shift counts of the width, as the instruction masks them. Wider ones than a
/// narrow operand leave the model of SHRD, which has no such form.
unsigned counts(const Row &R, unsigned W) {
  if (!usesCount(R.F))
    return 1;
  return W == 64 ? 64 : (R.Widths & W) ? 32 : W;
}

TEST(Lowerings, AllValuesAt8Bits) {
  for (const Row &R : rows()) {
    if (R.F == Form::ZX16)
      continue; // needs more bits than there are
    unsigned Ys = usesY(R.F) || usesC(R.F) ? 256 : 1;
    unsigned Cs = usesY(R.F) && usesC(R.F) ? 256 : 1;
    for (unsigned S : usesScale(R.F) ? std::vector<unsigned>{1, 2, 4, 8}
                                     : std::vector<unsigned>{1})
      for (unsigned K = 0; K != counts(R, 8); ++K)
        for (unsigned X = 0; X != 256; ++X)
          for (unsigned Y = 0; Y != Ys; ++Y)
            for (unsigned C = 0; C < Cs; C += 5) {
              In V;
              V.x = X;
              V.y = usesY(R.F) ? Y : 0;
              V.c = usesY(R.F) ? sext(C, 8) : sext(Y, 8);
              V.k = V.n = K;
              V.s = S;
              for (int64_t A : Multipliers) {
                V.A = A;
                expectSame(R, 8, V);
                if (HasFatalFailure())
                  return;
                if (!R.Affine)
                  break;
              }
            }
  }
}

/// CRIT_DELTA_RANDOM: inputs a row and width (default 20,000).
TEST(Lowerings, EdgesAndRandomAt16To64Bits) {
  const char *E = getenv("CRIT_DELTA_RANDOM");
  unsigned long Count = E ? strtoul(E, nullptr, 10) : 20000;
  std::mt19937_64 Rng(20150622);
  for (const Row &R : rows())
    for (unsigned W : {W16, W32, W64}) {
      if (!(R.Widths & W))
        continue;
      std::vector<u64> Edges = {0, 1, 2, 3};
      for (unsigned B = 2; B < W; ++B)
        for (int D : {-1, 0, 1})
          Edges.push_back((u64(1) << B) + u64(D));
      for (u64 &V : std::vector<u64>(Edges))
        Edges.push_back(~V & mask(W));
      auto Value = [&] {
        return (Rng() & 3 ? Rng() >> (Rng() & 63) : Edges[Rng() % Edges.size()]) &
               mask(W);
      };
      auto One = [&](u64 X, u64 Y) {
        In V;
        V.x = X;
        V.y = Y;
        // Constants are 32 bits; the codec decodes where c - 1 or -c would not
        // fit, arithmetic here is modulo the width anyway.
        V.c = sext(Value(), W < 32 ? W : 32);
        V.k = V.n = Rng() % counts(R, W);
        V.s = 1u << (Rng() & 3);
        if (R.Affine)
          V.A = Multipliers[Rng() % std::size(Multipliers)];
        expectSame(R, W, V);
      };
      for (u64 X : Edges)
        for (u64 Y : Edges) {
          One(X, Y);
          if (HasFatalFailure())
            return;
        }
      for (unsigned long I = 0; I != Count; ++I) {
        One(Value(), Value());
        if (HasFatalFailure())
          return;
      }
    }
}

/// A wrong row must be seen: the published product, two's complement, a shift
/// that lets zeros in.
TEST(Lowerings, WrongRowsAreSeen) {
  Numbers B{8, 0};
  auto Differs = [](auto Native, auto Encoded) {
    unsigned N = 0;
    for (unsigned X = 0; X != 256; ++X)
      for (unsigned Y = 0; Y != 256; ++Y)
        N += (Native(X, Y) & 0xff) !=
             (~Encoded(~X & 0xffu, ~Y & 0xffu) & 0xff);
    return N;
  };
  EXPECT_NE(Differs([](u64 X, u64 Y) { return X + Y; },
                    [&](u64 A, u64 C) { return B.lea(A, 1, C, 0); }),
            0u);
  EXPECT_NE(Differs([](u64 X, u64 Y) { return X & Y; },
                    [&](u64 A, u64 C) { return B.con(A, C); }),
            0u);
  EXPECT_NE(Differs([](u64 X, u64) { return X >> 3; },
                    [&](u64 A, u64) { return A >> 3; }),
            0u);
  // A sum of affine codes without its constant.
  unsigned N = 0;
  for (unsigned X = 0; X != 256; ++X)
    N += B.cut(3 * ~u64(X) + 3 * ~u64(7)) != B.cut(3 * ~u64(X + 7));
  EXPECT_NE(N, 0u);
}

} // namespace

//===- UnitFaults.cpp - drawing permanent and design faults ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitFaults.h"

#include "TargetImage.h"

#include <algorithm>
#include <cstring>

namespace crit::inject {

namespace {
struct UnitFacts {
  const char *Name, *Doc;
};
struct KindFacts {
  const char *Name, *Units, *Doc;
};
const UnitFacts Units[] = {
#define CRIT_UNIT(Id, Name, Doc) {Name, Doc},
#include "UnitKinds.def"
};
const KindFacts Kinds[] = {
    {"none", "", ""},
#define CRIT_KIND(Id, Name, Units, Doc) {Name, Units, Doc},
#include "UnitKinds.def"
};
const char UnitLetters[] = "amlsdcLbr";

struct Replacement {
  unsigned Unit, From, To;
};
const Replacement Replacements[] = {
    {CRIT_UNIT_Add, CRIT_OP_ADD, CRIT_OP_SUB},
    {CRIT_UNIT_Add, CRIT_OP_SUB, CRIT_OP_ADD},
    {CRIT_UNIT_Add, CRIT_OP_ADD, CRIT_OP_OR},
    {CRIT_UNIT_Add, CRIT_OP_ADD, CRIT_OP_XOR},
    {CRIT_UNIT_Mul, CRIT_OP_IMUL, CRIT_OP_ADD},
    {CRIT_UNIT_Mul, CRIT_OP_MULW, CRIT_OP_ADD},
    {CRIT_UNIT_Logic, CRIT_OP_AND, CRIT_OP_OR},
    {CRIT_UNIT_Logic, CRIT_OP_OR, CRIT_OP_XOR},
    {CRIT_UNIT_Logic, CRIT_OP_XOR, CRIT_OP_OR},
    {CRIT_UNIT_Logic, CRIT_OP_XOR, CRIT_OP_AND},
    {CRIT_UNIT_Shift, CRIT_OP_SHR, CRIT_OP_SAR},
    {CRIT_UNIT_Shift, CRIT_OP_SHL, CRIT_OP_SHR},
    {CRIT_UNIT_Compare, CRIT_OP_CMP, CRIT_OP_TEST},
    {CRIT_UNIT_Branch, CRIT_OP_JCC, CRIT_OP_JCC},
};
const char *const OpNames[] = {
    "add", "adc", "sub", "sbb",  "inc",  "dec", "neg", "lea", "cmp",   "test",
    "and", "or",  "xor", "not",  "shl",  "shr", "sar", "rol", "ror",   "imul",
    "mul", "imul (wide)", "div", "idiv", "mov", "movzx", "movsx", "jcc"};
static_assert(sizeof OpNames / sizeof *OpNames == CRIT_NUM_OPS);
static_assert(sizeof UnitLetters == CRIT_NUM_UNITS + 1);
} // namespace

const char *unitName(unsigned U) { return Units[U].Name; }
const char *kindName(unsigned K) { return Kinds[K].Name; }

bool kindStrikes(unsigned K, unsigned U) {
  return std::strchr(Kinds[K].Units, UnitLetters[U]) != nullptr;
}

std::string unitFaultHelp() {
  std::string S = "units (--unit):\n";
  for (const UnitFacts &U : Units)
    S += std::string("  ") + U.Name + ": " + U.Doc + "\n";
  S += "kinds (--kind):\n";
  for (unsigned K = 1; K < CRIT_NUM_KINDS; ++K) {
    S += std::string("  ") + Kinds[K].Name + " (";
    bool First = true;
    for (unsigned U = 0; U < CRIT_NUM_UNITS; ++U)
      if (kindStrikes(K, U)) {
        S += (First ? "" : " ") + std::string(Units[U].Name);
        First = false;
      }
    S += std::string("): ") + Kinds[K].Doc + "\n";
  }
  return S;
}

template <typename Facts, size_t N>
static std::vector<unsigned> byName(const Facts (&All)[N], unsigned First,
                                    const std::vector<std::string> &Names,
                                    const char *Option) {
  std::vector<unsigned> V;
  for (unsigned I = First; I < N; ++I)
    if (Names.empty() ||
        std::find(Names.begin(), Names.end(), All[I].Name) != Names.end())
      V.push_back(I);
  for (const std::string &Name : Names) {
    if (std::any_of(All + First, All + N,
                    [&](const Facts &F) { return Name == F.Name; }))
      continue;
    std::string Known;
    for (unsigned I = First; I < N; ++I)
      Known += (Known.empty() ? "" : ", ") + std::string(All[I].Name);
    throw InputError(std::string(Option) + " " + Name + ": unknown; one of " +
                     Known);
  }
  return V;
}

std::vector<UnitKind> chosenFaults(const PermanentOptions &O) {
  std::vector<UnitKind> V;
  std::vector<unsigned> Us = byName(Units, 0, O.Units, "--unit");
  for (unsigned K : byName(Kinds, 1, O.Kinds, "--kind"))
    for (unsigned U : Us)
      if (kindStrikes(K, U))
        V.push_back({U, K});
  if (V.empty())
    throw InputError("none of the kinds of --kind strikes a unit of --unit; "
                     "see crit-inject faults");
  return V;
}

static uint64_t threshold(double P) {
  return P >= 1 ? 0 : static_cast<uint64_t>(P * 18446744073709551616.0);
}

CritFault drawUnitFault(const PermanentOptions &O, UnitKind UK,
                        const CritFault &Base, Random &R) {
  CritFault F{};
  F.Kind = UK.Kind;
  F.Unit = UK.Unit;
  F.Thread = O.Thread;
  F.Core = O.Core;
  F.Window = O.Window;
  F.First = O.Window && Base.Count ? R.below(Base.Count) : 0;
  F.Random = R.next();
  if (UK.Kind == CRIT_KIND_Intermittent || O.ProbabilityForAll)
    F.Threshold = threshold(O.Probability);
  // Widths and patterns as the program has them: else most faults are idle.
  unsigned Width = 8;
  const auto *Sample =
      Base.NumSamples ? &Base.Samples[R.below(Base.NumSamples)] : nullptr;
  if (Sample) {
    Width = Sample->Width;
    F.PatternA = Sample->A;
    F.PatternB = Sample->B;
    F.From = Sample->Op;
  }
  unsigned Bits = 8 * Width;
  F.Bit = static_cast<uint32_t>(R.below(Bits));
  F.Bit2 = static_cast<uint32_t>(R.below(Bits));
  F.Polarity = static_cast<uint32_t>(R.below(2));
  F.Latch = static_cast<uint32_t>(R.below(2));
  bool Carries = UK.Kind == CRIT_KIND_Carry0 || UK.Kind == CRIT_KIND_Carry1 ||
                 UK.Kind == CRIT_KIND_CarryX || UK.Kind == CRIT_KIND_Bridged;
  if (Carries && Bits > 1)
    F.Bit = 1 + static_cast<uint32_t>(R.below(Bits - 1));
  if (UK.Kind == CRIT_KIND_Bridged)
    --F.Bit;
  if (UK.Kind == CRIT_KIND_Register)
    F.Bit2 = static_cast<uint32_t>(R.below(16));
  if (UK.Unit == CRIT_UNIT_Compare && UK.Kind != CRIT_KIND_Latch)
    F.Bit &= 3;
  if (UK.Unit == CRIT_UNIT_Load && UK.Kind == CRIT_KIND_Latch)
    F.Bit = static_cast<uint32_t>(R.below(16));
  uint64_t All = Bits == 64 ? ~0ull : (1ull << Bits) - 1;
  if (UK.Kind == CRIT_KIND_Mask) {
    do
      F.Mask = R.next() & All;
    while (!F.Mask);
  } else {
    F.Mask = 1ull << F.Bit;
    if (R.below(2))
      F.Mask |= 1ull << R.below(Bits);
  }
  if (UK.Kind == CRIT_KIND_Replaced) {
    // One that the program executes, if there is any.
    std::vector<const Replacement *> V;
    for (int Pass = 0; Pass < 2 && V.empty(); ++Pass)
      for (const Replacement &P : Replacements) {
        bool Seen = Pass == 1;
        for (unsigned N = 0; N < Base.NumSamples; ++N)
          Seen |= Base.Samples[N].Op == P.From;
        if (P.Unit == UK.Unit && Seen)
          V.push_back(&P);
      }
    const Replacement *P = V[R.below(V.size())];
    F.From = P->From;
    F.To = P->To;
  }
  return F;
}

static std::string number(const char *Format, uint64_t V) {
  char Buf[48];
  std::snprintf(Buf, sizeof Buf, Format, static_cast<unsigned long long>(V));
  return Buf;
}

std::string describeUnitFault(const CritFault &F) {
  static const char *const Flags[] = {"CF", "ZF", "SF", "OF"};
  std::string S = std::string(unitName(F.Unit)) + ": ";
  std::string Bit = F.Unit == CRIT_UNIT_Compare && F.Kind != CRIT_KIND_Latch
                        ? Flags[F.Bit & 3]
                        : "bit " + std::to_string(F.Bit);
  std::string At = F.Polarity ? " at 1" : " at 0";
  switch (F.Kind) {
  case CRIT_KIND_Stuck:
    S += F.Unit == CRIT_UNIT_Branch
             ? std::string(F.Polarity ? "always" : "never") + " taken"
             : Bit + " stuck" + At;
    break;
  case CRIT_KIND_Mask:
    S += "inverted by " + number("0x%llx", F.Mask);
    break;
  case CRIT_KIND_Carry0:
  case CRIT_KIND_Carry1:
  case CRIT_KIND_CarryX:
    S += std::string(kindName(F.Kind)) + " into " + Bit;
    break;
  case CRIT_KIND_Cell:
    S += "cell " + std::to_string(F.Bit) + "," + std::to_string(F.Bit2) + At;
    break;
  case CRIT_KIND_Latch:
    S += std::string("operand ") + (F.Latch ? "b " : "a ") + Bit + At;
    break;
  case CRIT_KIND_Replaced:
    S += F.Unit == CRIT_UNIT_Branch
             ? std::string("signed as unsigned")
             : std::string(OpNames[F.From]) + " is " + OpNames[F.To];
    break;
  case CRIT_KIND_Trigger4:
  case CRIT_KIND_Trigger8: {
    uint64_t M = F.Kind == CRIT_KIND_Trigger4 ? 15 : 255;
    S += std::string(OpNames[F.From]) + " of .." +
         number("%llx", F.PatternA & M) + " and .." +
         number("%llx", F.PatternB & M) + " inverted by " +
         (F.Unit == CRIT_UNIT_Compare ? Bit : number("0x%llx", F.Mask));
    break;
  }
  case CRIT_KIND_Register:
    S += "register " + std::to_string(F.Bit2) + " " + Bit + At;
    break;
  case CRIT_KIND_Zero:
  case CRIT_KIND_Stale:
    S += kindName(F.Kind);
    break;
  case CRIT_KIND_Bridged:
  case CRIT_KIND_Lane:
    S += std::string(kindName(F.Kind)) + " " + Bit + At;
    break;
  default:
    S += std::string(kindName(F.Kind)) + " " + Bit;
  }
  if (F.Threshold)
    S += " with p=" +
         std::to_string(double(F.Threshold) / 18446744073709551616.0).substr(0, 6);
  if (F.Window)
    S += " in executions " + std::to_string(F.First) + "+" +
         std::to_string(F.Window);
  return S;
}

} // namespace crit::inject

//===- InstClasses.cpp - facts MC does not have, by opcode name -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "InstClasses.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using llvm::StringRef;

namespace crit::inject {

static bool startsWithAny(StringRef S, std::initializer_list<StringRef> L) {
  return llvm::any_of(L, [&](StringRef P) { return S.starts_with(P); });
}

const char *instClassName(InstClass C) {
  static const char *const Names[] = {
      "arith", "logic", "shift",      "muldiv", "compare", "move",
      "load",  "store", "lea",        "condbr", "jump",    "call",
      "ret",   "stack", "setcc/cmov", "fp/vec", "string",  "other"};
  return Names[static_cast<unsigned>(C)];
}

/// "ADD64rr" starts with ADD, but so does "ADDSDrr": the mnemonic must be
/// followed by a width.
static bool isInt(StringRef Op, StringRef Mnemonic) {
  return Op.consume_front(Mnemonic) && !Op.empty() && Op[0] >= '0' &&
         Op[0] <= '9';
}

static bool isIntAny(StringRef Op, std::initializer_list<StringRef> L) {
  return llvm::any_of(L, [&](StringRef M) { return isInt(Op, M); });
}

InstClass classify(StringRef Op, const ClassFacts &F) {
  if (F.Call)
    return InstClass::Call;
  if (F.Return)
    return InstClass::Return;
  if (F.CondBranch)
    return InstClass::CondBranch;
  if (F.Branch)
    return InstClass::Jump;
  if (usesCondCode(Op))
    return InstClass::FlagUse;
  if (startsWithAny(Op, {"PUSH", "POP"}) && !Op.starts_with("POPCNT"))
    return InstClass::Stack;
  if (startsWithAny(Op, {"MOVSB", "MOVSL", "MOVSQ", "STOS", "LODS", "CMPSB",
                         "CMPSL", "CMPSQ", "CMPSW", "SCAS"}))
    return InstClass::String;
  if (isIntAny(Op, {"LEA", "LEA64_"}))
    return InstClass::Lea;
  if (isIntAny(Op, {"CMP", "TEST", "BT"}))
    return InstClass::Compare;
  if (isIntAny(Op, {"ADD", "SUB", "INC", "DEC", "NEG", "ADC", "SBB", "ADCX",
                    "ADOX", "XADD"}))
    return InstClass::Arith;
  if (isIntAny(Op, {"AND", "OR", "XOR", "NOT", "ANDN", "BTS", "BTR", "BTC",
                    "BLSR", "BLSI", "BLSMSK", "POPCNT", "LZCNT", "TZCNT", "BSF",
                    "BSR", "BSWAP", "PEXT", "PDEP"}))
    return InstClass::Logic;
  if (isIntAny(Op, {"SHL", "SHR", "SAR", "ROL", "ROR", "RCL", "RCR", "SHLD",
                    "SHRD", "SHLX", "SHRX", "SARX", "RORX", "BZHI", "BEXTR"}))
    return InstClass::Shift;
  if (isIntAny(Op, {"MUL", "IMUL", "DIV", "IDIV", "MULX"}))
    return InstClass::MulDiv;
  if (isInt(Op, "MOV") || startsWithAny(Op, {"MOVSX", "MOVZX", "CDQ", "CQO",
                                             "CDQE", "CWDE", "XCHG"}))
    return F.Store  ? InstClass::Store
           : F.Load ? InstClass::Load
                    : InstClass::Move;
  if (startsWithAny(Op, {"NOOP", "ENDBR", "CPUID", "RDTSC", "SYSCALL", "HLT",
                         "TRAP", "MFENCE", "LFENCE", "SFENCE", "PAUSE", "LAHF",
                         "SAHF", "STC", "CLC", "CMC", "CMPXCHG"}))
    return InstClass::Other;
  return InstClass::FloatVec;
}

bool usesCondCode(StringRef Op) {
  return startsWithAny(Op, {"JCC_", "SETCC", "SETZUCC"}) ||
         isIntAny(Op, {"CMOV", "CFCMOV"});
}

uint32_t flagsRead(StringRef Op, uint32_t CC) {
  switch (CC) {
  case 0:
  case 1:
    return FlagOF;
  case 2:
  case 3:
    return FlagCF;
  case 4:
  case 5:
    return FlagZF;
  case 6:
  case 7:
    return FlagCF | FlagZF;
  case 8:
  case 9:
    return FlagSF;
  case 10:
  case 11:
    return FlagPF;
  case 12:
  case 13:
    return FlagSF | FlagOF;
  case 14:
  case 15:
    return FlagZF | FlagSF | FlagOF;
  default:
    break;
  }
  if (Op.starts_with("ADOX"))
    return FlagOF;
  if (startsWithAny(Op, {"ADC", "SBB", "RCL", "RCR", "CMC", "SALC"}))
    return FlagCF;
  // These keep flags (by count, or all but CF); no data flows from them.
  if (startsWithAny(Op, {"SHL", "SHR", "SAR", "ROL", "ROR", "STC", "CLC"}))
    return 0;
  if (Op.starts_with("LAHF"))
    return FlagsAll & ~FlagOF;
  return FlagsAll;
}

uint32_t flagsWritten(StringRef Op) {
  if (isIntAny(Op, {"INC", "DEC"}))
    return FlagsAll & ~FlagCF;
  if (isIntAny(Op, {"BT", "BTS", "BTR", "BTC", "ADCX"}) ||
      startsWithAny(Op, {"STC", "CLC", "CMC"}))
    return FlagCF;
  if (isInt(Op, "ADOX"))
    return FlagOF;
  if (isIntAny(Op, {"ROL", "ROR", "RCL", "RCR", "MUL", "IMUL"}))
    return FlagCF | FlagOF;
  if (isIntAny(Op, {"BSF", "BSR"}))
    return FlagZF;
  if (isIntAny(Op, {"TZCNT", "LZCNT"}))
    return FlagCF | FlagZF;
  if (isIntAny(Op, {"DIV", "IDIV"}))
    return 0; // undefined after division
  if (Op.starts_with("SAHF"))
    return FlagsAll & ~FlagOF;
  return FlagsAll;
}

/// Width of the scalar type that ends Name's mnemonic, 0 if none.
static unsigned typeWidth(StringRef Op, StringRef After) {
  struct Type {
    StringRef Name;
    unsigned Width;
  };
  for (const Type &T : {Type{"SS", 32}, Type{"SD", 64}, Type{"SH", 16}})
    for (StringRef Mid : {"", "Z"}) {
      std::string Pattern = T.Name.str() + Mid.str() + After.str();
      if (Op.contains(Pattern))
        return T.Width;
    }
  return 0;
}

unsigned scalarWidth(StringRef Op, bool IsDef, unsigned FullWidth) {
  if (startsWithAny(Op, {"MOVDI2", "VMOVDI2", "MOVPDI2", "VMOVPDI2", "MOVSS2"}))
    return 32;
  if (startsWithAny(Op, {"MOV64to", "VMOV64to", "MOVPQI", "VMOVPQI", "MOVQI2",
                         "VMOVQI2", "MOVZPQI", "VMOVZPQI", "MOVSDto"}))
    return 64;
  // PABSD, PMINSD and friends are packed.
  if (startsWithAny(Op, {"P", "VP", "MMX_"}))
    return FullWidth;
  if (!IsDef)
    for (StringRef From : {"2SI", "2SS", "2SD", "2USI", "2SH"})
      if (unsigned W = typeWidth(Op, From))
        return W;
  for (StringRef After : {"r", "m"})
    if (unsigned W = typeWidth(Op, After))
      return W;
  return FullWidth;
}

unsigned maskWidth(StringRef Op) {
  // Mask instructions: KORTESTWkk, KMOVQrk, KADDBkk, KSHIFTRDki.
  if (Op.consume_front("K")) {
    for (StringRef Tail : {"kk", "rk", "kr", "km", "mk", "ki"}) {
      size_t At = Op.rfind(Tail);
      if (At == StringRef::npos || At == 0)
        continue;
      switch (Op[At - 1]) {
      case 'B':
        return 8;
      case 'W':
        return 16;
      case 'D':
        return 32;
      default:
        return 64;
      }
    }
    return 64;
  }
  // Elsewhere a mask has one bit per element; bits beyond the elements are
  // never looked at, so they are no fault sites.
  unsigned Vector = Op.contains("Z128") ? 128 : Op.contains("Z256") ? 256 : 512;
  if (Op.contains("SSZ") || Op.contains("SDZ") || Op.contains("SHZ"))
    return 1;
  StringRef Type = Op.substr(0, Op.find('Z'));
  if (Type.ends_with("B") || Type.ends_with("I8") || Type.ends_with("U8") ||
      Type.ends_with("UB"))
    return Vector / 8;
  if (Type.ends_with("W") || Type.ends_with("PH") || Type.ends_with("16"))
    return Vector / 16;
  if (Type.ends_with("Q") || Type.ends_with("PD") || Type.ends_with("64"))
    return Vector / 64;
  return Vector / 32;
}

uint64_t branchTarget(uint64_t PC, const uint8_t *Bytes, unsigned Length,
                      InstClass Class) {
  if (Class != InstClass::CondBranch || Length < 2)
    return 0;
  bool Near = Length >= 6 && Bytes[Length - 6] == 0x0f &&
              (Bytes[Length - 5] & 0xf0) == 0x80;
  int64_t Disp = static_cast<int8_t>(Bytes[Length - 1]);
  if (Near) {
    int32_t D32;
    std::memcpy(&D32, Bytes + Length - 4, 4);
    Disp = D32;
  }
  return PC + Length + static_cast<uint64_t>(Disp);
}

bool isRepString(const uint8_t *Bytes, unsigned Length) {
  bool Rep = false;
  for (unsigned I = 0; I < Length; ++I) {
    uint8_t B = Bytes[I];
    if (B == 0xf2 || B == 0xf3) {
      Rep = true;
      continue;
    }
    if (B == 0x66 || B == 0x67 || (B & 0xf0) == 0x40)
      continue;
    bool IsString = (B >= 0xa4 && B <= 0xa7) || (B >= 0xaa && B <= 0xaf) ||
                    (B >= 0x6c && B <= 0x6f);
    return Rep && IsString;
  }
  return false;
}

} // namespace crit::inject

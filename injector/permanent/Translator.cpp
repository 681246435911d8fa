//===- Translator.cpp - code of a program with broken units ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Translator.h"

#include "UnitDecoder.h"

#include <algorithm>
#include <cstring>

namespace crit::inject {

static const uint8_t FaultUnitCode[] = {
#include "FaultUnitCode.inc"
};

constexpr uint64_t PageBytes = 4096;
static uint64_t pages(uint64_t N) { return (N + PageBytes - 1) & ~(PageBytes - 1); }

namespace {

/// Bytes with references that are filled in when all addresses are known.
class Emitter {
public:
  explicit Emitter(uint64_t Base) : Base(Base) {}
  std::vector<uint8_t> Out;

  uint64_t here() const { return Base + Out.size(); }
  void bytes(std::initializer_list<int> L) {
    for (int B : L)
      Out.push_back(static_cast<uint8_t>(B));
  }
  void copy(const uint8_t *B, size_t N) { Out.insert(Out.end(), B, B + N); }
  void word(uint64_t V, unsigned N) {
    for (unsigned I = 0; I < N; ++I)
      Out.push_back(static_cast<uint8_t>(V >> (8 * I)));
  }
  /// A 32-bit distance to Target, which is an address of the new code.
  void rel(uint64_t Target) { word(Target - (here() + 4), 4); }
  /// The same to where an old address has gone.
  void relOld(uint64_t Old) {
    Fixups.push_back({Out.size(), Old});
    word(0, 4);
  }
  void patch32(size_t At, uint64_t Target) {
    uint32_t D = static_cast<uint32_t>(Target - (Base + At + 4));
    std::memcpy(&Out[At], &D, 4);
  }
  struct Fixup {
    size_t At;
    uint64_t Old;
  };
  std::vector<Fixup> Fixups;

private:
  uint64_t Base;
};

class Translator {
public:
  Translator(const TargetImage &I, Scope &C, uint64_t B, UnitSet U)
      : Image(I), Code(C), Bias(B), Units(U), Low(~0ull), High(0), E(0) {}
  Translation run();

private:
  struct Body {
    uint64_t Begin, End; // of the file
    std::vector<const Instruction *> Insts;
    bool Usable = true;
  };
  void collect();
  bool decodeBody(Body &B);
  void place();
  void emitFunction(const Body &B);
  void emitInstruction(const Instruction &I);
  void emitSite(const CritSite &S, uint64_t Next, uint64_t Target);
  void restoreRegisters();
  void emitIndirectJump(const Encoding &En, const uint8_t *B, size_t N);
  bool emitJump(const Instruction &I, const Encoding &En, const uint8_t *B);
  void emitCopy(const Instruction &I, const Encoding &En, const uint8_t *B);
  bool emitCodeAddress(const Instruction &I, const Encoding &En,
                       const uint8_t *B);
  uint64_t newAddress(uint64_t Old) const;
  void finish();

  const TargetImage &Image;
  Scope &Code;
  uint64_t Bias;
  UnitSet Units;
  uint64_t Low, High; // old code that is rewritten, of the file
  std::vector<Body> Bodies;
  std::vector<CritSite> Sites;
  std::map<uint64_t, uint64_t> Moved; // of the file -> running, new
  uint64_t SiteAddress = 0, TableAddress = 0;
  uint64_t OldEndOf = 0; // running address behind an indirect jump
  Emitter E;
  Translation T;
};

std::vector<uint8_t> bytesOf(const Instruction &I) {
  std::vector<uint8_t> V(I.Length);
  for (unsigned N = 0; N < I.Length; ++N)
    V[N] = static_cast<uint8_t>(std::stoul(I.Bytes.substr(2 * N, 2), nullptr, 16));
  return V;
}

} // namespace

/// Decoded from its beginning to its end, without what cannot be moved.
bool Translator::decodeBody(Body &B) {
  for (uint64_t A = B.Begin; A < B.End;) {
    const Instruction *I = Code.decode(A);
    if (!I)
      return false;
    if (I->Opcode == "XBEGIN_4" || I->Opcode == "XBEGIN_2")
      return false;
    B.Insts.push_back(I);
    A += I->Length;
  }
  return true;
}

void Translator::collect() {
  const std::vector<Function> &Fns = Image.functions();
  for (size_t N = 0; N < Fns.size(); ++N) {
    const Function &F = Fns[N];
    if (!Code.at(F.Addr))
      continue;
    uint64_t Limit = N + 1 < Fns.size() ? Fns[N + 1].Addr : F.Addr + F.Size + 5;
    Body B{F.Addr, F.Addr + F.Size, {}};
    // Five bytes for a jump are needed; padding behind the function will do.
    if (Limit < F.Addr + 5 || Limit < B.End || !decodeBody(B)) {
      ++T.NumLeftOut;
      continue;
    }
    Low = std::min(Low, B.Begin);
    High = std::max(High, B.End);
    ++T.NumFunctions;
    Bodies.push_back(std::move(B));
  }
  if (Bodies.empty())
    throw InputError(Image.path() + ": no function in scope can be rewritten "
                                    "for permanent faults");
}

/// In reach of the old code: below a position-independent program, whose heap
/// lies above it; far above a fixed one.
void Translator::place() {
  uint64_t Instructions = 0;
  for (const Body &B : Bodies)
    Instructions += B.Insts.size();
  uint64_t Reserve = pages(160 * Instructions + 4 * (High - Low) +
                           sizeof(CritSite) * Instructions + (1u << 20));
  T.Area = Image.isPIE() ? ((Low + Bias) & ~0xffffffull) - (64u << 20) -
                               ((Reserve + 0xffffff) & ~0xffffffull)
                         : 0x60000000;
  T.FaultAddress = T.Area;
  T.WritableBytes = pages(sizeof(CritFault));
  T.CodeAddress = T.Area + T.WritableBytes;
  TableAddress = (T.CodeAddress + sizeof FaultUnitCode + 63) & ~63ull;
  SiteAddress = (TableAddress + 4 * (High - Low) + 63) & ~63ull;
  E = Emitter((SiteAddress + sizeof(CritSite) * Instructions + 63) & ~63ull);
}

void Translator::restoreRegisters() {
  E.bytes({0x48, 0x89, 0xec, 0x59, 0x5a, 0x5b, 0x5d, 0x5e, 0x5f, // rcx .. rdi
           0x41, 0x58, 0x41, 0x59, 0x41, 0x5a, 0x41, 0x5b,       // r8 .. r11
           0x41, 0x5c, 0x41, 0x5d, 0x41, 0x5e, 0x41, 0x5f,       // r12 .. r15
           0x58, 0x04, 0x7f, 0x9e,         // pop rax; add $127, al; sahf
           0x58, 0x5c,                     // pop rax; pop rsp
           0x48, 0x8d, 0xa4, 0x24, 0x80, 0, 0, 0}); // lea 128(rsp), rsp
}

void Translator::emitSite(const CritSite &S, uint64_t Next, uint64_t Target) {
  uint64_t Where = SiteAddress + sizeof(CritSite) * Sites.size();
  Sites.push_back(S);
  E.bytes({0x48, 0x8d, 0x64, 0x24, 0x80,         // lea -128(rsp), rsp
           0x54, 0x50,                           // push rsp; push rax
           0x9f, 0x0f, 0x90, 0xc0, 0x50,         // lahf; seto al; push rax
           0x41, 0x57, 0x41, 0x56, 0x41, 0x55, 0x41, 0x54, // r15 .. r12
           0x41, 0x53, 0x41, 0x52, 0x41, 0x51, 0x41, 0x50, // r11 .. r8
           0x57, 0x56, 0x55, 0x53, 0x52, 0x51,   // rdi rsi rbp rbx rdx rcx
           0x48, 0x89, 0xe5,                     // mov rsp, rbp
           0x48, 0x83, 0xe4, 0xf0,               // and $-16, rsp
           0x48, 0x89, 0xef});                   // mov rbp, rdi
  E.bytes({0x48, 0x8d, 0x35}); // lea site(rip), rsi
  E.rel(Where);
  E.bytes({0x48, 0x8d, 0x15}); // lea fault(rip), rdx
  E.rel(T.FaultAddress);
  E.bytes({0xe8});
  E.rel(T.CodeAddress);
  if (S.Op != CRIT_OP_JCC) {
    restoreRegisters();
    return;
  }
  E.bytes({0x85, 0xc0, 0x0f, 0x85}); // test eax, eax; jne
  size_t Taken = E.Out.size();
  E.word(0, 4);
  restoreRegisters();
  E.bytes({0xe9});
  E.relOld(Next);
  E.patch32(Taken, E.here());
  restoreRegisters();
  E.bytes({0xe9});
  E.relOld(Target);
}

/// jmp *X: the target is an old address, most likely.
void Translator::emitIndirectJump(const Encoding &En, const uint8_t *B,
                                  size_t N) {
  unsigned Rm = B[En.modrm()] & 7, Mod = B[En.modrm()] >> 6;
  bool UsesRsp = Mod != 3 && Rm == 4 && (B[En.modrm() + 1] & 7) == 4 &&
                 !(En.Rex & 1);
  if (UsesRsp) { // Never emitted by compilers.
    E.bytes({0xcc});
    return;
  }
  E.bytes({0x48, 0x8d, 0x64, 0x24, 0x80}); // lea -128(rsp), rsp
  std::vector<uint8_t> Push;
  for (size_t K = 0; K < N; ++K)
    if (B[K] != 0x3e) // notrack
      Push.push_back(B[K]);
  size_t At = Push.size() - (N - En.modrm());
  Push[At] = static_cast<uint8_t>((Push[At] & ~0x38) | 6 << 3); // push X
  if (Mod == 0 && Rm == 5) {
    int32_t Disp;
    std::memcpy(&Disp, &Push[At + 1], 4);
    uint64_t To = OldEndOf + static_cast<int64_t>(Disp);
    uint32_t D = static_cast<uint32_t>(To - (E.here() + Push.size()));
    std::memcpy(&Push[At + 1], &D, 4);
  }
  E.copy(Push.data(), Push.size());
  E.bytes({0x50, 0x51,                    // push rax; push rcx
           0x48, 0x8b, 0x44, 0x24, 0x10,  // mov 16(rsp), rax
           0x48, 0x8d, 0x0d});            // lea old(rip), rcx
  E.rel(Low + Bias);
  E.bytes({0x48, 0x29, 0xc8,   // sub rcx, rax
           0x48, 0x3d});       // cmp $size, rax
  E.word(High - Low, 4);
  E.bytes({0x73, 0x17,         // jae out
           0x48, 0x8d, 0x0d}); // lea table(rip), rcx
  E.rel(TableAddress);
  E.bytes({0x48, 0x63, 0x04, 0x81,        // movslq (rcx,rax,4), rax
           0x48, 0x01, 0xc8,              // add rcx, rax
           0x48, 0x89, 0x44, 0x24, 0x10,  // mov rax, 16(rsp)
           0x90, 0x90, 0x90, 0x90,
           0x59, 0x58,                    // out: pop rcx; pop rax
           0xc2, 0x80, 0x00});            // ret $128
}

/// Direct jumps and calls. False: not one of them.
bool Translator::emitJump(const Instruction &I, const Encoding &En,
                          const uint8_t *B) {
  if (En.Vex)
    return false;
  uint8_t Op = B[En.Opcode];
  uint64_t End = I.PC + I.Length;
  int32_t D32 = 0;
  if (I.Length >= 4)
    std::memcpy(&D32, B + I.Length - 4, 4);
  int64_t Short = static_cast<int8_t>(B[I.Length - 1]);
  if (En.Map == 1 && (Op & 0xf0) == 0x80) {
    E.bytes({0x0f, Op});
    E.relOld(End + static_cast<int64_t>(D32));
    return true;
  }
  if (En.Map)
    return false;
  if (Op >= 0x70 && Op <= 0x7f) {
    E.bytes({0x0f, 0x80 | (Op & 15)});
    E.relOld(End + static_cast<uint64_t>(Short));
    return true;
  }
  switch (Op) {
  case 0xe8:
  case 0xe9:
    E.bytes({Op});
    E.relOld(End + static_cast<int64_t>(D32));
    return true;
  case 0xeb:
    E.bytes({0xe9});
    E.relOld(End + static_cast<uint64_t>(Short));
    return true;
  case 0xe0:
  case 0xe1:
  case 0xe2:
  case 0xe3: // loop, jrcxz: only short forms exist
    E.copy(B, I.Length - 1);
    E.bytes({0x02, 0xeb, 0x05, 0xe9}); // to the jump; else over it
    E.relOld(End + static_cast<uint64_t>(Short));
    return true;
  case 0xff:
    if ((B[En.modrm()] >> 3 & 7) != 4)
      return false;
    OldEndOf = End + Bias;
    emitIndirectJump(En, B, I.Length);
    return true;
  default:
    return false;
  }
}

void Translator::emitCopy(const Instruction &I, const Encoding &En,
                          const uint8_t *B) {
  size_t At = E.Out.size();
  E.copy(B, I.Length);
  if (I.Text.find("(%rip)") == std::string::npos)
    return;
  size_t Disp = En.modrm() + 1;
  int32_t D;
  std::memcpy(&D, B + Disp, 4);
  uint64_t To = I.PC + Bias + I.Length + static_cast<int64_t>(D);
  uint32_t New = static_cast<uint32_t>(To - E.here());
  std::memcpy(&E.Out[At + Disp], &New, 4);
}

/// lea of a place inside rewritten code, where code that was not rewritten will
/// jump (recovery of -fcrit=haft): the new place. Like all addressing, it does
/// not go through the unit.
bool Translator::emitCodeAddress(const Instruction &I, const Encoding &En,
                                 const uint8_t *B) {
  if (I.Opcode != "LEA64r" || I.Text.find("(%rip)") == std::string::npos)
    return false;
  int32_t D;
  std::memcpy(&D, B + En.modrm() + 1, 4);
  uint64_t Old = I.PC + I.Length + static_cast<int64_t>(D);
  auto In = [&](const Body &F) { return Old > F.Begin && Old < F.End; };
  if (std::none_of(Bodies.begin(), Bodies.end(), In))
    return false;
  E.copy(B, En.modrm() + 1);
  E.relOld(Old);
  return true;
}

void Translator::emitInstruction(const Instruction &I) {
  std::vector<uint8_t> Bytes = bytesOf(I);
  const uint8_t *B = Bytes.data();
  Encoding En = parseEncoding(B, I.Length);
  Moved[I.PC] = E.here();
  if (emitCodeAddress(I, En, B))
    return;
  if (auto S = decodeUnit(I.PC + Bias, B, I.Length)) {
    ++T.Sites[S->Unit];
    bool Loads = S->Src == CRIT_OPND_MEM && S->Op != CRIT_OP_LEA;
    Loads |= S->Dst == CRIT_OPND_MEM;
    T.Sites[CRIT_UNIT_Load] += Loads && S->Unit != CRIT_UNIT_Load;
    bool Result = S->Unit < CRIT_UNIT_Compare;
    if (Units >> S->Unit & 1 ||
        (Units >> CRIT_UNIT_Load & 1 && Loads) ||
        (Units >> CRIT_UNIT_Result & 1 && Result) ||
        (Units >> CRIT_UNIT_Add & 1 && S->Op == CRIT_OP_CMP)) {
      emitSite(*S, I.PC + I.Length,
               S->Op == CRIT_OP_JCC ? I.BranchTarget : 0);
      return;
    }
  }
  if (!emitJump(I, En, B))
    emitCopy(I, En, B);
}

void Translator::emitFunction(const Body &B) {
  while (E.here() % 16)
    E.bytes({0xcc});
  for (const Instruction *I : B.Insts)
    emitInstruction(*I);
  E.bytes({0xe9}); // into whatever follows
  E.relOld(B.End);
  Translation::Patch P{B.Begin + Bias, {0xe9}};
  P.Bytes.resize(std::max<size_t>(5, B.End - B.Begin), 0xcc);
  uint32_t D =
      static_cast<uint32_t>(Moved[B.Begin] - (B.Begin + Bias + 5));
  std::memcpy(&P.Bytes[1], &D, 4);
  T.Patches.push_back(std::move(P));
}

uint64_t Translator::newAddress(uint64_t Old) const {
  auto It = Moved.find(Old);
  return It == Moved.end() ? Old + Bias : It->second;
}

void Translator::finish() {
  for (const Emitter::Fixup &F : E.Fixups)
    E.patch32(F.At, newAddress(F.Old));
  uint64_t End = E.here();
  T.Bytes.assign(pages(End - T.Area), 0);
  auto Put = [&](uint64_t At, const void *P, size_t N) {
    std::memcpy(&T.Bytes[At - T.Area], P, N);
  };
  Put(T.CodeAddress, FaultUnitCode, sizeof FaultUnitCode);
  for (uint64_t A = Low; A < High; ++A) {
    int32_t D = static_cast<int32_t>(newAddress(A) - TableAddress);
    Put(TableAddress + 4 * (A - Low), &D, 4);
  }
  Put(SiteAddress, Sites.data(), sizeof(CritSite) * Sites.size());
  Put(End - E.Out.size(), E.Out.data(), E.Out.size());
}

Translation Translator::run() {
  collect();
  place();
  for (const Body &B : Bodies)
    emitFunction(B);
  finish();
  return std::move(T);
}

Translation translate(const TargetImage &Image, Scope &Code, uint64_t Bias,
                      UnitSet Units) {
  return Translator(Image, Code, Bias, Units).run();
}

} // namespace crit::inject

//===- Scope.cpp - which instructions may be hit --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Scope.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"

#include <algorithm>
#include <cstring>
#include <set>

using llvm::StringRef;

namespace crit::inject {

enum : int32_t { Unknown = -1, NoCode = -2 };

static bool isStartup(StringRef Name) {
  static const llvm::StringSet<> Names = {"_start",
                                          "_init",
                                          "_fini",
                                          "frame_dummy",
                                          "register_tm_clones",
                                          "deregister_tm_clones",
                                          "__do_global_dtors_aux",
                                          "_dl_relocate_static_pie",
                                          "__libc_csu_init",
                                          "__libc_csu_fini"};
  return Names.contains(Name) || Name.starts_with("__crit_") ||
         Name.starts_with("crit_ilr_");
}

Scope::Scope(const TargetImage &Img, const Decoder &D,
             const ScopeOptions &Options)
    : Image(Img), Dec(D) {
  const std::string &Path = Image.path();
  bool ByFunction = Options.HardenedOnly || !Options.Functions.empty() ||
                    !Options.FunctionsOf.empty();
  if (ByFunction && Image.isStripped())
    throw InputError(Path + ": is stripped; choosing functions needs a symbol "
                            "table (link without -s, or leave out --funcs, "
                            "--funcs-of and --hardened-only)");
  if (Options.HardenedOnly && !Image.hasRecords())
    throw InputError(Path + ": has no section crit_funcs, so nothing in it is "
                            "hardened; build it with crit-clang, or use "
                            "--funcs");
  llvm::Regex Re("^(" + Options.Functions + ")$");
  std::string ReError;
  if (!Options.Functions.empty() && !Re.isValid(ReError))
    throw InputError("--funcs: bad regular expression: " + ReError);
  std::set<std::string> Like;
  if (!Options.FunctionsOf.empty()) {
    TargetImage Other(Options.FunctionsOf);
    if (!Other.hasRecords())
      throw InputError(Options.FunctionsOf + ": has no section crit_funcs");
    for (const Function &F : Other.functions())
      if (F.Hardened)
        Like.insert(F.Name);
  }

  uint64_t Hi = 0;
  Lo = UINT64_MAX;
  for (const CodeSection &S : Image.code()) {
    Lo = std::min(Lo, S.Addr);
    Hi = std::max(Hi, S.Addr + S.Bytes.size());
  }
  Code.resize(Hi - Lo);
  InScope.assign(Hi - Lo, false);
  Slot.assign(Hi - Lo, Unknown);
  Counter = Image.counter();
  for (const CodeSection &S : Image.code())
    std::memcpy(&Code[S.Addr - Lo], S.Bytes.data(), S.Bytes.size());

  if (Image.isStripped()) {
    for (const CodeSection &S : Image.code()) {
      StringRef N = S.Name;
      if (!N.starts_with(".plt") && N != ".init" && N != ".fini")
        admit(S.Addr, S.Addr + S.Bytes.size());
    }
  } else {
    for (const Function &F : Image.functions()) {
      if (isStartup(F.Name) || (Options.HardenedOnly && !F.Hardened) ||
          (!Options.Functions.empty() && !Re.match(F.Name)) ||
          (!Options.FunctionsOf.empty() && !Like.count(F.Name)))
        continue;
      ++NumFunctions;
      admit(F.Addr, F.Addr + F.Size);
    }
  }
  if (NumBytes == 0)
    throw InputError(Path + ": no code is in scope; check --funcs against the "
                            "output of nm");
}

void Scope::admit(uint64_t From, uint64_t To) {
  for (uint64_t A = From; A < To; ++A)
    if (A >= Lo && A - Lo < InScope.size() && !InScope[A - Lo]) {
      InScope[A - Lo] = true;
      ++NumBytes;
    }
}

const Instruction *Scope::at(uint64_t Addr) {
  if (Addr < Lo || Addr - Lo >= InScope.size() || !InScope[Addr - Lo])
    return nullptr;
  return decode(Addr);
}

const Instruction *Scope::decode(uint64_t Addr) {
  if (Addr < Lo || Addr - Lo >= Slot.size())
    return nullptr;
  int32_t &S = Slot[Addr - Lo];
  if (S >= 0)
    return Decoded[S].get();
  if (S == NoCode)
    return nullptr;
  size_t Off = Addr - Lo;
  Instruction I =
      Dec.decode(Addr, &Code[Off], std::min<size_t>(16, Code.size() - Off));
  if (I.Length == 0) {
    S = NoCode;
    return nullptr;
  }
  S = static_cast<int32_t>(Decoded.size());
  Decoded.push_back(std::make_unique<Instruction>(std::move(I)));
  return Decoded[S].get();
}

bool Scope::isCounterRestore(uint64_t Addr) const {
  if (!Counter || Addr < Lo || Addr - Lo + 7 > Code.size())
    return false;
  const uint8_t *B = &Code[Addr - Lo];
  int32_t Disp;
  std::memcpy(&Disp, B + 3, 4);
  return B[0] == 0x48 && B[1] == 0x8b && B[2] == 0x0d &&
         Addr + 7 + static_cast<int64_t>(Disp) == Counter + 8;
}

bool Scope::isCounterSite(uint64_t Addr) const {
  if (!Counter || Addr < Lo || Addr - Lo + 7 > Code.size())
    return false;
  const uint8_t *B = &Code[Addr - Lo];
  // subq $imm, counter(%rip), or movq %rcx, counter+8(%rip)
  bool Sub = B[0] == 0x48 && (B[1] == 0x83 || B[1] == 0x81) && B[2] == 0x2d;
  bool Save = B[0] == 0x48 && B[1] == 0x89 && B[2] == 0x0d;
  if (!Sub && !Save)
    return false;
  int32_t Disp;
  std::memcpy(&Disp, B + 3, 4);
  unsigned Length = Save ? 7 : B[1] == 0x83 ? 8 : 11;
  return Addr + Length + static_cast<int64_t>(Disp) == Counter + (Save ? 8 : 0);
}

} // namespace crit::inject

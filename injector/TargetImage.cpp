//===- TargetImage.cpp - the ELF file under test --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TargetImage.h"

#include "crit/records.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/ObjectFile.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <unistd.h>

using namespace llvm;
using namespace llvm::object;

namespace crit::inject {

template <typename T> static T take(Expected<T> E, const std::string &Path) {
  if (!E)
    throw InputError(Path + ": " + toString(E.takeError()));
  return std::move(*E);
}

TargetImage::TargetImage(const std::string &File) : Path(File) {
  std::error_code EC;
  if (!std::filesystem::exists(Path, EC))
    throw InputError(Path + ": no such file");
  if (!std::filesystem::is_regular_file(Path, EC))
    throw InputError(Path + ": not a regular file");
  if (access(Path.c_str(), R_OK) != 0)
    throw InputError(Path + ": cannot be read (permission denied)");
  auto Owner = ObjectFile::createObjectFile(Path);
  if (!Owner)
    throw InputError(Path + ": not an ELF executable (" +
                     toString(Owner.takeError()) +
                     "); scripts and wrappers cannot be injected into, give "
                     "the program itself");
  auto *Obj = dyn_cast<ELFObjectFileBase>(Owner->getBinary());
  auto *Elf = Obj ? dyn_cast<ELF64LEObjectFile>(Obj) : nullptr;
  if (!Elf || Obj->getEMachine() != ELF::EM_X86_64)
    throw InputError(Path + ": is for another architecture" +
                     (Obj ? " (" + Obj->getFileFormatName().str() + ")" : "") +
                     "; crit-inject runs x86-64 ELF programs only");
  if (Obj->getEType() != ELF::ET_EXEC && Obj->getEType() != ELF::ET_DYN)
    throw InputError(Path + ": is an object file, not a program");
  if (access(Path.c_str(), X_OK) != 0)
    throw InputError(Path + ": is not executable (chmod +x?)");
  PIE = Obj->getEType() == ELF::ET_DYN;
  Entry = Elf->getELFFile().getHeader().e_entry;
  Static = true;
  for (const auto &Ph : take(Elf->getELFFile().program_headers(), Path))
    if (Ph.p_type == ELF::PT_INTERP)
      Static = false;

  for (const ELFSectionRef Sec : Obj->sections()) {
    uint64_t Flags = Sec.getFlags();
    if (!(Flags & ELF::SHF_ALLOC) || Sec.getType() == ELF::SHT_NOBITS)
      continue;
    StringRef Name = take(Sec.getName(), Path);
    StringRef Data = take(Sec.getContents(), Path);
    std::vector<uint8_t> Bytes(Data.bytes_begin(), Data.bytes_end());
    if (Flags & ELF::SHF_EXECINSTR)
      Code.push_back({Name.str(), Sec.getAddress(), std::move(Bytes)});
  }
  if (Code.empty())
    throw InputError(Path + ": has no executable sections");

  auto AddSymbols = [&](ELFObjectFileBase::elf_symbol_iterator_range Range) {
    for (const ELFSymbolRef Sym : Range) {
      if (Sym.getELFType() == ELF::STT_OBJECT &&
          take(Sym.getName(), Path) == "__crit_inject_count")
        Counter = take(Sym.getAddress(), Path);
      if (Sym.getELFType() != ELF::STT_FUNC || Sym.getSize() == 0)
        continue;
      uint64_t Addr = take(Sym.getAddress(), Path);
      if (Addr == 0)
        continue;
      Functions.push_back(
          {take(Sym.getName(), Path).str(), Addr, Sym.getSize()});
    }
  };
  AddSymbols(Obj->symbols());
  Stripped = Functions.empty();
  if (Stripped)
    AddSymbols(Obj->getDynamicSymbolIterators());
  std::sort(Functions.begin(), Functions.end(),
            [](const Function &A, const Function &B) {
              return std::tie(A.Addr, A.Name) < std::tie(B.Addr, B.Name);
            });
  // Aliases: keep the first name of each address.
  Functions.erase(std::unique(Functions.begin(), Functions.end(),
                              [](const Function &A, const Function &B) {
                                return A.Addr == B.Addr;
                              }),
                  Functions.end());

  for (const ELFSectionRef Sec : Obj->sections())
    if (take(Sec.getName(), Path) == CRIT_RECORD_SECTION) {
      StringRef Data = take(Sec.getContents(), Path);
      readRecords({Data.bytes_begin(), Data.bytes_end()}, Sec.getAddress());
    }
}

void TargetImage::readRecords(const std::vector<uint8_t> &Data, uint64_t Addr) {
  std::vector<std::string> HardenedNames;
  for (size_t At = 0; At + 8 <= Data.size();) {
    uint64_t Word;
    std::memcpy(&Word, &Data[At], 8);
    if (Word == 0) { // linker padding
      At += 8;
      continue;
    }
    crit_func_record R;
    if (At + sizeof R > Data.size())
      throw InputError(Path + ": truncated record in section crit_funcs");
    std::memcpy(&R, &Data[At], sizeof R);
    if (R.Magic != CRIT_RECORD_MAGIC || R.Size < sizeof R || R.Size % 8 ||
        At + R.Size > Data.size())
      throw InputError(Path + ": section crit_funcs is damaged or from an "
                              "incompatible version of Crit");
    uint64_t Where = Addr + At + offsetof(crit_func_record, CodeOffset) +
                     static_cast<int64_t>(R.CodeOffset);
    ++NumRecords;
    size_t NameAt = At + sizeof R + size_t(R.NumSites) * sizeof(crit_site) +
                    size_t(R.NumReasons) * sizeof(crit_reason_count);
    std::string Name;
    while (NameAt < At + R.Size && Data[NameAt])
      Name += static_cast<char>(Data[NameAt++]);
    // The label may stand behind the function's last instruction, which can be
    // the start of the next: the record's name decides.
    const Function *F = functionAt(Where), *Before = functionAt(Where - 1);
    if (Before && (!F || (F->Name != Name && Before->Name == Name)))
      F = Before;
    if (F && R.Mode != CRIT_MODE_NONE) {
      const_cast<Function *>(F)->Hardened = true;
      HardenedNames.push_back(F->Name);
    }
    At += R.Size;
  }
  // Split-off parts ("f.cold") belong to their function.
  for (Function &F : Functions)
    for (const char *Suffix : {".cold", ".part.", ".__part."}) {
      size_t Pos = F.Name.find(Suffix);
      if (Pos != std::string::npos &&
          std::find(HardenedNames.begin(), HardenedNames.end(),
                    F.Name.substr(0, Pos)) != HardenedNames.end())
        F.Hardened = true;
    }
}

const Function *TargetImage::functionAt(uint64_t Addr) const {
  auto It = std::upper_bound(
      Functions.begin(), Functions.end(), Addr,
      [](uint64_t A, const Function &F) { return A < F.Addr; });
  if (It == Functions.begin())
    return nullptr;
  --It;
  return Addr < It->Addr + It->Size ? &*It : nullptr;
}

std::string TargetImage::describe(uint64_t Addr) const {
  char Buf[32];
  if (const Function *F = functionAt(Addr)) {
    std::snprintf(Buf, sizeof Buf, "+0x%llx",
                  static_cast<unsigned long long>(Addr - F->Addr));
    return F->Name + Buf;
  }
  std::snprintf(Buf, sizeof Buf, "0x%llx",
                static_cast<unsigned long long>(Addr));
  return Buf;
}

} // namespace crit::inject

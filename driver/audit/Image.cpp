//===- Image.cpp - code and data of an ELF file in one address space ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Image.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <tuple>

using namespace llvm;
using namespace llvm::object;

using File64 = ELFFile<ELF64LE>;

namespace crit::audit {

// Linked by hand with 32-bit displacements.
static constexpr uint64_t ObjectLimit = 0x7fff0000;

static Error damaged(const Twine &What) {
  return createStringError("damaged ELF file: " + What);
}

static Error damaged(Error E) {
  std::string Text = toString(std::move(E));
  std::replace(Text.begin(), Text.end(), '\n', ' ');
  return damaged(Text);
}

class ImageBuilder {
public:
  ImageBuilder(const File64 &File, Image &Out) : File(File), Out(Out) {}
  Error run();

private:
  Error addSections();
  Error addSection(uint32_t Index, const ELF64LE::Shdr &Header);
  Error addSymbols(const ELF64LE::Shdr &Table);
  Error applyRelocations(const ELF64LE::Shdr &Header);
  Error relocate(MutableArrayRef<uint8_t> Bytes, uint64_t Base,
                 const ELF64LE::Rela &R, ArrayRef<uint64_t> Values);
  Expected<std::vector<uint64_t>> symbolValues(const ELF64LE::Shdr &Table);
  Expected<uint64_t> valueOf(const ELF64LE::Sym &Symbol, StringRef Name);
  Error sortSections();

  const File64 &File;
  Image &Out;
  ELF64LE::ShdrRange Headers;
  std::vector<size_t> SectionOf; // header index to Sections index plus one
  std::map<std::string, uint64_t> UndefinedByName;
  std::map<uint64_t, std::vector<uint64_t>> Values; // by symbol table offset
  uint64_t Next = 0x1000;
};

Error ImageBuilder::addSection(uint32_t Index, const ELF64LE::Shdr &Header) {
  Expected<StringRef> Name = File.getSectionName(Header);
  if (!Name)
    return damaged(Name.takeError());
  Section S;
  S.Name = Name->str();
  S.Size = Header.sh_size;
  S.Code = Header.sh_flags & ELF::SHF_EXECINSTR;
  S.Address = Header.sh_addr;
  if (Header.sh_type != ELF::SHT_NOBITS) {
    Expected<ArrayRef<uint8_t>> Bytes = File.getSectionContents(Header);
    if (!Bytes)
      return damaged(Bytes.takeError());
    S.Bytes = *Bytes;
  }
  if (Out.Relocatable) {
    uint64_t Align = std::clamp<uint64_t>(Header.sh_addralign, 16, 4096);
    S.Address = alignTo(Next, PowerOf2Ceil(Align));
    if (S.Size > ObjectLimit || S.Address + S.Size > ObjectLimit)
      return damaged("section " + S.Name + " is too large");
    Next = S.end() + 1; // an empty section has an address of its own
  } else if (S.Address + S.Size < S.Address) {
    return damaged("section " + S.Name + " wraps around");
  }
  SectionOf[Index] = Out.Sections.size() + 1;
  Out.Sections.push_back(std::move(S));
  return Error::success();
}

Error ImageBuilder::addSections() {
  SectionOf.assign(Headers.size(), 0);
  for (uint32_t I = 0; I < Headers.size(); ++I) {
    const ELF64LE::Shdr &Header = Headers[I];
    // Thread-local zero data has an address range others use, too.
    if (!(Header.sh_flags & ELF::SHF_ALLOC) ||
        (Header.sh_type == ELF::SHT_NOBITS && Header.sh_flags & ELF::SHF_TLS))
      continue;
    if (Error E = addSection(I, Header))
      return E;
  }
  return Error::success();
}

Expected<uint64_t> ImageBuilder::valueOf(const ELF64LE::Sym &Symbol,
                                         StringRef Name) {
  uint32_t Index = Symbol.st_shndx;
  if (Index == ELF::SHN_ABS)
    return Symbol.st_value;
  if (Index == ELF::SHN_UNDEF || Index >= ELF::SHN_LORESERVE) {
    // SHN_XINDEX (more than 65,000 sections) is not resolved: such a symbol
    // reads as undefined, which shows as unprotected, never as protected.
    auto [It, New] = UndefinedByName.try_emplace(Name.str(), Next);
    if (New) {
      Out.Undefined[Next] = Name.str();
      Next += 16;
    }
    return It->second;
  }
  if (Index >= SectionOf.size())
    return damaged("symbol " + Name + " is in a section that does not exist");
  if (!SectionOf[Index])
    return 0; // in debug information or the like
  uint64_t Base =
      Out.Relocatable ? Out.Sections[SectionOf[Index] - 1].Address : 0;
  return Base + Symbol.st_value;
}

Expected<std::vector<uint64_t>>
ImageBuilder::symbolValues(const ELF64LE::Shdr &Table) {
  Expected<ELF64LE::SymRange> Range = File.symbols(&Table);
  if (!Range)
    return damaged(Range.takeError());
  Expected<StringRef> Strings = File.getStringTableForSymtab(Table, Headers);
  if (!Strings)
    return damaged(Strings.takeError());
  std::vector<uint64_t> Result;
  for (const ELF64LE::Sym &S : *Range) {
    Expected<StringRef> Name = S.getName(*Strings);
    if (!Name)
      return damaged(Name.takeError());
    Expected<uint64_t> Value = valueOf(S, *Name);
    if (!Value)
      return Value.takeError();
    Result.push_back(*Value);
  }
  return Result;
}

Error ImageBuilder::addSymbols(const ELF64LE::Shdr &Table) {
  Expected<std::vector<uint64_t>> Addresses = symbolValues(Table);
  if (!Addresses)
    return Addresses.takeError();
  Expected<ELF64LE::SymRange> Range = File.symbols(&Table);
  Expected<StringRef> Strings = File.getStringTableForSymtab(Table, Headers);
  if (!Range || !Strings) // cannot be: symbolValues read both
    return joinErrors(Range.takeError(), Strings.takeError());
  for (size_t I = 0; I < Range->size(); ++I) {
    const ELF64LE::Sym &S = (*Range)[I];
    uint32_t Index = S.st_shndx;
    if (Index == ELF::SHN_UNDEF || Index >= SectionOf.size() ||
        !SectionOf[Index] || !Out.Sections[SectionOf[Index] - 1].Code)
      continue;
    Symbol Result;
    Result.Name = cantFail(S.getName(*Strings)).str();
    Result.Address = (*Addresses)[I];
    Result.Size = S.st_size;
    Result.Function =
        S.getType() == ELF::STT_FUNC || S.getType() == ELF::STT_GNU_IFUNC;
    Result.Global = S.getBinding() != ELF::STB_LOCAL;
    const Section &In = Out.Sections[SectionOf[Index] - 1];
    if (Result.Address < In.Address || Result.Address >= In.end())
      continue; // markers such as _etext
    Result.Size = std::min(Result.Size, In.end() - Result.Address);
    if (Result.Function || (S.getType() == ELF::STT_NOTYPE && Result.Global))
      Out.Symbols.push_back(std::move(Result));
  }
  return Error::success();
}

Error ImageBuilder::relocate(MutableArrayRef<uint8_t> Bytes, uint64_t Base,
                             const ELF64LE::Rela &R,
                             ArrayRef<uint64_t> Values) {
  uint32_t Index = R.getSymbol(false);
  if (Index >= Values.size())
    return damaged("relocation against symbol " + Twine(Index) +
                   ", which does not exist");
  unsigned Width;
  bool Relative = false;
  switch (R.getType(false)) {
  case ELF::R_X86_64_PC32:
  case ELF::R_X86_64_PLT32:
    Relative = true;
    [[fallthrough]];
  case ELF::R_X86_64_32:
  case ELF::R_X86_64_32S:
    Width = 4;
    break;
  case ELF::R_X86_64_PC64:
    Relative = true;
    [[fallthrough]];
  case ELF::R_X86_64_64:
    Width = 8;
    break;
  default:
    return Error::success(); // global offset table, thread-local: not followed
  }
  if (R.r_offset > Bytes.size() || Bytes.size() - R.r_offset < Width)
    return damaged("relocation outside its section");
  uint64_t Value = Values[Index] + R.r_addend;
  if (Relative)
    Value -= Base + R.r_offset;
  if (Width == 4)
    support::endian::write32le(&Bytes[R.r_offset], Value);
  else
    support::endian::write64le(&Bytes[R.r_offset], Value);
  return Error::success();
}

Error ImageBuilder::applyRelocations(const ELF64LE::Shdr &Header) {
  uint32_t Target = Header.sh_info;
  if (Target >= SectionOf.size())
    return damaged("relocations for a section that does not exist");
  if (!SectionOf[Target])
    return Error::success();
  Expected<const ELF64LE::Shdr *> Table = File.getSection(Header.sh_link);
  if (!Table)
    return damaged(Table.takeError());
  auto [It, New] = Values.try_emplace((*Table)->sh_offset);
  if (New) {
    Expected<std::vector<uint64_t>> Read = symbolValues(**Table);
    if (!Read)
      return Read.takeError();
    It->second = std::move(*Read);
  }
  Expected<ELF64LE::RelaRange> Range = File.relas(Header);
  if (!Range)
    return damaged(Range.takeError());
  Section &S = Out.Sections[SectionOf[Target] - 1];
  auto Copy = std::make_unique<std::vector<uint8_t>>(S.Bytes.begin(),
                                                     S.Bytes.end());
  for (const ELF64LE::Rela &R : *Range)
    if (Error E = relocate(*Copy, S.Address, R, It->second))
      return E;
  S.Bytes = *Copy;
  Out.Relocated.push_back(std::move(Copy));
  return Error::success();
}

Error ImageBuilder::sortSections() {
  auto &Sections = Out.Sections;
  // Empty sections may share an address with the one behind them.
  llvm::sort(Sections, [](const Section &A, const Section &B) {
    return std::tie(A.Address, A.Size, A.Name) <
           std::tie(B.Address, B.Size, B.Name);
  });
  for (size_t I = 1; I < Sections.size(); ++I)
    if (Sections[I - 1].end() > Sections[I].Address)
      return damaged("sections " + Sections[I - 1].Name + " and " +
                     Sections[I].Name + " overlap");
  llvm::sort(Out.Symbols, [](const Symbol &A, const Symbol &B) {
    return std::tie(A.Address, A.Name) < std::tie(B.Address, B.Name);
  });
  return Error::success();
}

Error ImageBuilder::run() {
  Expected<ELF64LE::ShdrRange> Range = File.sections();
  if (!Range)
    return damaged(Range.takeError());
  Headers = *Range;
  if (Headers.empty())
    return createStringError("no section table: nothing to audit by");
  Out.Relocatable = File.getHeader().e_type == ELF::ET_REL;
  if (!Out.Relocatable)
    Out.Entry = File.getHeader().e_entry;
  Expected<ELF64LE::PhdrRange> Segments = File.program_headers();
  if (!Segments)
    return damaged(Segments.takeError());
  for (const ELF64LE::Phdr &Segment : *Segments)
    if (Segment.p_type == ELF::PT_LOAD && !Segment.p_offset)
      Out.Base = Segment.p_vaddr;
  if (Error E = addSections())
    return E;
  const ELF64LE::Shdr *Full = nullptr, *Dynamic = nullptr;
  for (const ELF64LE::Shdr &Header : Headers) {
    if (Header.sh_type == ELF::SHT_SYMTAB)
      Full = &Header;
    else if (Header.sh_type == ELF::SHT_DYNSYM)
      Dynamic = &Header;
  }
  Out.Stripped = !Full;
  if (Full || Dynamic)
    if (Error E = addSymbols(Full ? *Full : *Dynamic))
      return E;
  if (Out.Relocatable)
    for (const ELF64LE::Shdr &Header : Headers)
      if (Header.sh_type == ELF::SHT_RELA)
        if (Error E = applyRelocations(Header))
          return E;
  return sortSections();
}

Expected<std::unique_ptr<Image>> Image::create(StringRef Data) {
  if (!Data.starts_with(StringRef("\177ELF", 4)))
    return createStringError("not an ELF file or an archive of them");
  if (Data.size() < sizeof(ELF64LE::Ehdr))
    return damaged("shorter than its header");
  if (Data[ELF::EI_CLASS] != ELF::ELFCLASS64 ||
      Data[ELF::EI_DATA] != ELF::ELFDATA2LSB)
    return createStringError("not a 64-bit x86-64 file");
  Expected<File64> File = File64::create(Data);
  if (!File)
    return damaged(File.takeError());
  if (File->getHeader().e_machine != ELF::EM_X86_64)
    return createStringError("not for x86-64 (ELF machine " +
                             Twine(File->getHeader().e_machine) + ")");
  uint16_t Type = File->getHeader().e_type;
  if (Type != ELF::ET_REL && Type != ELF::ET_EXEC && Type != ELF::ET_DYN)
    return createStringError("neither object, executable nor shared object");
  auto Result = std::make_unique<Image>();
  if (Error E = ImageBuilder(*File, *Result).run())
    return std::move(E);
  return std::move(Result);
}

const Section *Image::sectionAt(uint64_t Address) const {
  auto It = std::upper_bound(
      Sections.begin(), Sections.end(), Address,
      [](uint64_t A, const Section &S) { return A < S.Address; });
  if (It == Sections.begin() || Address >= std::prev(It)->end())
    return nullptr;
  return &*std::prev(It);
}

ArrayRef<uint8_t> Image::bytesAt(uint64_t Address) const {
  const Section *S = sectionAt(Address);
  if (!S || Address - S->Address >= S->Bytes.size())
    return {};
  return S->Bytes.drop_front(Address - S->Address);
}

StringRef Image::undefinedAt(uint64_t Address) const {
  auto It = Undefined.find(Address);
  return It == Undefined.end() ? StringRef() : StringRef(It->second);
}

} // namespace crit::audit

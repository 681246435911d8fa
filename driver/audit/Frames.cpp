//===- Frames.cpp - extents of functions by .eh_frame ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Frames.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Support/DataExtractor.h"
#include <optional>

using namespace llvm;

namespace crit::audit {

// Pointer encoding of a CIE's FDEs ('R' in its augmentation).
static std::optional<uint8_t> readEncoding(const DataExtractor &Data,
                                           uint64_t Offset) {
  DataExtractor::Cursor C(Offset + 8); // length, CIE id
  Data.getU8(C);                       // version
  StringRef Augmentation = Data.getCStrRef(C);
  Data.getULEB128(C); // code alignment
  Data.getSLEB128(C); // data alignment
  Data.getULEB128(C); // return address register
  uint8_t Encoding = dwarf::DW_EH_PE_absptr;
  if (Augmentation.consume_front("z")) {
    Data.getULEB128(C);
    for (char Letter : Augmentation) {
      if (Letter == 'R') {
        Encoding = Data.getU8(C);
      } else if (Letter == 'L') {
        Data.getU8(C);
      } else if (Letter == 'P') {
        uint8_t Kind = Data.getU8(C) & 0x0f;
        bool Wide = Kind == dwarf::DW_EH_PE_absptr ||
                    Kind == dwarf::DW_EH_PE_udata8 ||
                    Kind == dwarf::DW_EH_PE_sdata8;
        Data.skip(C, Wide ? 8 : 4);
      }
    }
  }
  if (Error E = C.takeError()) {
    consumeError(std::move(E));
    return std::nullopt;
  }
  return Encoding;
}

// The FDE whose CIE pointer field is at Offset.
static std::optional<Extent> readEntry(const DataExtractor &Data,
                                       uint64_t Section, uint64_t Offset,
                                       uint8_t Encoding) {
  DataExtractor::Cursor C(Offset + 4);
  uint64_t Place = Section + Offset + 4;
  Extent Result;
  switch (Encoding & 0x0f) {
  case dwarf::DW_EH_PE_absptr:
  case dwarf::DW_EH_PE_sdata8:
  case dwarf::DW_EH_PE_udata8:
    Result.Address = Data.getU64(C);
    Result.Size = Data.getU64(C);
    break;
  case dwarf::DW_EH_PE_sdata4:
    Result.Address = static_cast<int64_t>(static_cast<int32_t>(Data.getU32(C)));
    Result.Size = Data.getU32(C);
    break;
  case dwarf::DW_EH_PE_udata4:
    Result.Address = Data.getU32(C);
    Result.Size = Data.getU32(C);
    break;
  default:
    return std::nullopt;
  }
  if ((Encoding & 0x70) == dwarf::DW_EH_PE_pcrel)
    Result.Address += Place;
  else if (Encoding & 0x70)
    return std::nullopt;
  if (Error E = C.takeError()) {
    consumeError(std::move(E));
    return std::nullopt;
  }
  return Result;
}

static void readSection(const Image &I, const Section &S,
                        std::vector<Extent> &Out) {
  DataExtractor Data(S.Bytes, /*IsLittleEndian=*/true, /*AddressSize=*/8);
  for (uint64_t Offset = 0; Offset + 8 <= S.Bytes.size();) {
    uint64_t At = Offset;
    uint64_t Length = Data.getU32(&At);
    if (Length == 0) { // end mark, of one input file perhaps
      Offset += 4;
      continue;
    }
    // The 64-bit form (0xffffffff) fails here, too: nobody writes it.
    if (Length < 4 || Length > S.Bytes.size() - At)
      return;
    uint64_t IdOffset = At;
    uint64_t Id = Data.getU32(&At);
    if (Id && Id <= IdOffset)
      if (auto Encoding = readEncoding(Data, IdOffset - Id))
        if (auto Found = readEntry(Data, S.Address, IdOffset, *Encoding)) {
          const Section *In = I.sectionAt(Found->Address);
          if (In && In->Code && Found->Size &&
              Found->Size <= In->end() - Found->Address)
            Out.push_back(*Found);
        }
    Offset = IdOffset + Length;
  }
}

std::vector<Extent> readFrames(const Image &I) {
  std::vector<Extent> Result;
  for (const Section &S : I.sections())
    if (S.Name == ".eh_frame")
      readSection(I, S, Result);
  return Result;
}

} // namespace crit::audit

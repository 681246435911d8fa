//===- Records.cpp - what the compiler wrote about its functions ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Records.h"

#include <cstring>

using namespace llvm;

namespace crit::audit {

static Error bad(uint64_t Offset, const Twine &What) {
  return createStringError("damaged section " CRIT_RECORD_SECTION
                           " at offset " +
                           Twine(Offset) + ": " + What);
}

// Takes the next NUL-terminated string off Strings; false if there is none.
static bool takeString(StringRef &Strings, std::string &Out) {
  size_t End = Strings.find('\0');
  if (End == StringRef::npos)
    return false;
  Out = Strings.take_front(End).str();
  Strings = Strings.drop_front(End + 1);
  return true;
}

// Bytes hold a whole record by its Size field, which is at least a header's.
static Error parseRecord(ArrayRef<uint8_t> Bytes, uint64_t Offset,
                         uint64_t Address, Record &R) {
  crit_func_record Head;
  std::memcpy(&Head, Bytes.data(), sizeof(Head));
  if (Head.AbiVersion != CRIT_ABI_VERSION)
    return bad(Offset, "record format " + Twine(unsigned(Head.AbiVersion)) +
                           ", this crit-audit reads format " +
                           Twine(CRIT_ABI_VERSION));
  if (Head.Mode > CRIT_MODE_DELTA)
    return bad(Offset, "unknown mode " + Twine(unsigned(Head.Mode)));
  uint64_t Fixed = sizeof(Head) + uint64_t(Head.NumSites) * sizeof(crit_site) +
                   uint64_t(Head.NumReasons) * sizeof(crit_reason_count);
  // Every file name takes a byte at least.
  if (Fixed + Head.NumFiles >= Bytes.size())
    return bad(Offset, "tables larger than the record");
  R.Address = Address;
  R.Code = Address + offsetof(crit_func_record, CodeOffset) +
           static_cast<int64_t>(Head.CodeOffset);
  R.Mode = Head.Mode;
  R.Replicated = Head.NumReplicated;
  R.Once = Head.NumOnce;
  R.Unprotected = Head.NumUnprotected;
  const uint8_t *At = Bytes.data() + sizeof(Head);
  for (uint32_t I = 0; I < Head.NumSites; ++I, At += sizeof(crit_site)) {
    crit_site S;
    std::memcpy(&S, At, sizeof(S));
    R.Sites.push_back({CRIT_SITE_LINE(S.LineWidth), S.File,
                       uint8_t(CRIT_SITE_KIND(S.Kind)), S.Master, S.Shadow,
                       (S.Kind & CRIT_SITE_KIND_REPAIRED) != 0});
  }
  for (uint32_t I = 0; I < Head.NumReasons; ++I) {
    crit_reason_count C;
    std::memcpy(&C, At, sizeof(C));
    At += sizeof(C);
    R.Reasons.emplace_back(C.Reason, C.Count);
  }
  StringRef Strings(reinterpret_cast<const char *>(At), Bytes.end() - At);
  if (!takeString(Strings, R.Name))
    return bad(Offset, "function name without end");
  for (uint32_t I = 0; I < Head.NumFiles; ++I)
    if (!takeString(Strings, R.Files.emplace_back()))
      return bad(Offset, "file name without end");
  return Error::success();
}

static Error readSection(const Section &S, std::vector<Record> &Out) {
  ArrayRef<uint8_t> Bytes = S.Bytes;
  uint64_t Offset = 0;
  while (Bytes.size() - Offset >= 4) {
    uint32_t Magic, Size;
    std::memcpy(&Magic, &Bytes[Offset], 4);
    if (Magic == 0) { // padding of the linker
      Offset += 4;
      continue;
    }
    if (Magic != CRIT_RECORD_MAGIC)
      return bad(Offset, "no record starts here");
    if (Bytes.size() - Offset < sizeof(crit_func_record))
      return bad(Offset, "cut off");
    std::memcpy(&Size, &Bytes[Offset + 4], 4);
    if (Size < sizeof(crit_func_record) || Size % 8)
      return bad(Offset, "impossible size " + Twine(Size));
    if (Size > Bytes.size() - Offset)
      return bad(Offset, "cut off");
    if (Error E = parseRecord(Bytes.slice(Offset, Size), Offset,
                              S.Address + Offset, Out.emplace_back()))
      return E;
    Offset += Size;
  }
  return Error::success();
}

Expected<std::vector<Record>> readRecords(const Image &I) {
  std::vector<Record> Result;
  for (const Section &S : I.sections())
    if (S.Name == CRIT_RECORD_SECTION)
      if (Error E = readSection(S, Result))
        return std::move(E);
  return Result;
}

StringRef modeName(unsigned Mode) {
  switch (Mode) {
  case CRIT_MODE_NONE:
    return "none";
  case CRIT_MODE_ILR:
    return "ilr";
  case CRIT_MODE_HAFT:
    return "haft";
  case CRIT_MODE_DELTA:
    return "delta";
  }
  return "?";
}

StringRef checkName(unsigned Kind) {
  switch (Kind) {
#define CRIT_CHECK(ENUM, VALUE, NAME, TEXT)                                    \
  case VALUE:                                                                  \
    return NAME;
#include "crit/checks.def"
  }
  return "?";
}

StringRef reasonName(unsigned Reason) {
  switch (Reason) {
#define CRIT_REASON(ENUM, VALUE, NAME, TEXT)                                   \
  case VALUE:                                                                  \
    return NAME;
#include "crit/reasons.def"
  }
  return "?";
}

StringRef reasonText(unsigned Reason) {
  switch (Reason) {
#define CRIT_REASON(ENUM, VALUE, NAME, TEXT)                                   \
  case VALUE:                                                                  \
    return TEXT;
#include "crit/reasons.def"
  }
  return "?";
}

} // namespace crit::audit

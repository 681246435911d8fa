//===- Names.cpp - from a place in a file to a function -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Names.h"
#include "../audit/Frames.h"
#include "../audit/Image.h"
#include "../audit/Records.h"

#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace crit::audit;

namespace crit::stat {

struct Names::Module {
  std::unique_ptr<MemoryBuffer> Buffer;
  std::unique_ptr<Image> Content; ///< null if it cannot be read
  std::vector<Record> Records;
};

Names::Names() = default;
Names::~Names() = default;

static std::unique_ptr<Image> readImage(const std::string &File,
                                        std::unique_ptr<MemoryBuffer> &Buffer) {
  auto Read = MemoryBuffer::getFile(File, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!Read)
    return nullptr;
  Buffer = std::move(*Read);
  auto Content = Image::create(Buffer->getBuffer());
  if (Content)
    return std::move(*Content);
  consumeError(Content.takeError());
  return nullptr;
}

/// A record of the function that holds \p Address, by unwind tables: for
/// stripped files.
static const Record *recordAt(const Image &I, ArrayRef<Record> Records,
                              uint64_t Address) {
  for (const Record &R : Records)
    if (R.Code == Address)
      return &R;
  for (const Extent &E : readFrames(I))
    if (Address >= E.Address && Address - E.Address < E.Size)
      for (const Record &R : Records)
        if (R.Code >= E.Address && R.Code - E.Address < E.Size)
          return &R;
  return nullptr;
}

std::string Names::functionAt(const std::string &File, uint64_t Offset) {
  auto [It, New] = Modules.try_emplace(File);
  if (New) {
    It->second = std::make_unique<Module>();
    Module &M = *It->second;
    M.Content = readImage(File, M.Buffer);
    if (M.Content) {
      auto Records = readRecords(*M.Content);
      if (Records)
        M.Records = std::move(*Records);
      else
        consumeError(Records.takeError());
    }
  }
  const Module &M = *It->second;
  if (!M.Content)
    return "";
  uint64_t Address = M.Content->base() + Offset;
  const Symbol *Best = nullptr;
  for (const Symbol &S : M.Content->symbols()) {
    if (S.Address > Address)
      break;
    if (Address - S.Address < S.Size && (!Best || S.Function))
      Best = &S;
  }
  if (Best)
    return demangle(Best->Name);
  const Record *R = recordAt(*M.Content, M.Records, Address);
  return R ? demangle(R->Name) : "";
}

bool hasRecords(const std::string &File) {
  std::unique_ptr<MemoryBuffer> Buffer;
  std::unique_ptr<Image> Content = readImage(File, Buffer);
  if (Content)
    for (const Section &S : Content->sections())
      if (S.Name == CRIT_RECORD_SECTION)
        return true;
  return false;
}

} // namespace crit::stat

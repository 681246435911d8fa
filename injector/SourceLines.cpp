//===- SourceLines.cpp - which source line an address is ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SourceLines.h"

#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ObjectFile.h"

namespace crit::inject {

struct SourceLines::Impl {
  llvm::object::OwningBinary<llvm::object::ObjectFile> Binary;
  std::unique_ptr<llvm::DWARFContext> Context;
};

SourceLines::SourceLines(const std::string &Program)
    : P(std::make_unique<Impl>()) {
  auto File = llvm::object::ObjectFile::createObjectFile(Program);
  if (!File) {
    llvm::consumeError(File.takeError());
    return;
  }
  P->Binary = std::move(*File);
  P->Context = llvm::DWARFContext::create(*P->Binary.getBinary());
}

SourceLines::~SourceLines() = default;

std::string SourceLines::at(uint64_t Address) const {
  if (!P->Context || Address == 0)
    return "";
  auto Line = P->Context->getLineInfoForAddress(
      {Address, llvm::object::SectionedAddress::UndefSection});
  if (!Line || Line->Line == 0 ||
      Line->FileName == llvm::DILineInfo::BadString)
    return "";
  std::string Name = Line->FileName;
  return Name.substr(Name.rfind('/') + 1) + ":" + std::to_string(Line->Line);
}

} // namespace crit::inject

//===- Image.h - code and data of an ELF file in one address space -*- C++ -*-//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rest of crit-audit works on addresses. A relocatable object has none: its
// sections are laid out one after another, its relocations applied, and every
// undefined symbol gets an address of its own behind them, so that object
// files and linked files read alike.
//
// The file may be damaged in any way: nothing is trusted that was not checked.
//===----------------------------------------------------------------------===//
#ifndef CRIT_AUDIT_IMAGE_H
#define CRIT_AUDIT_IMAGE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace crit::audit {

struct Section {
  std::string Name;
  uint64_t Address = 0;
  uint64_t Size = 0;             ///< in memory
  llvm::ArrayRef<uint8_t> Bytes; ///< relocated; empty without file contents
  bool Code = false;

  uint64_t end() const { return Address + Size; }
};

struct Symbol {
  std::string Name;
  uint64_t Address = 0;
  uint64_t Size = 0;
  bool Function = false; ///< typed so; else an untyped label in code
  bool Global = false;
};

class Image {
public:
  /// Reads \p File, which must outlive the image. Errors are one line without
  /// the file's name: not ELF, other machine, damaged.
  static llvm::Expected<std::unique_ptr<Image>> create(llvm::StringRef File);

  /// Allocated sections by address; none overlap.
  llvm::ArrayRef<Section> sections() const { return Sections; }
  /// Defined symbols in code, by address.
  llvm::ArrayRef<Symbol> symbols() const { return Symbols; }
  bool isRelocatable() const { return Relocatable; }
  /// Where a program starts; 0 without.
  uint64_t entry() const { return Entry; }
  /// Address of the file's first byte when it is loaded; 0 for objects.
  uint64_t base() const { return Base; }
  /// True if the full symbol table is gone.
  bool isStripped() const { return Stripped; }

  const Section *sectionAt(uint64_t Address) const;
  /// Contents from Address to the end of its section; empty if there are none.
  llvm::ArrayRef<uint8_t> bytesAt(uint64_t Address) const;
  /// Name of the undefined symbol that stands for Address, or "".
  llvm::StringRef undefinedAt(uint64_t Address) const;

private:
  friend class ImageBuilder;
  std::vector<Section> Sections;
  std::vector<Symbol> Symbols;
  std::map<uint64_t, std::string> Undefined;
  std::vector<std::unique_ptr<std::vector<uint8_t>>> Relocated;
  uint64_t Entry = 0;
  uint64_t Base = 0;
  bool Relocatable = false;
  bool Stripped = true;
};

} // namespace crit::audit

#endif

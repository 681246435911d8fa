//===- Sites.h - constants that name a check's place -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_SITES_H
#define CRIT_BOUNDLESS_SITES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DebugLoc.h"
#include "llvm/IR/Module.h"
#include <map>
#include <string>
#include <tuple>

namespace crit {

/// Makes crit_bl_site constants of a module.
class Sites {
public:
  explicit Sites(llvm::Module &M) : M(M) {}
  llvm::Constant *make(const llvm::Function &F, const llvm::DebugLoc &DL,
                       unsigned Bytes, unsigned Kind);

private:
  llvm::GlobalVariable *text(llvm::StringRef S);

  llvm::Module &M;
  llvm::StringMap<llvm::GlobalVariable *> Texts;
  /// One for all accesses of a kind and size on a line: reports count lines.
  std::map<std::tuple<std::string, std::string, unsigned, unsigned, unsigned>,
           llvm::GlobalVariable *>
      Made;
};

} // namespace crit
#endif

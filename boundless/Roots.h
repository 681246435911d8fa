//===- Roots.h - which object a pointer belongs to -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The root of a pointer is the value it was computed from inside the function:
// argument, load, call result, variable. A merge of pointers with different
// roots gets a PHI of the roots beside it.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_ROOTS_H
#define CRIT_BOUNDLESS_ROOTS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/ValueHandle.h"
#include <optional>

namespace crit {

/// One pointer or another.
inline bool isMerge(const llvm::Value *V) {
  return llvm::isa<llvm::PHINode>(V) || llvm::isa<llvm::SelectInst>(V);
}

class Roots {
public:
  explicit Roots(const llvm::DataLayout &DL) : DL(DL) {}

  /// Null: belongs to no object we could know.
  llvm::Value *of(llvm::Value *P);
  /// Bytes of variables whose size is a constant here.
  std::optional<uint64_t> knownSize(llvm::Value *Root) const;
  /// Bytes a variable of another file has at least. Whatever lies beyond, the
  /// runtime has to say: a declaration may hide a longer one.
  std::optional<uint64_t> declaredSize(llvm::Value *Root) const;
  void setKnownSize(llvm::Value *Root, uint64_t Size) {
    Known[Root] = Size;
    Memo[Root] = Root;
  }
  /// A slot of a region: its end is the next one's start.
  bool isSlot(llvm::Value *Root) const {
    return Known.count(Root) || !knownSize(Root);
  }
  /// Constant distance of P from its root.
  std::optional<int64_t> constantOffset(llvm::Value *P,
                                        llvm::Value *Root) const;

private:
  llvm::Value *ofMerge(llvm::Instruction *I);
  llvm::Value *step(llvm::Value *P) const;

  const llvm::DataLayout &DL;
  llvm::DenseMap<llvm::Value *, llvm::Value *> Memo;
  llvm::DenseMap<llvm::Value *, uint64_t> Known;
};

} // namespace crit
#endif

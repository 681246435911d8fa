//===- Table.h - what the runtime's table says of an address ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_TABLE_H
#define CRIT_BOUNDLESS_TABLE_H

#include <cstdint>
#include <utility>

namespace llvm {
class IRBuilderBase;
class Value;
} // namespace llvm

namespace crit {

/// Of address P: magic and size.
std::pair<llvm::Value *, llvm::Value *> tableRow(llvm::IRBuilderBase &B, llvm::Value *P);
/// Of the product of two words.
llvm::Value *upperHalf(llvm::IRBuilderBase &B, llvm::Value *X, llvm::Value *Y);
/// Bytes from Root + Low to the end of that slot, and the slot's size; both 0 where
/// somebody has to be asked.
std::pair<llvm::Value *, llvm::Value *> roomBehind(llvm::IRBuilderBase &B,
                                                   llvm::Value *Root, int64_t Low);

} // namespace crit
#endif

//===- Table.cpp - what the runtime's table says of an address ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Table.h"
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;
using namespace crit;

Value *crit::entryWord(IRBuilderBase &B, unsigned Index) {
  // A constant address: one indirect call or one load, no symbol.
  Value *P = B.CreateIntToPtr(B.getInt64(CRIT_BL_ENTRIES + 8 * Index),
                              B.getPtrTy());
  LoadInst *L = B.CreateAlignedLoad(B.getInt64Ty(), P, Align(8));
  L->setMetadata(LLVMContext::MD_invariant_load,
                 MDNode::get(B.getContext(), {}));
  return L;
}

/// What the table says of address P: factor and size.
std::pair<Value *, Value *> crit::tableRow(IRBuilderBase &B, Value *P) {
  Type *I64 = B.getInt64Ty();
  // Sixteen bytes a region.
  Value *Index = B.CreateAnd(B.CreateLShr(P, CRIT_BL_REGION_BITS - 4),
                             (CRIT_BL_REGIONS - 1) << 4);
  Value *Row = B.CreateIntToPtr(
      B.CreateAdd(Index, B.getInt64(CRIT_BL_TABLE)), B.getPtrTy());
  MDNode *Empty = MDNode::get(B.getContext(), {});
  auto Word = [&](unsigned N) {
    LoadInst *L = B.CreateAlignedLoad(
        I64, B.CreateConstGEP1_64(B.getInt64Ty(), Row, N), Align(8));
    L->setMetadata(LLVMContext::MD_invariant_load, Empty);
    return L;
  };
  Value *Magic = Word(0);
  return {Magic, Word(1)};
}

/// Upper half of the product.
Value *crit::upperHalf(IRBuilderBase &B, Value *X, Value *Y) {
  Type *I64 = B.getInt64Ty(), *I128 = B.getInt128Ty();
  Value *Product = B.CreateNUWMul(B.CreateZExt(X, I128), B.CreateZExt(Y, I128));
  return B.CreateTrunc(B.CreateLShr(Product, 64), I64);
}

/// Bytes from Root + Low to the end of that slot, and the slot's size; both 0 where
/// somebody has to be asked. The lower half of address * magic is how far into its
/// slot the address is, in parts of 2^64: no base, and no answer but the table's.
std::pair<Value *, Value *> crit::roomBehind(IRBuilderBase &B, Value *Root, int64_t Low) {
  Value *P = B.CreatePtrToInt(Root, B.getInt64Ty());
  auto [Magic, Size] = tableRow(B, P);
  Value *Part = B.CreateMul(B.CreateAdd(P, B.getInt64(uint64_t(Low))), Magic);
  return {B.CreateSub(Size, upperHalf(B, Part, Size)), Size};
}

//===- Sites.cpp - constants that name a check's place --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sites.h"
#include "runtime/Abi.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;
using namespace crit;

GlobalVariable *Sites::text(StringRef S) {
  GlobalVariable *&G = Texts[S];
  if (!G) {
    G = new GlobalVariable(
        M, ArrayType::get(Type::getInt8Ty(M.getContext()), S.size() + 1), true,
        GlobalValue::PrivateLinkage,
        ConstantDataArray::getString(M.getContext(), S), "crit.text");
    G->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    G->setAlignment(Align(1));
  }
  return G;
}

Constant *Sites::make(const Function &F, const DebugLoc &DL, unsigned Bytes,
                      unsigned Kind) {
  LLVMContext &C = M.getContext();
  Type *I8 = Type::getInt8Ty(C), *I16 = Type::getInt16Ty(C),
       *I32 = Type::getInt32Ty(C), *I64 = Type::getInt64Ty(C);
  StringRef File, Name = F.getName();
  unsigned Line = 0;
  if (DL) {
    Line = DL.getLine();
    File = DL->getFilename();
    if (DISubprogram *SP = DL->getScope()->getSubprogram())
      Name = SP->getName();
  }
  GlobalVariable *&G = Made[{File.str(), Name.str(), Line, Bytes, Kind}];
  if (G)
    return G;
  auto *Ty = StructType::get(C, {I32, I32, I32, I16, I8, I8});
  G = new GlobalVariable(M, Ty, true, GlobalValue::PrivateLinkage,
                               nullptr, "crit.site");
  auto Relative = [&](GlobalVariable *T, unsigned Field) -> Constant * {
    Constant *At = ConstantExpr::getGetElementPtr(
        Ty, G,
        ArrayRef<Constant *>{ConstantInt::get(I32, 0),
                             ConstantInt::get(I32, Field)});
    return ConstantExpr::getTrunc(
        ConstantExpr::getSub(ConstantExpr::getPtrToInt(T, I64),
                             ConstantExpr::getPtrToInt(At, I64)),
        I32);
  };
  G->setInitializer(ConstantStruct::get(
      Ty, {File.empty() ? ConstantInt::get(I32, 0) : Relative(text(File), 0),
           Relative(text(Name), 1), ConstantInt::get(I32, Line),
           ConstantInt::get(I16, Bytes > 0xffff ? 0xffff : Bytes),
           ConstantInt::get(I8, Kind), ConstantInt::get(I8, 0)}));
  G->setAlignment(Align(4));
  return G;
}

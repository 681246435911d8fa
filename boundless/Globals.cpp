//===- Globals.cpp - room behind global variables, and a list of them -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   int table[10];   ->   {int[10], char[8]} table;   // same name, same place
//                         list of {address, size}, handed over by a constructor
//
// The room makes a pointer one past the end still a pointer into the variable.
// Inside functions that name the variable bounds are constants; the list is for
// functions that get its address from elsewhere.
//
// Code that needs the runtime looks for it before anything else of the program
// runs: it may be in a library that was loaded into a plain program, or have been
// linked by a plain compiler. All of it together has one such guard.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace crit;

static bool mayBeLibrary(const Module &M) {
  return M.getPICLevel() != PICLevel::NotPIC &&
         M.getPIELevel() == PIELevel::Default;
}

bool crit::hasArray(Type *Ty) {
  if (Ty->isArrayTy())
    return true;
  if (auto *S = dyn_cast<StructType>(Ty))
    for (Type *E : S->elements())
      if (hasArray(E))
        return true;
  return false;
}

static bool suits(const GlobalVariable &G, const Module &M) {
  if (G.isDeclaration() || G.isThreadLocal() || G.hasSection() ||
      G.hasComdat() || G.getAddressSpace() != 0 || G.hasPartition() ||
      G.isExternallyInitialized() || G.getName().starts_with("llvm.") ||
      G.getName().starts_with("crit.") || G.getName().starts_with("__crit_") ||
      G.hasAttribute("bss-section") || G.hasAttribute("data-section") ||
      G.hasAttribute("rodata-section") || G.hasImplicitSection())
    return false;
  // Its size is part of a library's interface.
  if (!G.hasLocalLinkage() &&
      (!G.hasExternalLinkage() ||
       (mayBeLibrary(M) && G.hasDefaultVisibility())))
    return false;
  // Strings and what else the linker merges.
  if (G.isConstant() && G.hasGlobalUnnamedAddr())
    return false;
  Type *Ty = G.getValueType();
  return Ty->isSized() && hasArray(Ty) &&
         M.getDataLayout().getTypeAllocSize(Ty) != 0;
}

static void addRoom(GlobalVariable *&G, Module &M) {
  const DataLayout &DL = M.getDataLayout();
  Type *Ty = G->getValueType(), *I8 = Type::getInt8Ty(M.getContext());
  uint64_t Size = DL.getTypeAllocSize(Ty);
  auto *Room = ArrayType::get(I8, alignTo(Size + 1, 16) - Size);
  auto *Wide = StructType::get(M.getContext(), {Ty, Room}, /*Packed=*/true);
  auto *New = new GlobalVariable(
      M, Wide, G->isConstant(), G->getLinkage(),
      ConstantStruct::get(
          Wide, {G->getInitializer(), ConstantAggregateZero::get(Room)}),
      "", G, G->getThreadLocalMode());
  New->copyAttributesFrom(G);
  New->setAlignment(std::max(DL.getPreferredAlign(G), Align(16)));
  New->copyMetadata(G, 0);
  G->replaceAllUsesWith(New);
  New->takeName(G);
  G->eraseFromParent();
  G = New;
}

static Function *makeFunction(Module &M, StringRef Name) {
  auto *F = Function::Create(
      FunctionType::get(Type::getVoidTy(M.getContext()), false),
      GlobalValue::InternalLinkage, Name, M);
  F->addFnAttr(Attribute::NoUnwind);
  BasicBlock::Create(M.getContext(), "", F);
  return F;
}

static void callWord(Function *F, unsigned Word, ArrayRef<Value *> Args) {
  IRBuilder<> B(&F->getEntryBlock());
  SmallVector<Type *, 2> Types;
  for (Value *V : Args)
    Types.push_back(V->getType());
  B.CreateCall(FunctionType::get(B.getVoidTy(), Types, false),
               B.CreateIntToPtr(entryWord(B, Word), B.getPtrTy()), Args);
  B.CreateRetVoid();
}

/// Libraries and programs without libc have no write and no _exit.
static void systemCall(IRBuilder<> &B, uint64_t Number, ArrayRef<Value *> Args) {
  SmallVector<Value *, 4> All{B.getInt64(Number)};
  SmallVector<Type *, 4> Types{B.getInt64Ty()};
  std::string Where = "={rax},{rax}";
  static const char *const Registers[] = {",{rdi}", ",{rsi}", ",{rdx}"};
  for (auto [V, R] : zip(Args, Registers)) {
    All.push_back(V);
    Types.push_back(V->getType());
    Where += R;
  }
  auto *Ty = FunctionType::get(B.getInt64Ty(), Types, false);
  B.CreateCall(InlineAsm::get(Ty, "syscall",
                              Where + ",~{rcx},~{r11},~{memory},~{dirflag},"
                                      "~{fpsr},~{flags}",
                              /*hasSideEffects=*/true),
               All);
}

void crit::makeGuard(Module &M) {
  LLVMContext &C = M.getContext();
  if (M.getNamedGlobal("__crit_shared_boundless_1"))
    return;
  Function *F = makeFunction(M, "__crit_boundless_guard");
  F->setLinkage(GlobalValue::LinkOnceODRLinkage);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setComdat(M.getOrInsertComdat(F->getName()));
  auto *Marker = new GlobalVariable(
      M, Type::getInt32Ty(C), true, GlobalValue::ExternalWeakLinkage, nullptr,
      "__crit_shared_boundless_1");
  BasicBlock *Bad = BasicBlock::Create(C, "", F);
  BasicBlock *Good = BasicBlock::Create(C, "", F);
  IRBuilder<> B(&F->getEntryBlock());
  B.CreateCondBr(B.CreateICmpEQ(Marker, Constant::getNullValue(B.getPtrTy())),
                 Bad, Good);
  B.SetInsertPoint(Good);
  B.CreateRetVoid();
  B.SetInsertPoint(Bad);
  static const char Text[] =
      "crit: boundless: error: code compiled with -fcrit=boundless is in a "
      "program that was linked without it; link the program with crit-clang, or "
      "compile that code with -fno-crit=boundless\n";
  auto *Message = B.CreateGlobalString(Text, "crit.message");
  systemCall(B, 1, {B.getInt64(2), Message, B.getInt64(sizeof(Text) - 1)});
  systemCall(B, 231, {B.getInt64(86)}); // exit_group
  B.CreateUnreachable();
  appendToGlobalCtors(M, F, 0, F);
}

bool crit::registerGlobals(Module &M) {
  SmallPtrSet<const GlobalValue *, 8> Aliased;
  for (const GlobalAlias &A : M.aliases())
    if (const GlobalObject *O = A.getAliaseeObject())
      Aliased.insert(O);
  SmallVector<GlobalVariable *, 16> All;
  for (GlobalVariable &G : M.globals())
    if (!Aliased.count(&G) && suits(G, M))
      All.push_back(&G);
  if (All.empty())
    return false;
  LLVMContext &C = M.getContext();
  Type *I64 = Type::getInt64Ty(C);
  auto *RowTy = StructType::get(C, {PointerType::get(C, 0), I64});
  SmallVector<Constant *, 16> Rows;
  for (GlobalVariable *&G : All) {
    addRoom(G, M);
    uint64_t Size = M.getDataLayout().getTypeAllocSize(G->getValueType());
    Rows.push_back(ConstantStruct::get(RowTy, {G, ConstantInt::get(I64, Size)}));
  }
  auto *Ty = ArrayType::get(RowTy, Rows.size());
  auto *List =
      new GlobalVariable(M, Ty, true, GlobalValue::PrivateLinkage,
                         ConstantArray::get(Ty, Rows), "crit.globals");
  Constant *End = ConstantExpr::getGetElementPtr(
      RowTy, List, ArrayRef<Constant *>{ConstantInt::get(I64, Rows.size())});
  Function *Enter = makeFunction(M, "__crit_boundless_globals");
  callWord(Enter, CRIT_BL_GLOBALS, {List, End});
  appendToGlobalCtors(M, Enter, 1);
  if (mayBeLibrary(M)) {
    Function *Leave = makeFunction(M, "__crit_boundless_globals_end");
    callWord(Leave, CRIT_BL_GLOBALS_END, {List, End});
    appendToGlobalDtors(M, Leave, 1);
  }
  return true;
}

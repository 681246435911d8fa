//===- ThreadStacks.cpp - signal stacks for threads -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   before                         after
//     pthread_create(t, a, f, x)     __crit_thread_create(t, a, f, x)
//                                      pthread_create(t, a, __crit_thread_start,
//                                                     {f, x})
//     thread:  f(x)                  thread:  mmap, sigaltstack
//                                             f(x)
//                                             sigaltstack, munmap   (destructor of
//                                             a key: also at pthread_exit)
//
// What cannot be had (memory, a key) is done without: then the thread begins as
// it would have.
//===----------------------------------------------------------------------===//
#include "ThreadStacks.h"
#include "FunctionPolicy.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace crit;

// Flags of mmap: MAP_PRIVATE, MAP_ANONYMOUS, MAP_STACK. 2: SS_DISABLE.
static const char Text[] = R"(
$__crit_thread_create = comdat any
@__crit_thread_key = linkonce_odr hidden global i64 0, comdat($__crit_thread_create)

declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_key_create(ptr, ptr)
declare i32 @pthread_key_delete(i32)
declare i32 @pthread_setspecific(i32, ptr)
declare i32 @sigaltstack(ptr, ptr)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @munmap(ptr, i64)
declare ptr @malloc(i64)
declare void @free(ptr)

define linkonce_odr hidden void @__crit_thread_end(ptr %stack) #0 comdat($__crit_thread_create) {
  %now = alloca { ptr, i32, i64 }
  %got = call i32 @sigaltstack(ptr null, ptr %now)
  %sp = load ptr, ptr %now
  %ours = icmp eq ptr %sp, %stack
  br i1 %ours, label %disable, label %unmap
disable:
  %flags = getelementptr i8, ptr %now, i64 8
  store i32 2, ptr %flags
  %off = call i32 @sigaltstack(ptr %now, ptr null)
  br label %unmap
unmap:
  %gone = call i32 @munmap(ptr %stack, i64 65536)
  ret void
}

define linkonce_odr hidden ptr @__crit_thread_start(ptr %box) #0 comdat($__crit_thread_create) {
  %new = alloca { ptr, i32, i64 }
  %f = load ptr, ptr %box
  %second = getelementptr i8, ptr %box, i64 8
  %x = load ptr, ptr %second
  call void @free(ptr %box)
  %numbered = load atomic i64, ptr @__crit_thread_key acquire, align 8
  %number = sub i64 %numbered, 1
  %key = trunc i64 %number to i32
  %stack = call ptr @mmap(ptr null, i64 65536, i32 3, i32 131106, i32 -1, i64 0)
  %address = ptrtoint ptr %stack to i64
  %none = icmp eq i64 %address, -1
  br i1 %none, label %begin, label %keep
keep:
  %failed = call i32 @pthread_setspecific(i32 %key, ptr %stack)
  %kept = icmp eq i32 %failed, 0
  br i1 %kept, label %use, label %drop
drop:
  %gone = call i32 @munmap(ptr %stack, i64 65536)
  br label %begin
use:
  store ptr %stack, ptr %new
  %flags = getelementptr i8, ptr %new, i64 8
  store i32 0, ptr %flags
  %size = getelementptr i8, ptr %new, i64 16
  store i64 65536, ptr %size
  %on = call i32 @sigaltstack(ptr %new, ptr null)
  br label %begin
begin:
  %result = call ptr %f(ptr %x)
  ret ptr %result
}

define linkonce_odr hidden i32 @__crit_thread_create(ptr %t, ptr %a, ptr %f, ptr %x) #0 comdat {
  %made = alloca i32
  %known = load atomic i64, ptr @__crit_thread_key acquire, align 8
  %first = icmp eq i64 %known, 0
  br i1 %first, label %make, label %box
make:
  %bad = call i32 @pthread_key_create(ptr %made, ptr @__crit_thread_end)
  %good = icmp eq i32 %bad, 0
  br i1 %good, label %publish, label %plain
publish:
  %key = load i32, ptr %made
  %wide = zext i32 %key to i64
  %number = add i64 %wide, 1
  %pair = cmpxchg ptr @__crit_thread_key, i64 0, i64 %number acq_rel acquire, align 8
  %won = extractvalue { i64, i1 } %pair, 1
  br i1 %won, label %box, label %lost
lost:
  %deleted = call i32 @pthread_key_delete(i32 %key)
  br label %box
box:
  %words = call ptr @malloc(i64 16)
  %no = icmp eq ptr %words, null
  br i1 %no, label %plain, label %begin
begin:
  store ptr %f, ptr %words
  %second = getelementptr i8, ptr %words, i64 8
  store ptr %x, ptr %second
  %result = call i32 @pthread_create(ptr %t, ptr %a, ptr @__crit_thread_start, ptr %words)
  %began = icmp eq i32 %result, 0
  br i1 %began, label %done, label %back
back:
  call void @free(ptr %words)
  ret i32 %result
done:
  ret i32 0
plain:
  %alone = call i32 @pthread_create(ptr %t, ptr %a, ptr %f, ptr %x)
  ret i32 %alone
}

attributes #0 = { noinline uwtable "crit"="none" }
)";

void crit::giveThreadsStacks(Module &M) {
  Function *Create = M.getFunction("pthread_create");
  if (!Create || !Create->isDeclaration() || Create->arg_size() != 4 ||
      M.getFunction("__crit_thread_create"))
    return;
  SmallVector<CallBase *, 4> Calls;
  for (User *U : Create->users())
    if (auto *C = dyn_cast<CallBase>(U);
        C && C->getCalledOperand() == Create && C->arg_size() == 4 &&
        recovers(*C->getFunction()))
      Calls.push_back(C);
  if (Calls.empty())
    return;
  SMDiagnostic Error;
  LLVMContext &Context = M.getContext();
  bool Discards = Context.shouldDiscardValueNames();
  Context.setDiscardValueNames(false); // the parser needs them
  std::unique_ptr<Module> Added = parseAssemblyString(Text, Error, Context);
  Context.setDiscardValueNames(Discards);
  if (!Added)
    reportFatalInternalError(Twine("crit: thread stacks: ") + Error.getMessage());
  Added->setDataLayout(M.getDataLayout());
  Added->setTargetTriple(M.getTargetTriple());
  // First: the linker leaves out what nobody asks for.
  FunctionCallee Wrapper = M.getOrInsertFunction("__crit_thread_create",
                                                 Create->getFunctionType());
  for (CallBase *C : Calls)
    C->setCalledFunction(Wrapper);
  Linker::linkModules(M, std::move(Added)); // errors go to the context
}

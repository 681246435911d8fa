//===- ThreadStacks.cpp - signal stacks for threads -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   before                         after
//     pthread_create(t, a, f, x)     __crit_thread_create(t, a, f, x)
//                                      pthread_create(t, a, __crit_thread_start,
//                                                     {f, x})
//     thread:  f(x)                  thread:  mmap, sigaltstack
//                                             stack pointer down to a multiple of
//                                             8 MiB, if the stack is 24 MiB larger
//                                             f(x)
//                                             sigaltstack, munmap   (destructor of
//                                             a key: also at pthread_exit)
//
// The 8 MiB that a thread begins in have an even number of ones in their number
// (address >> 23): those of two threads differ in at least two bits, so that no
// single wrong bit leads from where one stack is used to where another is, whatever
// lies between them. Of three that follow each other one is even. The guard of
// 256 MiB makes bits up to that one lead down into the own mapping.
//
// What is above, unused, stays writable: glibc hands a stack on to other threads
// (in the child of a fork without our destructor), and expects it to be. There, at its lower
// end, is a crit_thread_room: whoever finds a wrong stack pointer that leads into it, or
// below what the thread has asked for, knows that nothing was there. When the thread ends glibc
// gives it back to the kernel, with all that was used but for 16 KiB at the top.
//
// What cannot be had (memory, a key) is done without: then the thread begins as
// it would have.
//===----------------------------------------------------------------------===//
#include "ThreadStacks.h"
#include "FunctionPolicy.h"
#include "crit/records.h"
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
declare i32 @pthread_attr_init(ptr)
declare i32 @pthread_attr_destroy(ptr)
declare i32 @pthread_attr_getstack(ptr, ptr, ptr)
declare i32 @pthread_attr_getstacksize(ptr, ptr)
declare i32 @pthread_attr_setstacksize(ptr, i64)
declare i32 @pthread_attr_setguardsize(ptr, i64)
declare i32 @pthread_key_create(ptr, ptr)
declare i32 @pthread_key_delete(i32)
declare i32 @pthread_setspecific(i32, ptr)
declare i32 @sigaltstack(ptr, ptr)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @munmap(ptr, i64)
declare ptr @malloc(i64)
declare void @free(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare ptr @llvm.frameaddress.p0(i32)
declare i64 @llvm.usub.sat.i64(i64, i64)
declare i64 @llvm.ctpop.i64(i64)

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
  %third = getelementptr i8, ptr %box, i64 16
  %lower = load i64, ptr %third
  %fourth = getelementptr i8, ptr %box, i64 24
  %asked = load i64, ptr %fourth
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
  %here = call ptr @llvm.frameaddress.p0(i32 0)
  %at = ptrtoint ptr %here to i64
  %mask = call i64 @llvm.usub.sat.i64(i64 %lower, i64 1)
  %above = and i64 %at, %mask
  %left = sub i64 %mask, %above
  %unit = lshr i64 %at, 23
  %ones = call i64 @llvm.ctpop.i64(i64 %unit)
  %odd = and i64 %ones, 1
  %unit.1 = sub i64 %unit, 1
  %ones.1 = call i64 @llvm.ctpop.i64(i64 %unit.1)
  %odd.1 = and i64 %ones.1, 1
  %unit.2 = sub i64 %unit, 2
  %ones.2 = call i64 @llvm.ctpop.i64(i64 %unit.2)
  %odd.2 = and i64 %ones.2, 1
  %both = and i64 %odd.1, %odd.2
  %further = add i64 %odd.1, %both
  %down = mul i64 %further, %lower
  %moved = add i64 %above, %down
  %close = icmp ult i64 %left, 32768
  %even = icmp eq i64 %odd, 0
  %near = and i1 %close, %even
  %over = select i1 %near, i64 0, i64 %moved
  %room = alloca i8, i64 %over, align 16
  %large = icmp ugt i64 %over, 65536
  br i1 %large, label %record, label %run
record:
  %from = ptrtoint ptr %room to i64
  %word = xor i64 %from, CRIT_THREAD_ROOM
  store i64 %word, ptr %room
  %end = add i64 %from, %over
  %room.end = getelementptr i8, ptr %room, i64 8
  store i64 %end, ptr %room.end
  %low = sub i64 %from, %asked
  %room.low = getelementptr i8, ptr %room, i64 16
  store i64 %low, ptr %room.low
  br label %run
run:
  call void asm sideeffect "", "r,~{memory}"(ptr %room)
  %result = call ptr %f(ptr %x)
  ret ptr %result
}

define linkonce_odr hidden i32 @__crit_thread_large(ptr %t, ptr %a, ptr %words) #0 comdat($__crit_thread_create) {
  %attr = alloca [64 x i8], align 16
  %base = alloca ptr
  %bytes = alloca i64
  %none = icmp eq ptr %a, null
  br i1 %none, label %default, label %given
default:
  %bad = call i32 @pthread_attr_init(ptr %attr)
  %good = icmp eq i32 %bad, 0
  br i1 %good, label %ask, label %no
given:
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %attr, ptr align 8 %a, i64 56, i1 false)
  br label %ask
ask:
  store ptr null, ptr %base
  store i64 0, ptr %bytes
  %unknown = call i32 @pthread_attr_getstack(ptr %attr, ptr %base, ptr %bytes)
  %low = load i64, ptr %base
  %given.size = load i64, ptr %bytes
  %high = add i64 %low, %given.size
  %unsized = call i32 @pthread_attr_getstacksize(ptr %attr, ptr %bytes)
  %size = load i64, ptr %bytes
  %own = icmp ne i64 %high, 0
  %little = icmp ult i64 %size, 1048576
  %much = icmp ugt i64 %size, 16777216
  %odd = or i1 %little, %much
  %fixed = or i1 %own, %odd
  br i1 %fixed, label %end, label %enlarge
enlarge:
  %more = add i64 %size, 25165824
  %s = call i32 @pthread_attr_setstacksize(ptr %attr, i64 %more)
  %g = call i32 @pthread_attr_setguardsize(ptr %attr, i64 268435456)
  %third = getelementptr i8, ptr %words, i64 16
  store i64 8388608, ptr %third
  %fourth = getelementptr i8, ptr %words, i64 24
  store i64 %size, ptr %fourth
  %made = call i32 @pthread_create(ptr %t, ptr %attr, ptr @__crit_thread_start, ptr %words)
  br label %end
end:
  %result = phi i32 [ %made, %enlarge ], [ 1, %ask ]
  br i1 %none, label %destroy, label %leave
destroy:
  %gone = call i32 @pthread_attr_destroy(ptr %attr)
  br label %leave
leave:
  ret i32 %result
no:
  ret i32 1
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
  %words = call ptr @malloc(i64 32)
  %no = icmp eq ptr %words, null
  br i1 %no, label %plain, label %begin
begin:
  store ptr %f, ptr %words
  %second = getelementptr i8, ptr %words, i64 8
  store ptr %x, ptr %second
  %third = getelementptr i8, ptr %words, i64 16
  %large = call i32 @__crit_thread_large(ptr %t, ptr %a, ptr %words)
  %isLarge = icmp eq i32 %large, 0
  br i1 %isLarge, label %done, label %small
small:
  store i64 0, ptr %third
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
  auto [Before, Behind] = StringRef(Text).split("CRIT_THREAD_ROOM");
  std::string Source = (Before + Twine(CRIT_THREAD_ROOM) + Behind).str();
  std::unique_ptr<Module> Added = parseAssemblyString(Source, Error, Context);
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

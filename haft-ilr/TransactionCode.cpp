//===- TransactionCode.cpp - the code that begins and ends transactions ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As the failure path, one naked function of inline assembly, hidden, COMDAT:
// nothing is needed at link time. Called only where __crit_tx_control is not
// zero, which it becomes at the program's start on a CPU with RTM.
//
//   end    inside: commit
//   split  inside: commit                then begin; after an abort again, up to
//                                        Tries times, then go on without
//   abort  inside: abort with our code   else nothing
//
// xbegin in a function that returns is fine: the return address was pushed
// before it, so an abort finds it on the stack again. "Inside" is a variable of
// the thread and not xtest: a program may have transactions of its own.
//===----------------------------------------------------------------------===//
#include "Transactions.h"
#include "crit/records.h"
#include "crit/stats.h"
#include "runtime/Rtm.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include <cstddef>

using namespace llvm;

static_assert(offsetof(crit_tx_control, Length) == 4 &&
              offsetof(crit_tx_control, Tries) == 8 &&
              offsetof(crit_tx_control, Counters) == 16 &&
              offsetof(crit_tx_control, Begin) == 24 &&
              offsetof(crit_tx_control, End) == 32 &&
              offsetof(crit_tx_control, Abort) == 40 && CRIT_TX_RTM == 1 &&
              CRIT_TX_STANDIN == 2 && CRIT_TX_ABORT_CODE == 0xc1);
static_assert(offsetof(crit_tx_state, Inside) == 4);
static_assert(CRIT_COUNTER_RtmStarts == 6 && CRIT_COUNTER_RtmCommits == 7 &&
              CRIT_COUNTER_RtmAbortExplicit == 8 &&
              CRIT_COUNTER_RtmAbortRetry == 9 &&
              CRIT_COUNTER_RtmAbortConflict == 10 &&
              CRIT_COUNTER_RtmAbortCapacity == 11 &&
              CRIT_COUNTER_RtmAbortDebug == 12 &&
              CRIT_COUNTER_RtmAbortNested == 13 &&
              CRIT_COUNTER_RtmAbortOther == 14 &&
              CRIT_COUNTER_RtmFallbacks == 21);

// rdx = control, rcx = offset of the thread's state; 32(%rsp) is what to do.
static constexpr const char Code[] = R"(
  endbr64
  pushq %rax
  pushq %rcx
  pushq %rdx
  leaq __crit_tx_control(%rip), %rdx
  cmpb $$0, (%rdx)
  je .Lcrit_tx_out
  movq __crit_tx_state@GOTTPOFF(%rip), %rcx
  cmpl $$0, %fs:4(%rcx)
  je .Lcrit_tx_outside
  cmpb $$2, 32(%rsp)
  je .Lcrit_tx_abort
  movl $$0, %fs:4(%rcx)
  callq .Lcrit_tx_commit
  movl $$7, %eax
  callq .Lcrit_tx_count
.Lcrit_tx_outside:
  cmpb $$1, 32(%rsp)
  ja .Lcrit_tx_out
  je .Lcrit_tx_split
  movl $$0, %fs:(%rcx) # the next split begins one
.Lcrit_tx_out:
  popq %rdx
  popq %rcx
  popq %rax
  retq
.Lcrit_tx_split:
  movl 8(%rdx), %eax
  pushq %rax # tries
.Lcrit_tx_again:
  movl $$6, %eax
  callq .Lcrit_tx_count
  movl 4(%rdx), %eax
  movl %eax, %fs:(%rcx)
  callq .Lcrit_tx_begin
  cmpl $$-1, %eax
  jne .Lcrit_tx_aborted
  movl $$1, %fs:4(%rcx)
.Lcrit_tx_begun:
  popq %rax
  jmp .Lcrit_tx_out
.Lcrit_tx_aborted: # eax = why; the rest is as at the beginning
  pushq %rax
  andl $$0x3d, %eax # explicit, conflict, capacity, debug, nested
  bsfl %eax, %eax
  jne .Lcrit_tx_why
  movl $$6, %eax # nothing known
  testb $$2, (%rsp)
  je .Lcrit_tx_why
  movl $$1, %eax # may succeed if tried again
.Lcrit_tx_why:
  addl $$8, %eax
  callq .Lcrit_tx_count
  popq %rax
  testl $$0x18, %eax # too large, breakpoint: again would be the same
  jne .Lcrit_tx_without
  decl (%rsp)
  jg .Lcrit_tx_again
.Lcrit_tx_without:
  movl $$21, %eax
  callq .Lcrit_tx_count
  jmp .Lcrit_tx_begun
.Lcrit_tx_count: # eax = number of the counter
  pushq %rdx
  movq 16(%rdx), %rdx
  testq %rdx, %rdx
  je .Lcrit_tx_counted
  lock incq (%rdx,%rax,8)
.Lcrit_tx_counted:
  popq %rdx
  retq
.Lcrit_tx_begin:
  cmpb $$2, (%rdx)
  je .Lcrit_tx_standin_begin
  movl $$-1, %eax
  xbegin .Lcrit_tx_returned
.Lcrit_tx_returned:
  retq
.Lcrit_tx_commit:
  cmpb $$2, (%rdx)
  je .Lcrit_tx_standin_end
  xend
  retq
.Lcrit_tx_abort:
  cmpb $$2, (%rdx)
  je .Lcrit_tx_standin_abort
  xabort $$0xc1
  ud2
.Lcrit_tx_standin_abort:
  movl $$0xc1, %edi
  andq $$-16, %rsp
  callq *40(%rdx)
  ud2
.Lcrit_tx_standin_begin:
  movq 24(%rdx), %rax
  jmp .Lcrit_tx_call
.Lcrit_tx_standin_end:
  movq 32(%rdx), %rax
.Lcrit_tx_call:
  pushq %rbp
  pushq %rcx
  pushq %rdx
  pushq %rsi
  pushq %rdi
  pushq %r8
  pushq %r9
  pushq %r10
  pushq %r11
  movq %rsp, %rbp
  andq $$-16, %rsp
  callq *%rax
  movq %rbp, %rsp
  popq %r11
  popq %r10
  popq %r9
  popq %r8
  popq %rdi
  popq %rsi
  popq %rdx
  popq %rcx
  popq %rbp
  retq
)";

static GlobalVariable *define(Module &M, StringRef Name, Constant *Init,
                              unsigned Alignment) {
  auto *V = new GlobalVariable(M, Init->getType(), false,
                               GlobalValue::LinkOnceODRLinkage, Init, Name);
  V->setVisibility(GlobalValue::HiddenVisibility);
  V->setDSOLocal(true);
  V->setComdat(M.getOrInsertComdat(Name));
  V->setAlignment(Align(Alignment));
  GlobalValue::SanitizerMetadata Plain;
  Plain.NoAddress = Plain.NoHWAddress = true;
  V->setSanitizerMetadata(Plain);
  appendToCompilerUsed(M, V);
  return V;
}

void crit::linkTransactionCode(Module &M, bool Asked) {
  if (M.getFunction(CRIT_TX_SYMBOL))
    return;
  LLVMContext &Context = M.getContext();
  crit_tx_control Start{};
  Start.Asked = Asked;
  static_assert(sizeof(Start) % 8 == 0);
  GlobalVariable *Control = define(
      M, CRIT_TX_CONTROL_SYMBOL,
      ConstantDataArray::getRaw(
          StringRef(reinterpret_cast<const char *>(&Start), sizeof(Start)),
          sizeof(Start) / 8, Type::getInt64Ty(Context)),
      64);
  Control->setCodeModel(CodeModel::Small); // reached by a 32-bit offset
  define(M, CRIT_TX_STATE_SYMBOL,
         ConstantAggregateZero::get(ArrayType::get(
             Type::getInt8Ty(Context), sizeof(crit_tx_state))),
         8)
      ->setThreadLocalMode(GlobalValue::InitialExecTLSModel);

  auto *FnType = FunctionType::get(Type::getVoidTy(Context), false);
  Function *F = Function::Create(FnType, GlobalValue::LinkOnceODRLinkage,
                                 CRIT_TX_SYMBOL, M);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setDSOLocal(true);
  F->setComdat(M.getOrInsertComdat(CRIT_TX_SYMBOL));
  for (Attribute::AttrKind Kind :
       {Attribute::Naked, Attribute::NoUnwind, Attribute::NoInline,
        Attribute::NoProfile, Attribute::SkipProfile,
        Attribute::NoSanitizeCoverage,
        Attribute::DisableSanitizerInstrumentation})
    F->addFnAttr(Kind);
  F->addFnAttr("crit", "none");
  F->setSection(CRIT_RUNTIME_SECTION); // where crit-audit looks for no records
  IRBuilder<> Builder(BasicBlock::Create(Context, "", F));
  Builder.CreateCall(
      InlineAsm::get(FnType, Code, "", /*hasSideEffects=*/true));
  Builder.CreateUnreachable();
  appendToCompilerUsed(M, F);
}

//===- FailPath.cpp - the code a failed check jumps to --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The function is one inline assembly string: an entry, which alone refers to
// symbols, and behind it the ready machine code of runtime/Fail.c. Measured for
// a module of its own: 50 ms as bitcode, under 1 ms this way; and no flag of
// the module (target features, code model, LTO, sanitizers) can change it.
//===----------------------------------------------------------------------===//
#include "FailPath.h"

#include "Transactions.h"
#include "crit/records.h"
#include "runtime/Actions.h"
#include "runtime/Fail.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

static const unsigned char Code[] = {
#include "FailPathCode.inc"
};

static constexpr const char StateName[] = "__crit_ilr_state";

// Saves the registers as struct crit_ilr_frame, then pushes struct
// crit_ilr_imports, last field first. Weak symbols come through the GOT in any
// relocation model: absent means null. The state is an operand because ThinLTO
// renames local variables.
static constexpr const char Entry[] = R"(
  pushq %r15
  pushq %r14
  pushq %r13
  pushq %r12
  pushq %r11
  pushq %r10
  pushq %r9
  pushq %r8
  pushq %rdi
  pushq %rsi
  pushq %rbp
  pushq %rsp
  pushq %rbx
  pushq %rdx
  pushq %rcx
  pushq %rax
  cld
  pushq __crit_tx@GOTPCREL(%rip)
  popq %rax
  testq %rax, %rax
  je .Lcrit_ilr_outside
  pushq $$2 # abort, if in a transaction: this has not happened then
  notrack callq *%rax
  popq %rax
.Lcrit_ilr_outside:
  movq %rsp, %rdi
  xorl %ecx, %ecx
  movq %rsp, %rbx
  callq .Lcrit_ilr_enter
  movq %rbx, %rsp
  popq %rax
  popq %rcx
  popq %rdx
  popq %rbx
  popq %rbp
  popq %rbp
  popq %rsi
  popq %rdi
  popq %r8
  popq %r9
  popq %r10
  popq %r11
  popq %r12
  popq %r13
  popq %r14
  popq %r15
  movq 16(%rsp), %rax
  movq (%rsp), %rsp
  notrack jmpq *%rax
.Lcrit_ilr_enter: # rdi = frame, ecx = what for; rdx, rsi are set here
  pushq %rbp
  movq %rsp, %rbp
  pushq __crit_actions@GOTPCREL(%rip)
  pushq crit_tx_standin@GOTPCREL(%rip)
  pushq __crit_tx_control@GOTPCREL(%rip)
  leaq .Lcrit_haft_restore(%rip), %rax
  pushq %rax
  pushq __stop_crit_regions@GOTPCREL(%rip)
  pushq __start_crit_regions@GOTPCREL(%rip)
  pushq __ehdr_start@GOTPCREL(%rip)
  pushq environ@GOTPCREL(%rip)
  pushq getauxval@GOTPCREL(%rip)
  pushq crit_default_options@GOTPCREL(%rip)
  pushq crit_on_event@GOTPCREL(%rip)
  movq %rsp, %rsi
  leaq ${0:c}(%rip), %rdx
  andq $$-16, %rsp
  callq .Lcrit_ilr_code
  leave
  retq
.Lcrit_haft_trap: # rdi = signal, rsi = siginfo, rdx = ucontext
  endbr64
  pushq %rdx
  pushq %rsi
  pushq %rdi
  cld
  movq %rsp, %rdi
  movl $$1, %ecx
  callq .Lcrit_ilr_enter
  popq %rdi
  popq %rsi
  popq %rdx
  testq %rax, %rax # whose turn it is
  je .Lcrit_haft_done
  notrack jmpq *%rax
.Lcrit_haft_done:
  retq
.Lcrit_haft_restore:
  movq $$15, %rax # rt_sigreturn; unwinders know these very bytes
  syscall
.Lcrit_haft_init:
  endbr64
  pushq %rbx
  leaq .Lcrit_haft_trap(%rip), %rdi
  movl $$2, %ecx
  callq .Lcrit_ilr_enter
  popq %rbx
  retq
  .pushsection .init_array,"aGw",@init_array,__crit_ilr_fail,comdat
  .p2align 3
  .quad .Lcrit_haft_init
  .popsection
  .p2align 4
.Lcrit_ilr_code:
  .ascii ")";

static std::string assembly() {
  std::string Text = Entry;
  Text.reserve(Text.size() + 4 * sizeof(Code) + 1);
  for (unsigned char Byte : Code) {
    // Octal for what is special to assembler or inline assembly ($ { | }).
    if (isAlnum(Byte) && !isDigit(Byte)) {
      Text += static_cast<char>(Byte);
      continue;
    }
    Text += '\\';
    Text += static_cast<char>('0' + (Byte >> 6));
    Text += static_cast<char>('0' + (Byte >> 3 & 7));
    Text += static_cast<char>('0' + (Byte & 7));
  }
  Text += '"';
  return Text;
}

static bool refuse(Module &M, const Twine &Why) {
  M.getContext().emitError("crit: no failure path for " + Why);
  return false;
}

static bool isSupported(Module &M) {
  const Triple &T = M.getTargetTriple();
  if (T.getArch() != Triple::x86_64 || !T.isOSLinux() ||
      !T.isOSBinFormatELF() || T.isX32())
    return refuse(M, "target '" + T.str() + "': only x86-64 Linux");
  if (M.getDataLayout().getPointerSize() != 8)
    return refuse(M, "a data layout without 64-bit pointers");
  if (M.getCodeModel() == CodeModel::Kernel)
    return refuse(M, "-mcmodel=kernel: compile kernels with -fcrit=none");
  return true;
}

// Makes the back end emit ".weak Name"; one already there stays as it is.
static void declareWeak(Module &M, StringRef Name,
                        GlobalValue::VisibilityTypes Visibility) {
  if (M.getNamedValue(Name))
    return;
  auto *Symbol = new GlobalVariable(M, Type::getInt8Ty(M.getContext()), false,
                                    GlobalValue::ExternalWeakLinkage, nullptr,
                                    Name);
  Symbol->setVisibility(Visibility);
  appendToCompilerUsed(M, Symbol);
}

static GlobalVariable *createState(Module &M, Comdat *Group) {
  auto *Type = ArrayType::get(Type::getInt8Ty(M.getContext()),
                              CRIT_ILR_STATE_SIZE);
  auto *State = new GlobalVariable(M, Type, false, GlobalValue::InternalLinkage,
                                   ConstantAggregateZero::get(Type), StateName);
  State->setAlignment(Align(CRIT_ILR_STATE_ALIGN));
  State->setComdat(Group);
  // Reached by a 32-bit offset, so never in .lbss.
  State->setCodeModel(CodeModel::Small);
  GlobalValue::SanitizerMetadata Plain;
  Plain.NoAddress = Plain.NoHWAddress = true;
  State->setSanitizerMetadata(Plain);
  return State;
}

static Function *createFunction(Module &M, Comdat *Group,
                                GlobalVariable *State) {
  LLVMContext &Context = M.getContext();
  auto *FnType = FunctionType::get(Type::getVoidTy(Context), false);
  Function *F = M.getFunction(CRIT_FAIL_SYMBOL);
  if (!F)
    F = Function::Create(FnType, GlobalValue::LinkOnceODRLinkage,
                         CRIT_FAIL_SYMBOL, M);
  F->setLinkage(GlobalValue::LinkOnceODRLinkage);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setDSOLocal(true);
  F->setComdat(Group);
  for (Attribute::AttrKind Kind :
       {Attribute::Naked, Attribute::NoReturn, Attribute::NoUnwind,
        Attribute::NoInline, Attribute::Cold, Attribute::NoProfile,
        Attribute::SkipProfile, Attribute::NoSanitizeCoverage,
        Attribute::DisableSanitizerInstrumentation})
    F->addFnAttr(Kind);
  F->addFnAttr("crit", "none");
  IRBuilder<> Builder(BasicBlock::Create(Context, "", F));
  auto *AsmType =
      FunctionType::get(Type::getVoidTy(Context), State->getType(), false);
  Builder.CreateCall(
      InlineAsm::get(AsmType, assembly(), "i", /*hasSideEffects=*/true), State);
  Builder.CreateUnreachable();
  return F;
}

bool crit::linkFailPath(Module &M) {
  markTransactions(M);
  if (const Function *F = M.getFunction(CRIT_FAIL_SYMBOL))
    if (!F->isDeclaration())
      return true;
  if (!isSupported(M))
    return false;
  Comdat *Group = M.getOrInsertComdat(CRIT_FAIL_SYMBOL);
  GlobalVariable *State = createState(M, Group);
  appendToCompilerUsed(M, createFunction(M, Group, State));
  declareWeak(M, "crit_on_event", GlobalValue::DefaultVisibility);
  declareWeak(M, "crit_default_options", GlobalValue::DefaultVisibility);
  declareWeak(M, "crit_tx_standin", GlobalValue::DefaultVisibility);
  declareWeak(M, CRIT_TX_SYMBOL, GlobalValue::HiddenVisibility);
  declareWeak(M, CRIT_TX_CONTROL_SYMBOL, GlobalValue::HiddenVisibility);
  declareWeak(M, CRIT_ACTIONS_SYMBOL, GlobalValue::HiddenVisibility);
  declareWeak(M, "getauxval", GlobalValue::DefaultVisibility);
  declareWeak(M, "environ", GlobalValue::DefaultVisibility);
  declareWeak(M, "__ehdr_start", GlobalValue::HiddenVisibility);
  declareWeak(M, "__start_" CRIT_REGION_SECTION, GlobalValue::HiddenVisibility);
  declareWeak(M, "__stop_" CRIT_REGION_SECTION, GlobalValue::HiddenVisibility);
  return true;
}

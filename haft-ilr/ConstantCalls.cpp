//===- ConstantCalls.cpp - libc's functions that answer the same ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   call __errno_location          call __errno_location
//   -- region ends --       ->     MOV [rax], 0
//   MOV [rax], 0
//
// The answer is one register, copied for both: what hit it before is in both copies. If the
// store traps, or is found to have gone elsewhere, its region asks again.
//===----------------------------------------------------------------------===//
#include "ConstantCalls.h"
#include "FunctionPolicy.h"
#include "RepeatableCalls.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

/// Declared const by the headers; others that are may be the program's own, with effects
/// all the same.
static const char *const Names[] = {"__errno_location", "__ctype_b_loc",
                                    "__ctype_tolower_loc", "__ctype_toupper_loc"};

void crit::markConstantCalls(Module &M) {
  for (const char *Name : Names) {
    Function *F = M.getFunction(Name);
    if (!F || !F->isDeclaration())
      continue;
    for (User *U : F->users())
      if (auto *C = dyn_cast<CallInst>(U);
          C && C->getCalledOperand() == F && C->doesNotAccessMemory() &&
          C->doesNotThrow() && recovers(*C->getFunction()))
        markRepeatable(*C);
  }
}

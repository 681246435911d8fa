//===- Transactions.h - where hardware transactions begin and end -*- C++ -*-=//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HAFT (10.1145/2901318.2901339): hardened code runs in hardware transactions,
// cut by counted instructions; a failed check aborts, the hardware takes back
// registers and memory. On final machine code:
//
//   before                       after
//   f:                           f:  split 90       begins one, or a new one if
//     ...                            ...            the thread's budget is used
//   loop:                        loop: split 40     up by 90 more instructions
//     ...                            ...
//     call hardened                  call hardened  (stays inside)
//     call library                   end            commits
//     ...                            call library
//     jcc loop                       split 0        begins one
//     ret                            ...
//                                    jcc loop
//                                    end            unless all callers of f are
//                                    ret            in transactions, too
//
// The software regions (Regions.h) are in the same code and do not know about
// this: after an abort everything is as it was when the transaction began, so
// whatever region that is in is what a later mismatch goes back to.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_TRANSACTIONS_H
#define CRIT_ILR_TRANSACTIONS_H

namespace llvm {
class MachineFunction;
class Module;
} // namespace llvm

namespace crit {

/// Decides which functions of M run in transactions ("crit-tx"="inner" if all
/// their callers do, else "outer"), and gives M the code they call
/// (TransactionCode.cpp) if there are any.
void markTransactions(llvm::Module &M);

/// Puts TxSplit and TxEnd pseudos into MF, final code whose checks are not
/// lowered yet, if it runs in transactions.
void placeTransactions(llvm::MachineFunction &MF);

/// Adds __crit_tx and what belongs to it. Asked: -fcrit-recover=rtm.
void linkTransactionCode(llvm::Module &M, bool Asked);

} // namespace crit
#endif

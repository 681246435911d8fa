//===- LowerTransactions.cpp - where transactions begin and end -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The half of LowerChecks that makes code of TxSplit and TxEnd:
//
//     split 40                         cmpb 0, __crit_tx_control
//     ...                              jne  stub        (on a CPU with RTM)
//                                 R:   ...
//                         end of       stub: sub 40, thread's budget
//                         function           jg   R
//                                            push 1; call __crit_tx
//                                            jmp  R
//
// __crit_tx keeps all registers but the flags, which are dead here. The stack
// pointer makes way for the red zone.
//===----------------------------------------------------------------------===//
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;
using namespace crit;

static MCRegister instructionPointer(const TargetRegisterInfo &TRI) {
  for (unsigned R = 1, E = TRI.getNumRegs(); R != E; ++R)
    if (StringRef(TRI.getName(R)) == "RIP")
      return R;
  return MCRegister();
}

void LowerChecks::transaction(MachineInstr &MI, const CheckPseudo &P) {
  MachineBasicBlock &MBB = *MI.getParent();
  const DebugLoc DL = MI.getDebugLoc();
  BuildMI(MBB, MI, DL, TII.get(T.opcode("CMP8mi")))
      .addReg(instructionPointer(TRI))
      .addImm(1)
      .addReg(0)
      .addExternalSymbol(CRIT_TX_CONTROL_SYMBOL)
      .addReg(0)
      .addImm(0);
  MachineBasicBlock *Stub = newBlock();
  MachineInstr *Jump =
      BuildMI(MBB, MI, DL, TII.get(T.JCC_1)).addMBB(Stub).addImm(CC_NE);
  MI.eraseFromParent();
  MachineBasicBlock *Rest = cutAfter(*Jump);
  MBB.addSuccessor(Stub, BranchProbability::getZero());

  std::string Text = "\tleaq -128(%rsp), %rsp\n";
  if (P.Kind == PseudoKind::TxSplit)
    Text += "\tpushq %rax\n\tmovq " CRIT_TX_STATE_SYMBOL
            "@GOTTPOFF(%rip), %rax\n\tsubl $$" +
            std::to_string(P.Region) +
            ", %fs:(%rax)\n\tpopq %rax\n\tjg 1f\n\tpushq $$1\n";
  else
    Text += "\tpushq $$0\n";
  Text += "\tcallq " CRIT_TX_SYMBOL "\n\tleaq 8(%rsp), %rsp\n"
          "1:\tleaq 128(%rsp), %rsp";
  BuildMI(*Stub, Stub->end(), DL, TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF.createExternalSymbolName(Text))
      .addImm(InlineAsm::Extra_HasSideEffects);
  BuildMI(*Stub, Stub->end(), DL, TII.get(T.JMP_1)).addMBB(Rest);
  Stub->addSuccessor(Rest);
  liveIns(*Stub);
}

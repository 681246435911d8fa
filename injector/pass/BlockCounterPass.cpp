//===- BlockCounterPass.cpp - count instructions in final code ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "BlockCounterPass.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static cl::opt<bool> Wanted("crit-inject", cl::Hidden,
                            cl::desc("Crit: counters for crit-inject"));

static const char MarkAttr[] = "crit-inject";

PreservedAnalyses crit::MarkForCountersPass::run(Module &M,
                                                 ModuleAnalysisManager &) {
  if (Wanted)
    for (Function &F : M)
      if (!F.isDeclaration())
        F.addFnAttr(MarkAttr);
  return PreservedAnalyses::all();
}

namespace {

/// A site is never made to stand for more than this, so that the controller
/// has few single steps left to do.
constexpr unsigned MaxSegment = 24;
/// How many blocks ahead to look for the next use of the flags.
constexpr unsigned MaxFlagSearch = 12;
constexpr uint64_t CounterBytes = 4096;
/// Far from zero: without a controller the program just runs. The top byte must
/// be zero, it is all that sites which keep the flags look at.
constexpr uint64_t InitialCount = uint64_t(1) << 55;

class BlockCounterPass : public MachineFunctionPass {
public:
  static char ID;
  BlockCounterPass() : MachineFunctionPass(ID) {}
  StringRef getPassName() const override {
    return "Crit fault-injection counters";
  }
  void getAnalysisUsage(AnalysisUsage &AU) const override {
    AU.setPreservesCFG();
    MachineFunctionPass::getAnalysisUsage(AU);
  }
  bool doInitialization(Module &M) override;
  bool runOnMachineFunction(MachineFunction &MF) override;

private:
  struct Segment {
    MachineBasicBlock *Block;
    MachineBasicBlock::iterator At;
    unsigned Count;
  };
  unsigned size(const MachineInstr &MI) const;
  bool isEndbr(const MachineInstr &MI) const;
  bool flagsLive(const MachineBasicBlock &MBB,
                 MachineBasicBlock::const_iterator At,
                 SmallPtrSetImpl<const MachineBasicBlock *> &Seen) const;
  void insert(const Segment &S);

  MachineFunction *MF = nullptr;
  const TargetInstrInfo *TII = nullptr;
  const TargetRegisterInfo *TRI = nullptr;
  Register Flags;
};

} // namespace

char BlockCounterPass::ID = 0;

MachineFunctionPass *crit::createBlockCounterPass() {
  return new BlockCounterPass();
}

bool BlockCounterPass::doInitialization(Module &M) {
  if (M.getNamedValue(CRIT_INJECT_COUNTER))
    return false;
  if (none_of(M, [](const Function &F) { return F.hasFnAttribute(MarkAttr); }))
    return false;
  // A page of its own: a faulty copy that overruns a neighbouring object must
  // not reach the counter.
  Type *I64 = Type::getInt64Ty(M.getContext());
  ArrayType *T = ArrayType::get(I64, CounterBytes / 8);
  std::vector<uint64_t> Init(CounterBytes / 8, 0);
  Init[0] = InitialCount;
  auto *GV = new GlobalVariable(
      M, T, /*isConstant=*/false, GlobalValue::LinkOnceODRLinkage,
      ConstantDataArray::get(M.getContext(), Init), CRIT_INJECT_COUNTER);
  GV->setVisibility(GlobalValue::HiddenVisibility);
  GV->setAlignment(Align(CounterBytes));
  if (M.getTargetTriple().supportsCOMDAT())
    GV->setComdat(M.getOrInsertComdat(CRIT_INJECT_COUNTER));
  return true;
}

/// Instructions in the text of an inline assembly, roughly: what is missed or
/// counted twice shifts the sampling inside one block only.
static unsigned asmSize(StringRef Text) {
  unsigned N = 0;
  SmallVector<StringRef, 8> Lines;
  SplitString(Text, Lines, "\n;");
  for (StringRef L : Lines) {
    L = L.trim();
    if (!L.empty() && L[0] != '#' && L[0] != '.' && !L.ends_with(":"))
      ++N;
  }
  return N;
}

unsigned BlockCounterPass::size(const MachineInstr &MI) const {
  if (MI.isInlineAsm())
    return asmSize(MI.getOperand(InlineAsm::MIOp_AsmString).getSymbolName());
  return MI.isMetaInstruction() || MI.isBundle() ? 0 : 1;
}

bool BlockCounterPass::isEndbr(const MachineInstr &MI) const {
  return TII->getName(MI.getOpcode()).starts_with("ENDBR");
}

/// Some instruction from At on may read the flags before they are written.
bool BlockCounterPass::flagsLive(
    const MachineBasicBlock &MBB, MachineBasicBlock::const_iterator At,
    SmallPtrSetImpl<const MachineBasicBlock *> &Seen) const {
  for (auto I = At, E = MBB.end(); I != E; ++I) {
    if (I->isDebugInstr())
      continue;
    if (I->readsRegister(Flags, TRI))
      return true;
    if (I->isCall() || I->modifiesRegister(Flags, TRI))
      return false;
  }
  for (const MachineBasicBlock *S : MBB.successors()) {
    if (!Seen.insert(S).second)
      continue;
    if (Seen.size() > MaxFlagSearch || flagsLive(*S, S->begin(), Seen))
      return true;
  }
  return false;
}

void BlockCounterPass::insert(const Segment &S) {
  SmallPtrSet<const MachineBasicBlock *, 16> Seen;
  bool Live = flagsLive(*S.Block, S.At, Seen);
  std::string Text;
  raw_string_ostream OS(Text);
  const char *Resume = "back";
  if (Live) {
    Resume = "restore";
    OS << "movq %rcx, " CRIT_INJECT_COUNTER "+8(%rip)\n"
       << "movq " CRIT_INJECT_COUNTER "(%rip), %rcx\n"
       << "leaq -" << S.Count << "(%rcx), %rcx\n"
       << "movq %rcx, " CRIT_INJECT_COUNTER "(%rip)\n"
       << "movzbl " CRIT_INJECT_COUNTER "+7(%rip), %ecx\n"
       << "jrcxz .Lcrit_inject_restore${:uid}\n"
       << "jmp .Lcrit_inject_stub${:uid}\n"
       << ".Lcrit_inject_restore${:uid}:\n"
       << "movq " CRIT_INJECT_COUNTER "+8(%rip), %rcx\n";
  } else {
    OS << "subq $$" << S.Count << ", " CRIT_INJECT_COUNTER "(%rip)\n"
       << "js .Lcrit_inject_stub${:uid}\n";
  }
  OS << ".Lcrit_inject_back${:uid}:\n"
     << ".subsection 1\n"
     << ".Lcrit_inject_stub${:uid}:\n"
     << "int3\n"
     << "jmp .Lcrit_inject_" << Resume << "${:uid}\n"
     << ".long " << S.Count << "\n"
     << ".subsection 0";
  BuildMI(*S.Block, S.At, DebugLoc(), TII->get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF->createExternalSymbolName(Text))
      .addImm(InlineAsm::Extra_HasSideEffects | InlineAsm::Extra_MayLoad |
              InlineAsm::Extra_MayStore);
}

bool BlockCounterPass::runOnMachineFunction(MachineFunction &Fn) {
  MF = &Fn;
  TII = MF->getSubtarget().getInstrInfo();
  TRI = MF->getSubtarget().getRegisterInfo();
  if (!MF->getFunction().hasFnAttribute(MarkAttr) ||
      MF->getFunction().hasFnAttribute(Attribute::Naked))
    return false;
  for (unsigned R = 1; R < TRI->getNumRegs(); ++R)
    if (StringRef(TRI->getName(R)) == "EFLAGS")
      Flags = R;
  if (!Flags)
    return false;

  std::vector<Segment> Segments;
  for (MachineBasicBlock &MBB : *MF) {
    // Entered only when a check failed: never counted, never injected into.
    if (!MBB.pred_empty() &&
        all_of(MBB.predecessors(), [&](MachineBasicBlock *P) {
          auto It = find(P->successors(), &MBB);
          return P->hasSuccessorProbabilities() &&
                 P->getSuccProbability(It).isZero();
        }))
      continue;
    bool Open = false;
    for (auto I = MBB.begin(), E = MBB.end(); I != E; ++I) {
      unsigned N = size(*I);
      if (N == 0 || isEndbr(*I))
        continue;
      if (Open && Segments.back().Count + N > MaxSegment) {
        // Split only where it costs nothing: with live flags a site is slow.
        SmallPtrSet<const MachineBasicBlock *, 16> Seen;
        Open = flagsLive(MBB, I, Seen);
      }
      if (!Open) {
        Segments.push_back({&MBB, I, 0});
        Open = true;
      }
      Segments.back().Count += N;
      // Another function runs before what follows.
      if (I->isCall())
        Open = false;
    }
  }
  for (const Segment &S : Segments)
    insert(S);
  return !Segments.empty();
}

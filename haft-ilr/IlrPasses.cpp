//===- IlrPasses.cpp - instruction-level redundancy as two passes ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IlrPasses.h"
#include "BlockLayout.h"
#include "CheckedCopies.h"
#include "FunctionPolicy.h"
#include "Checkpoint.h"
#include "DeadVariables.h"
#include "EmptySums.h"
#include "Hardening.h"
#include "IdentityCodec.h"
#include "LandingLayout.h"
#include "LowerChecks.h"
#include "OnePointer.h"
#include "Record.h"
#include "ReloadChecks.h"
#include "RegionOrder.h"
#include "RegionTable.h"
#include "Regions.h"
#include "ShadowStream.h"
#include "SpareChecks.h"
#include "StoredThrough.h"
#include "Transactions.h"
#include "X86Table.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineOptimizationRemarkEmitter.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace crit;
using NV = DiagnosticInfoOptimizationBase::Argument;

static const char RemarkPass[] = "crit";

namespace {

/// The coalescer joins a value's ways through the landings last, and looks at each
/// such web again for every landing: 14 of 18 s in one function of bzip2 with 400
/// regions. In plain order it takes 1 s and the code is no worse. The passes of a
/// function follow each other, so that this is for MF alone.
void joinInPlainOrder(bool Plain) {
  auto &Options = cl::getRegisteredOptions();
  auto It = Options.find("join-globalcopies");
  if (It != Options.end() && !It->second->getNumOccurrences())
    static_cast<cl::opt<cl::boolOrDefault> *>(It->second)
        ->setValue(Plain ? cl::BOU_FALSE : cl::BOU_UNSET);
}
constexpr unsigned ManyRegions = 100;

class IlrPass : public MachineFunctionPass {
public:
  static char ID;
  explicit IlrPass(std::shared_ptr<Lifetimes> L) : MachineFunctionPass(ID), L(std::move(L)) {}
  StringRef getPassName() const override { return "Crit ILR"; }

  void getAnalysisUsage(AnalysisUsage &AU) const override {
    AU.addRequired<AAResultsWrapperPass>();
    MachineFunctionPass::getAnalysisUsage(AU);
  }

  bool runOnMachineFunction(MachineFunction &MF) override {
    joinInPlainOrder(false);
    FunctionMode M = modeOf(MF.getFunction());
    // A user's choice is no news; anything else is.
    if (M.Known && M.Mode == CRIT_MODE_NONE && M.Reason != CRIT_REASON_Policy)
      missed(MF, lineOf(MF), M.Reason);
    if (M.Mode != CRIT_MODE_ILR && M.Mode != CRIT_MODE_HAFT)
      return false;
    const X86Table &T = X86Table::get(MF);
    if (!T.missing().empty())
      reportFatalInternalError(Twine("crit: this LLVM does not know ") +
                               T.missing());
    if (auto Why = hindrance(MF)) {
      MF.getFunction().addFnAttr("crit", "none:" + std::to_string(*Why));
      missed(MF, lineOf(MF), *Why);
      return false;
    }
    FunctionOptions O = optionsOf(MF.getFunction());
    IdentityCodec C(MF, O.DroppedChecks);
    bool Repairs = false;
    AAResults *AA = nullptr;
    if (M.Mode == CRIT_MODE_HAFT && !skipFunction(MF.getFunction())) {
      AA = &getAnalysis<AAResultsWrapperPass>().getAAResults();
      L->findMoved(MF);
      walkByPointer(MF);
    }
    auto Cuts = [&] {
      if (!recovers(MF.getFunction()))
        return false;
      const char *Why = "";
      Repairs = placeCuts(MF, AA, Why);
      if (!Repairs)
        onlyStops(MF, Why);
      return Repairs;
    };
    ShadowStream Stream(MF, C, {O.Loads, O.DroppedChecks,
                               M.Mode == CRIT_MODE_ILR, Cuts});
    StreamStats S = Stream.run();
    CheckpointStats K;
    if (Repairs)
      K = makeCheckpoints(MF, C, [&](Register R) { return Stream.shadow(R); });
    if (Repairs && AA)
      L->tellLandings(MF);
    joinInPlainOrder(K.Regions > ManyRegions);
    storeStats(MF.getFunction(), S);
    for (auto &[DL, Why] : S.Missed)
      missed(MF, DL, Why);
    MachineOptimizationRemarkEmitter ORE(MF, nullptr);
    MachineOptimizationRemark R(RemarkPass, "Protected", DebugLoc(),
                                &MF.front());
    R << "ilr: " << NV("Replicated", S.Replicated)
      << " instructions run twice, " << NV("Once", S.Once)
      << " once with checked operands, "
      << NV("Unprotected", S.Unprotected) << " not protected in "
      << NV("Function", MF.getName());
    ORE.emit(R);
    return true;
  }

private:
  std::shared_ptr<Lifetimes> L;
};

class LandingPass : public MachineFunctionPass {
public:
  static char ID;
  LandingPass() : MachineFunctionPass(ID) {}
  StringRef getPassName() const override { return "Crit landings"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    FunctionMode M = modeOf(MF.getFunction());
    if (!M.Known || M.Mode == CRIT_MODE_NONE)
      return false;
    clobberAtLandings(MF);
    return true;
  }
};

class EmitPass : public MachineFunctionPass {
public:
  static char ID;
  EmitPass() : MachineFunctionPass(ID) {}
  StringRef getPassName() const override { return "Crit check lowering"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    FunctionMode M = modeOf(MF.getFunction());
    // The failure path says nothing about itself.
    if (!M.Known || MF.getName().starts_with("__crit_"))
      return false;
    FunctionRecord R;
    R.Mode = M.Mode;
    if (M.Mode == CRIT_MODE_NONE)
      R.Stats.Reasons[M.Reason] = 0;
    else
      R.Stats = loadStats(MF.getFunction());
    bool Again = recovers(MF.getFunction());
    if (Again)
      moveLandings(MF);
    if (M.Mode == CRIT_MODE_HAFT)
      placeTransactions(MF);
    RegionTable Table;
    if (M.Mode == CRIT_MODE_HAFT || Again) {
      separateTraps(MF);
      ThroughMap Through = stopWhereStored(MF);
      if (M.Mode == CRIT_MODE_HAFT)
        dropSpareChecks(MF);
      Table = makeRegionTable(MF, Through);
    }
    // haft compares addresses before the store. ilr would pay 3 % in sort and 8 % in
    // linear_regression, whose accumulators are spilled.
    if (M.Mode == CRIT_MODE_DELTA && !Again &&
        !(optionsOf(MF.getFunction()).DroppedChecks >>
              CRIT_CHECK_StoreAddress &
          1))
      addReloadChecks(MF);
    if (M.Mode != CRIT_MODE_NONE && M.Mode != CRIT_MODE_HAFT && !Again)
      storeCheckedCopies(MF);
    LowerChecks L(MF, std::move(Table.Facts));
    L.run(R);
    if (M.Mode == CRIT_MODE_HAFT)
      dropEmptySums(MF);
    RegionOrder Order(MF, Table);
    if (M.Mode != CRIT_MODE_NONE &&
        MF.getTarget().getOptLevel() != CodeGenOptLevel::None)
      orderBlocks(MF);
    Order.write();
    for (auto &[DL, Why] : R.Stats.Missed) // since the first pass
      missed(MF, DL, Why);
    if (L.voidChecks())
      MF.getFunction().getContext().emitError(
          Twine("crit: internal error: ") + Twine(L.voidChecks()) +
          " checks in " + MF.getName() +
          " compare a value with itself; please report this");
    return true;
  }
};

} // namespace

char IlrPass::ID = 0;
char LandingPass::ID = 0;
char EmitPass::ID = 0;

MachineFunctionPass *crit::createIlrPass(std::shared_ptr<Lifetimes> L) {
  return new IlrPass(std::move(L));
}
MachineFunctionPass *crit::createLandingPass() { return new LandingPass; }
MachineFunctionPass *crit::createEmitPass() { return new EmitPass; }

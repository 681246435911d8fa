//===- DeltaPass.cpp - encoded second copy as a pass ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Purpose: every instruction of a function runs once more, on complements and
// where possible as another instruction (DeltaCodec.h); what leaves is checked.
// A mismatch stops the program: a permanent fault would only repeat. With
// -fcrit-recover= the region is run once more on another core first.
//
//   before                    after
//     BB:                       BB:
//       r = ADD x, y              r  = ADD x, y
//       CMP r, n                  r' = LEA [x' + y' + 1]
//       JCC T, l                  CMP r', n'; decided by g
//                                 CMP r, n
//                                 JCC T, l, held to the decision
//
// Kuvaiskii, Fetzer: Delta-encoding, DSN'15, doi 10.1109/DSN.2015.20.
//===----------------------------------------------------------------------===//
#include "DeltaPass.h"
#include "DeltaCodec.h"
#include "FunctionPolicy.h"
#include "Hardening.h"
#include "PaperCodec.h"
#include "Record.h"
#include "Recovery.h"
#include "ShadowStream.h"
#include "X86Table.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineOptimizationRemarkEmitter.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace crit;
using NV = DiagnosticInfoOptimizationBase::Argument;

namespace {

class DeltaPass : public MachineFunctionPass {
public:
  static char ID;
  explicit DeltaPass(const Recovery &R) : MachineFunctionPass(ID), Regions(R) {}
  StringRef getPassName() const override { return "Crit delta-encoding"; }
  void getAnalysisUsage(AnalysisUsage &AU) const override {
    AU.addRequired<AAResultsWrapperPass>();
    MachineFunctionPass::getAnalysisUsage(AU);
  }
  bool runOnMachineFunction(MachineFunction &MF) override;

private:
  const Recovery &Regions;
};

} // namespace

char DeltaPass::ID = 0;

static void remark(MachineFunction &MF, const StreamStats &S,
                   const DeltaStats &D) {
  MachineOptimizationRemarkEmitter ORE(MF, nullptr);
  MachineOptimizationRemark R("crit", "Protected", DebugLoc(), &MF.front());
  R << "delta: " << NV("Coded", D.Coded) << " instructions computed in the code, "
    << NV("Loads", D.Loads) << " loads, " << NV("Plain", D.Plain)
    << " replicated, not diversified, " << NV("Once", S.Once)
    << " once with checked operands, " << NV("Unprotected", S.Unprotected)
    << " not protected in " << NV("Function", MF.getName());
  if (D.Affine)
    R << ", " << NV("Affine", D.Affine) << " in the affine code";
  ORE.emit(R);
  if (!D.Plain)
    return;
  MachineOptimizationRemarkMissed M("crit", "NotDiversified", DebugLoc(),
                                    &MF.front());
  M << "replicated, not diversified:";
  for (const auto &[Opcode, N] : D.PlainOpcodes)
    M << " " << NV("Opcode", Opcode) << " " << NV("Number", N);
  M << " (in " << NV("Function", MF.getName()) << ")";
  ORE.emit(M);
}

static void remark(MachineFunction &MF, const ShadowMemory &M) {
  unsigned Begun = 0, Left = 0;
  for (const ShadowMemory::Object &O : M.objects())
    Begun += !O.Unwritten.empty();
  for (unsigned R = 0; R != ShadowMemory::Reasons; ++R)
    Left += M.left(ShadowMemory::Reason(R));
  if (!Left && !M.any())
    return;
  MachineOptimizationRemarkEmitter ORE(MF, nullptr);
  MachineOptimizationRemark R("crit", "Memory", DebugLoc(), &MF.front());
  R << "delta: " << NV("Twice", unsigned(M.objects().size()))
    << " variables in memory twice, " << NV("Begun", Begun)
    << " of them maybe not written first, " << NV("Once", Left) << " once";
  for (unsigned I = 0; I != ShadowMemory::Reasons; ++I)
    if (unsigned N = M.left(ShadowMemory::Reason(I)))
      R << "; " << ShadowMemory::text(ShadowMemory::Reason(I)) << " "
        << NV("Number", N);
  R << " (in " << NV("Function", MF.getName()) << ")";
  ORE.emit(R);
}

/// Begin, if there is one, says whether mismatches are repaired.
template <class AnyCodec>
static void run(MachineFunction &MF, AnyCodec &C, const FunctionOptions &O,
                function_ref<bool()> Begin,
                function_ref<void(ShadowStream &)> Behind) {
  StreamOptions SO;
  auto Assign = [&] {
    bool Repairs = Begin && Begin();
    C.assignDomains();
    return Repairs;
  };
  SO.BeforeMirror = Assign;
  SO.Loads = O.Loads;
  SO.DroppedChecks = O.DroppedChecks;
  ShadowStream Stream(MF, C, SO);
  StreamStats S = Stream.run();
  Behind(Stream);
  storeStats(MF.getFunction(), S);
  for (auto &[DL, Why] : S.Missed)
    missed(MF, DL, Why);
  remark(MF, S, C.stats());
}

bool DeltaPass::runOnMachineFunction(MachineFunction &MF) {
  if (modeOf(MF.getFunction()).Mode != CRIT_MODE_DELTA)
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
  if (O.Scheme == DeltaScheme::Paper) {
    PaperCodec C(MF, O.DroppedChecks);
    if (recovers(MF.getFunction()))
      onlyStops(MF, "the published scheme does");
    run(MF, C, O, nullptr, [&](ShadowStream &Stream) {
      C.encodeMasters([&](Register R) { return Stream.shadow(R); });
    });
    return true;
  }
  bool OwnMemory = O.DeltaMemory && !recovers(MF.getFunction());
  DeltaCodec C(MF, O.DroppedChecks, O.Scheme, O.DeltaA, OwnMemory,
               O.DeltaLossy);
  bool Repairs = false;
  auto Begin = [&] {
    if (OwnMemory)
      C.findMemory();
    if (!recovers(MF.getFunction()))
      return false;
    AAResults *AA = nullptr;
    if (!skipFunction(MF.getFunction()))
      AA = &getAnalysis<AAResultsWrapperPass>().getAAResults();
    const char *Why = "";
    Repairs = Regions.PlaceCuts(MF, AA, Why);
    if (!Repairs)
      onlyStops(MF, Why);
    return Repairs;
  };
  run(MF, C, O, Begin, [&](ShadowStream &Stream) {
    if (OwnMemory) {
      C.beginMemory();
      remark(MF, C.memory());
    }
    if (Repairs)
      Regions.MakeCheckpoints(MF, C,
                              [&](Register R) { return Stream.shadow(R); });
  });
  return true;
}

MachineFunctionPass *crit::createDeltaPass(const Recovery &R) {
  return new DeltaPass(R);
}

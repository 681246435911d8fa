//===- FunctionPolicy.cpp - who is hardened, and how ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FunctionPolicy.h"
#include "Options.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SpecialCaseList.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace llvm;
using namespace crit;

static const char Attr[] = "crit";
static const char BoundsAttr[] = "crit-bounds";
static const char DataFlag[] = "crit-bounds-data";

FunctionMode crit::modeOf(const Function &F) {
  StringRef V = F.getFnAttribute(Attr).getValueAsString();
  FunctionMode M;
  M.Known = !V.empty();
  if (V == "ilr") {
    M.Mode = CRIT_MODE_ILR;
  } else if (V == "haft") {
    M.Mode = CRIT_MODE_HAFT;
  } else if (V == "delta") {
    M.Mode = CRIT_MODE_DELTA;
  } else if (V.consume_front("none:")) {
    unsigned R = CRIT_REASON_Policy;
    V.getAsInteger(10, R);
    M.Reason = crit_reason(R);
  }
  return M;
}

bool crit::takeBoundedData(Module &M) {
  auto *N = mdconst::extract_or_null<ConstantInt>(M.getModuleFlag(DataFlag));
  if (!N || !N->isOne())
    return false;
  M.setModuleFlag(Module::Max, DataFlag, 2);
  return true;
}

BoundsMode crit::boundsOf(const Function &F) {
  StringRef V = F.getFnAttribute(BoundsAttr).getValueAsString();
  return V == "balanced" ? BoundsMode::Balanced
         : V == "strict" ? BoundsMode::Strict
                         : BoundsMode::None;
}

static const char StrictAttr[] = "crit-strict", LoadsAttr[] = "crit-loads",
                  RecoverAttr[] = "crit-recover", DropAttr[] = "crit-drop-check",
                  SchemeAttr[] = "crit-delta-scheme",
                  MemoryAttr[] = "crit-delta-memory",
                  LossyAttr[] = "crit-delta-lossy";

/// Generic tuning makes two instructions of an address of three parts, for CPUs where
/// that is slow. Both copies and the undo log compute addresses.
static void tune(Function &F) {
  if (F.getFnAttribute("tune-cpu").getValueAsString() != "generic")
    return;
  StringRef Features = F.getFnAttribute("target-features").getValueAsString();
  F.addFnAttr("target-features",
              (Features + (Features.empty() ? "" : ",") + "-slow-3ops-lea").str());
}

static void writeOptions(Function &F, const PluginOptions &O) {
  if (O.Strict)
    F.addFnAttr(StrictAttr);
  if (O.Loads != LoadMode::Verify)
    F.addFnAttr(LoadsAttr, O.Loads == LoadMode::Strict ? "strict" : "twice");
  if (!O.Recover || O.RecoverAsked)
    F.addFnAttr(RecoverAttr, !O.Recover                       ? "stop"
                             : O.Transactions == TxMode::Auto ? "auto"
                             : O.Transactions == TxMode::Rtm  ? "rtm"
                                                              : "rollback");
  if (O.Scheme != DeltaScheme::Complement)
    F.addFnAttr(SchemeAttr, (O.Scheme == DeltaScheme::Affine  ? "affine:"
                             : O.Scheme == DeltaScheme::Mixed ? "mixed:"
                                                              : "paper:") +
                                utostr(O.DeltaA));
  if (O.DeltaMemory)
    F.addFnAttr(MemoryAttr, "shadow");
  if (O.DeltaLossy)
    F.addFnAttr(LossyAttr, "check");
  if (O.DroppedChecks)
    F.addFnAttr(DropAttr, utostr(O.DroppedChecks));
}

FunctionOptions crit::optionsOf(const Function &F) {
  FunctionOptions O;
  O.Strict = F.hasFnAttribute(StrictAttr);
  StringRef Loads = F.getFnAttribute(LoadsAttr).getValueAsString();
  O.Loads = Loads == "strict"  ? LoadMode::Strict
            : Loads == "twice" ? LoadMode::Twice
                               : LoadMode::Verify;
  StringRef Recover = F.getFnAttribute(RecoverAttr).getValueAsString();
  O.Recover = Recover != "stop";
  O.RecoverAsked = O.Recover && !Recover.empty();
  O.Transactions = Recover == "auto"  ? TxMode::Auto
                   : Recover == "rtm" ? TxMode::Rtm
                                      : TxMode::None;
  auto [Scheme, A] =
      F.getFnAttribute(SchemeAttr).getValueAsString().split(':');
  O.Scheme = Scheme == "affine"  ? DeltaScheme::Affine
             : Scheme == "mixed" ? DeltaScheme::Mixed
             : Scheme == "paper" ? DeltaScheme::Paper
                                 : DeltaScheme::Complement;
  A.getAsInteger(10, O.DeltaA);
  O.DeltaLossy = F.hasFnAttribute(LossyAttr);
  O.DeltaMemory = F.hasFnAttribute(MemoryAttr);
  F.getFnAttribute(DropAttr).getValueAsString().getAsInteger(10,
                                                             O.DroppedChecks);
  return O;
}

bool crit::recovers(const Function &F) {
  FunctionOptions O = optionsOf(F);
  switch (modeOf(F).Mode) {
  case CRIT_MODE_HAFT:
    return O.Recover;
  case CRIT_MODE_DELTA:
    return O.RecoverAsked;
  default:
    return false;
  }
}

/// __attribute__((annotate("crit:..."))) by function.
static DenseMap<const Function *, StringRef> annotations(const Module &M) {
  DenseMap<const Function *, StringRef> Out;
  const GlobalVariable *GV = M.getNamedGlobal("llvm.global.annotations");
  const auto *Array =
      GV && GV->hasInitializer() ? dyn_cast<ConstantArray>(GV->getInitializer())
                                 : nullptr;
  if (!Array)
    return Out;
  for (const Use &U : Array->operands()) {
    const auto *S = dyn_cast<ConstantStruct>(U);
    if (!S || S->getNumOperands() < 2)
      continue;
    const auto *F = dyn_cast<Function>(S->getOperand(0)->stripPointerCasts());
    const auto *Str =
        dyn_cast<GlobalVariable>(S->getOperand(1)->stripPointerCasts());
    const auto *Data =
        Str && Str->hasInitializer()
            ? dyn_cast<ConstantDataArray>(Str->getInitializer())
            : nullptr;
    if (!F || !Data || !Data->isCString())
      continue;
    StringRef Text = Data->getAsCString();
    if (Text.consume_front("crit:"))
      Out[F] = Text;
  }
  return Out;
}

static void report(Module &M, const Twine &Message) {
  M.getContext().emitError(Message);
}

static std::string decision(StringRef Mode) {
  return Mode == "none" ? "none:" + std::to_string(CRIT_REASON_Policy)
                        : Mode.str();
}

/// Functions of -fcrit-patch=: "name", or a report's "... in name; ...".
static bool readPatches(StringRef Path, StringSet<> &Out, std::string &Error) {
  auto Buffer = vfs::getRealFileSystem()->getBufferForFile(Path);
  if (!Buffer) {
    Error = Path.str() + ": " + Buffer.getError().message();
    return false;
  }
  SmallVector<StringRef, 16> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  for (StringRef L : Lines) {
    L = L.split('#').first;
    if (size_t At = L.rfind(" in "); At != StringRef::npos)
      L = L.substr(At + 4);
    L = L.split(';').first.trim();
    if (!L.empty())
      Out.insert(L);
  }
  return true;
}

PreservedAnalyses FunctionPolicyPass::run(Module &M, ModuleAnalysisManager &) {
  const PluginOptions &O = PluginOptions::get();
  bool Twice = !O.Technique.empty() && O.Technique != "none";
  if (!Twice && !O.Boundless)
    return PreservedAnalyses::all();
  std::unique_ptr<SpecialCaseList> Policy;
  if (!O.PolicyFile.empty()) {
    std::string Error;
    Policy = SpecialCaseList::create({O.PolicyFile},
                                     *vfs::getRealFileSystem(), Error);
    if (!Policy) {
      report(M, "crit: policy file: " + Error);
      return PreservedAnalyses::all();
    }
  }
  StringSet<> Patches;
  if (!O.PatchFile.empty()) {
    std::string Error;
    if (!readPatches(O.PatchFile, Patches, Error)) {
      report(M, "crit: patch file: " + Error);
      return PreservedAnalyses::all();
    }
  }
  bool Excluded =
      Policy && llvm::any_of(ArrayRef<StringRef>{"none", "no-boundless"},
                             [&](StringRef Category) {
                               return Policy->inSection(
                                   "crit", "src", M.getSourceFileName(), Category);
                             });
  if (O.Boundless && O.PatchFile.empty() && !Excluded &&
      !M.getModuleFlag(DataFlag))
    M.addModuleFlag(Module::Max, DataFlag, 1);
  DenseMap<const Function *, StringRef> Annotated = annotations(M);
  for (Function &F : M) {
    if (F.isDeclaration() || F.hasFnAttribute(Attr) ||
        F.hasFnAttribute(BoundsAttr) ||
        F.hasAvailableExternallyLinkage() || F.getName().starts_with("__crit_"))
      continue;
    StringRef Default = Twice ? StringRef(O.Technique) : "none";
    StringRef Mode = Default;
    bool Bounded = O.Boundless;
    auto Says = [&](StringRef Category) {
      return Policy->inSection("crit", "src", M.getSourceFileName(),
                               Category) ||
             Policy->inSection("crit", "fun", F.getName(), Category);
    };
    if (Policy) {
      for (StringRef Category : {"none", "ilr", "haft", "delta"})
        if (Says(Category))
          Mode = Category;
      Bounded &= !Says("none") && !Says("no-boundless");
    }
    auto It = Annotated.find(&F);
    if (It != Annotated.end()) {
      if (It->second != "none" && It->second != "ilr" &&
          It->second != "haft" && It->second != "delta" &&
          It->second != "no-boundless") {
        report(M, "crit: annotation \"crit:" + It->second + "\" on " +
                      F.getName() +
                      ": use crit:haft, crit:ilr, crit:delta, crit:no-boundless or "
                      "crit:none");
        continue;
      }
      if (It->second != "no-boundless")
        Mode = It->second;
      Bounded &= It->second != "no-boundless" && It->second != "none";
    }
    bool Patched = false;
    if (!O.PatchFile.empty()) {
      const DISubprogram *SP = F.getSubprogram();
      Patched = Patches.contains(F.getName()) ||
                (SP && Patches.contains(SP->getName()));
      Bounded &= Patched;
    }
    std::string D = decision(Mode);
    writeOptions(F, O);
    if (Mode == "haft" && O.Recover)
      tune(F);
    // One that the user excluded is not missing protection.
    if (Mode != "none" && F.hasFnAttribute(Attribute::Naked))
      D = "none:" + std::to_string(CRIT_REASON_Naked);
    if (Twice || Mode != "none")
      F.addFnAttr(Attr, D);
    if (O.Boundless)
      F.addFnAttr(BoundsAttr, !Bounded         ? "none"
                              : O.StrictBounds ? "strict"
                                               : "balanced");
    // Inlined, it would share its caller's fate instead of its own.
    if ((Mode != Default ||
         (O.PatchFile.empty() ? Bounded != O.Boundless : Patched)) &&
        !F.hasFnAttribute(Attribute::AlwaysInline))
      F.addFnAttr(Attribute::NoInline);
  }
  return PreservedAnalyses::none();
}

//===- Options.cpp - the plugin's command line ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Options.h"
#include "crit/records.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace crit;

static cl::opt<std::string> Technique("crit", cl::Hidden,
                                      cl::desc("Crit: technique"));
static cl::opt<std::string> PolicyFile("crit-policy", cl::Hidden,
                                       cl::desc("Crit: policy file"));
static cl::opt<bool> Strict("crit-strict", cl::Hidden,
                            cl::desc("Crit: unprotected code is an error"));
static cl::opt<std::string> Loads("crit-loads", cl::Hidden, cl::init("verify"),
                                  cl::desc("Crit: verify, strict or twice"));
static cl::opt<std::string> Recover("crit-recover", cl::Hidden,
                                    cl::init("rollback"),
                                    cl::desc("Crit: rollback, rtm, auto or stop"));
static cl::opt<std::string> Patch("crit-patch", cl::Hidden,
                                  cl::desc("Crit: functions to bound"));
static cl::opt<std::string> Bounds("crit-bounds", cl::Hidden,
                                   cl::init("balanced"),
                                   cl::desc("Crit: balanced or strict"));
static cl::opt<std::string> Scheme("crit-delta-scheme", cl::Hidden,
                                   cl::init("complement"),
                                   cl::desc("Crit: complement, affine, mixed or paper"));
static cl::opt<unsigned> DeltaA("crit-delta-a", cl::Hidden, cl::init(3),
                                cl::desc("Crit: multiplier of affine codes"));
static cl::opt<std::string> DeltaMemory("crit-delta-memory", cl::Hidden,
                                        cl::init("plain"),
                                        cl::desc("Crit: plain or shadow"));
static cl::opt<std::string> DeltaLossy("crit-delta-lossy", cl::Hidden,
                                       cl::init("trust"),
                                       cl::desc("Crit: trust or check"));
static cl::list<std::string>
    DropCheck("crit-drop-check", cl::Hidden, cl::CommaSeparated,
              cl::desc("Crit: leave out checks of this kind (tests)"));

static uint32_t checkBit(StringRef Name) {
  uint32_t Bit = StringSwitch<uint32_t>(Name)
#define CRIT_CHECK(ENUM, VALUE, NAME, TEXT) .Case(NAME, 1u << VALUE)
#include "crit/checks.def"
#define CRIT_SAVING(ENUM, BIT, NAME, TEXT) .Case("keep-" NAME, 1u << BIT)
#include "Savings.def"
                     .Default(0);
  if (!Bit)
    reportFatalUsageError(Twine("crit: no check is called '") + Name +
                          "'; crit/checks.def has the names");
  return Bit;
}

const PluginOptions &PluginOptions::get() {
  static const PluginOptions O = [] {
    PluginOptions R;
    SmallVector<StringRef, 4> Names;
    StringRef(::Technique).split(Names, ',', -1, false);
    for (StringRef N : Names)
      if (N == "boundless")
        R.Boundless = true;
      else
        R.Technique = N;
    R.PatchFile = ::Patch;
    R.StrictBounds = ::Bounds == "strict";
    R.PolicyFile = ::PolicyFile;
    R.Strict = ::Strict;
    R.Recover = ::Recover != "stop";
    R.RecoverAsked = R.Recover && ::Recover.getNumOccurrences();
    R.Transactions = StringSwitch<TxMode>(::Recover)
                         .Case("auto", TxMode::Auto)
                         .Case("rtm", TxMode::Rtm)
                         .Default(TxMode::None);
    R.Loads = StringSwitch<LoadMode>(::Loads)
                  .Case("strict", LoadMode::Strict)
                  .Case("twice", LoadMode::Twice)
                  .Default(LoadMode::Verify);
    R.Scheme = StringSwitch<DeltaScheme>(::Scheme)
                   .Case("affine", DeltaScheme::Affine)
                   .Case("mixed", DeltaScheme::Mixed)
                   .Case("paper", DeltaScheme::Paper)
                   .Default(DeltaScheme::Complement);
    R.DeltaA = ::DeltaA;
    if (R.DeltaA % 2 == 0 || R.DeltaA < 3 || R.DeltaA > INT32_MAX)
      reportFatalUsageError("crit: -crit-delta-a= must be odd, 3 to 2147483647");
    R.DeltaLossy = ::DeltaLossy == "check";
    R.DeltaMemory = ::DeltaMemory == "shadow";
    for (const std::string &N : DropCheck)
      R.DroppedChecks |= checkBit(N);
    return R;
  }();
  return O;
}

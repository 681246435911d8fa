//===- Report.cpp - audit reports for people and programs -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"
#include "crit/bounds.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace crit::audit {

static constexpr unsigned MaxListed = 8;

/// Adds what the section of -fcrit=boundless says.
static void addBounds(Totals &T, const Image &Code) {
  for (const Section &S : Code.sections()) {
    if (S.Name != CRIT_BL_RECORD_SECTION)
      continue;
    for (size_t At = 0; At + sizeof(crit_bl_record) <= S.Bytes.size();
         At += sizeof(crit_bl_record)) {
      crit_bl_record Rec;
      memcpy(&Rec, S.Bytes.data() + At, sizeof(Rec));
      T.Bounds += Rec.Functions;
      T.BoundsStrict += Rec.Strict;
      T.BoundsChecks += Rec.Checks;
      T.BoundsUnchecked += Rec.Unchecked;
    }
  }
}

Totals::Totals(const FileReport &R) {
  if (R.Code)
    addBounds(*this, *R.Code);
  for (const Function &F : R.Functions) {
    if (F.Kind == Function::StartUp || F.Kind == Function::FailPath) {
      ++StartUp;
      continue;
    }
    CodeBytes += F.Size;
    if (F.Kind == Function::Plain)
      ++Plain;
    else if (F.Rec->Mode != CRIT_MODE_NONE)
      ProtectedBytes += F.Size;
  }
  for (size_t I = 0; I < R.Records.size(); ++I) {
    const Record &Rec = R.Records[I];
    if (Rec.Name == CRIT_FAIL_SYMBOL)
      continue;
    if (isRuntime(*R.Code, Rec.Code)) {
      ++OwnHardened;
      continue;
    }
    ChecksFound += R.SitesOf[I];
    ++ByMode[Rec.Mode];
    Replicated += Rec.Replicated;
    Once += Rec.Once;
    Unprotected += Rec.Unprotected;
    ChecksRecorded += Rec.Sites.size();
    for (const Site &S : Rec.Sites) {
      ++Checks[S.Kind];
      ChecksRepaired += S.Repaired;
    }
    for (auto [Reason, Count] : Rec.Reasons)
      Reasons[Reason] += Count;
  }
}

void Totals::add(const Totals &T) {
  Bounds += T.Bounds;
  BoundsStrict += T.BoundsStrict;
  BoundsChecks += T.BoundsChecks;
  BoundsUnchecked += T.BoundsUnchecked;
  for (unsigned I = 0; I < 4; ++I)
    ByMode[I] += T.ByMode[I];
  Plain += T.Plain;
  StartUp += T.StartUp;
  OwnHardened += T.OwnHardened;
  CodeBytes += T.CodeBytes;
  ProtectedBytes += T.ProtectedBytes;
  Replicated += T.Replicated;
  Once += T.Once;
  Unprotected += T.Unprotected;
  ChecksRecorded += T.ChecksRecorded;
  ChecksRepaired += T.ChecksRepaired;
  ChecksFound += T.ChecksFound;
  for (auto [Kind, Count] : T.Checks)
    Checks[Kind] += Count;
  for (auto [Reason, Count] : T.Reasons)
    Reasons[Reason] += Count;
}

static void printShare(raw_ostream &OS, uint64_t Part, uint64_t Whole) {
  OS << Part << " of " << Whole;
  if (Whole)
    OS << " (" << format("%.1f", 100.0 * Part / Whole) << " %)";
}

static void printBounds(raw_ostream &OS, const Totals &T) {
  if (!T.Bounds)
    return;
  OS << "  bounds        " << T.BoundsChecks << " checks in " << T.Bounds
     << " functions, " << T.BoundsStrict << " of them strict; "
     << T.BoundsUnchecked << " accesses by instructions of the target not checked\n"
     << "  not covered   from one member of an object into another; writes by "
        "code built without -fcrit=boundless";
  if (T.BoundsStrict < T.Bounds)
    OS << "; fields (not strict)";
  OS << " (docs/FAULT-MODEL.md)\n";
}

void printTotals(raw_ostream &OS, StringRef Title, const Totals &T) {
  OS << Title << ": ";
  if (T.functions() == T.Plain) {
    if (T.Bounds)
      OS << "bounds are checked, nothing is computed twice\n";
    else
      OS << "built without crit (no section " CRIT_RECORD_SECTION ")\n";
    printBounds(OS, T);
    return;
  }
  printShare(OS, T.protectedFunctions(), T.functions());
  OS << " functions protected, ";
  printShare(OS, T.ProtectedBytes, T.CodeBytes);
  OS << " bytes of code\n  functions     ";
  for (unsigned Mode : {CRIT_MODE_ILR, CRIT_MODE_HAFT, CRIT_MODE_DELTA})
    if (T.ByMode[Mode])
      OS << modeName(Mode) << ' ' << T.ByMode[Mode] << "  ";
  OS << "none " << T.ByMode[CRIT_MODE_NONE] << "  no record " << T.Plain
     << "  (start-up " << T.StartUp << ", not counted";
  if (T.OwnHardened)
    OS << "; " << T.OwnHardened << " of Crit's own hardened";
  OS << ")\n";
  OS << "  instructions  replicated " << T.Replicated << "  once " << T.Once
     << "  unprotected " << T.Unprotected << '\n';
  OS << "  checks        " << T.ChecksRecorded << " recorded, "
     << T.ChecksFound << " jumps to them in the code";
  StringRef Separator = ": ";
  for (auto [Kind, Count] : T.Checks) {
    OS << Separator << checkName(Kind) << ' ' << Count;
    Separator = ", ";
  }
  OS << '\n';
  if (T.ByMode[CRIT_MODE_HAFT] || T.ChecksRepaired)
    OS << "  a mismatch    computed again at " << T.ChecksRepaired
       << " checks, a stop at " << T.ChecksRecorded - T.ChecksRepaired << '\n';
  printBounds(OS, T);
  for (auto [Reason, Count] : T.Reasons)
    if (Count)
      OS << "  not replicated " << Count << ": " << reasonName(Reason) << " ("
         << reasonText(Reason) << ")\n";
}

static StringRef protectionOf(const Function &F) {
  switch (F.Kind) {
  case Function::Recorded:
    return modeName(F.Rec->Mode);
  case Function::Plain:
    return "no-record";
  case Function::StartUp:
    return "start-up";
  case Function::FailPath:
    return "crit";
  }
  return "?";
}

static std::string reasonsOf(const Record &R) {
  std::string Result;
  for (auto [Reason, Count] : R.Reasons) {
    Result += Result.empty() ? "" : ", ";
    Result += reasonName(Reason);
    if (Count)
      Result += " " + std::to_string(Count);
  }
  return Result;
}

static void printSome(raw_ostream &OS, StringRef Title,
                      ArrayRef<std::string> Names) {
  if (Names.empty())
    return;
  OS << "  " << left_justify(Title, 14)
     << join(Names.take_front(MaxListed), ", ");
  if (Names.size() > MaxListed)
    OS << ", and " << Names.size() - MaxListed << " more (--functions lists all)";
  OS << '\n';
}

static void printExceptions(raw_ostream &OS, const FileReport &R) {
  std::vector<std::string> None, Plain;
  for (const Function &F : R.Functions) {
    if (F.Kind == Function::Plain)
      Plain.push_back(demangle(F.Name));
    else if (F.Rec && F.Rec->Mode == CRIT_MODE_NONE && F.Name == F.Rec->Name)
      None.push_back(demangle(F.Name) + " (" + reasonsOf(*F.Rec) + ")");
  }
  printSome(OS, "mode none", None);
  printSome(OS, "no record", Plain);
}

static void printFunctions(raw_ostream &OS, const FileReport &R) {
  OS << "  protection  bytes  replicated  once  unprotected  checks  name\n";
  for (const Function &F : R.Functions) {
    OS << format("  %-10s %6llu", protectionOf(F).str().c_str(),
                 static_cast<unsigned long long>(F.Size));
    if (F.Rec && F.Name == F.Rec->Name)
      OS << format("  %10u  %4u  %11u  %6zu  ", F.Rec->Replicated, F.Rec->Once,
                   F.Rec->Unprotected, F.Rec->Sites.size());
    else
      OS << format("  %10s  %4s  %11s  %6s  ", "", "", "", "");
    OS << demangle(F.Name);
    if (F.Rec && F.Name == F.Rec->Name && !F.Rec->Reasons.empty())
      OS << "  [" << reasonsOf(*F.Rec) << ']';
    OS << '\n';
  }
}

void printText(raw_ostream &OS, const FileReport &R, bool Functions) {
  printTotals(OS, R.Name, Totals(R));
  if (!R.Records.empty())
    printExceptions(OS, R);
  if (Functions)
    printFunctions(OS, R);
}

static void printFunctionJson(json::OStream &J, const FileReport &R,
                              const Function &F) {
  J.object([&] {
    J.attribute("name", json::fixUTF8(F.Name));
    J.attribute("demangled", json::fixUTF8(demangle(F.Name)));
    J.attribute("address", static_cast<int64_t>(F.Address));
    J.attribute("bytes", static_cast<int64_t>(F.Size));
    J.attribute("protection", protectionOf(F));
    if (!F.Rec || F.Name != F.Rec->Name)
      return;
    J.attribute("replicated", F.Rec->Replicated);
    J.attribute("once", F.Rec->Once);
    J.attribute("unprotected", F.Rec->Unprotected);
    J.attribute("checks", static_cast<int64_t>(F.Rec->Sites.size()));
    J.attribute("checks_repaired",
                static_cast<int64_t>(llvm::count_if(
                    F.Rec->Sites, [](const Site &S) { return S.Repaired; })));
    J.attribute("checks_found", R.SitesOf[F.Rec - R.Records.data()]);
    J.attributeArray("files", [&] {
      for (const std::string &File : F.Rec->Files)
        J.value(json::fixUTF8(File));
    });
    J.attributeObject("reasons", [&] {
      for (auto [Reason, Count] : F.Rec->Reasons)
        J.attribute(reasonName(Reason), Count);
    });
  });
}

static void printTotalsJson(json::OStream &J, const Totals &T) {
  auto Number = [&](StringRef Name, uint64_t Value) {
    J.attribute(Name, static_cast<int64_t>(Value));
  };
  J.attributeObject("functions", [&] {
    Number("total", T.functions());
    for (unsigned Mode = 0; Mode < 4; ++Mode)
      Number(modeName(Mode), T.ByMode[Mode]);
    Number("no_record", T.Plain);
    Number("start_up", T.StartUp);
  });
  J.attributeObject("bytes", [&] {
    Number("code", T.CodeBytes);
    Number("protected", T.ProtectedBytes);
  });
  J.attributeObject("instructions", [&] {
    Number("replicated", T.Replicated);
    Number("once", T.Once);
    Number("unprotected", T.Unprotected);
  });
  J.attributeObject("checks", [&] {
    Number("recorded", T.ChecksRecorded);
    Number("found", T.ChecksFound);
    Number("repaired", T.ChecksRepaired);
    J.attributeObject("kinds", [&] {
      for (auto [Kind, Count] : T.Checks)
        Number(checkName(Kind), Count);
    });
  });
  J.attributeObject("bounds", [&] {
    Number("functions", T.Bounds);
    Number("strict", T.BoundsStrict);
    Number("checks", T.BoundsChecks);
    Number("unchecked", T.BoundsUnchecked);
  });
  J.attributeObject("reasons", [&] {
    for (auto [Reason, Count] : T.Reasons)
      Number(reasonName(Reason), Count);
  });
}

void printJson(json::OStream &J, const FileReport &R, bool Functions) {
  J.object([&] {
    J.attribute("file", json::fixUTF8(R.Name));
    J.attribute("kind", R.Code->isRelocatable() ? "object" : "linked");
    J.attribute("stripped", R.Code->isStripped());
    J.attribute("hardened", !R.Records.empty());
    printTotalsJson(J, Totals(R));
    J.attributeArray("mismatches", [&] {
      for (const std::string &Line : R.Mismatches)
        J.value(json::fixUTF8(Line));
    });
    J.attributeArray("missing", [&] {
      for (const Function *F : R.Missing)
        J.value(json::fixUTF8(F->Name));
    });
    if (Functions)
      J.attributeArray("function_list", [&] {
        for (const Function &F : R.Functions)
          printFunctionJson(J, R, F);
      });
  });
}

} // namespace crit::audit

//===- Record.cpp - the record a hardened function leaves -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Record.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/IR/Comdat.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace crit;

static const char StatsAttr[] = "crit-stats";

void crit::storeStats(Function &F, const StreamStats &S) {
  std::string V;
  raw_string_ostream OS(V);
  OS << S.Replicated << ',' << S.Once << ',' << S.Unprotected;
  for (auto [Reason, Count] : S.Reasons)
    OS << ',' << Reason << '=' << Count;
  F.addFnAttr(StatsAttr, V);
}

StreamStats crit::loadStats(const Function &F) {
  StreamStats S;
  SmallVector<StringRef, 8> Parts;
  F.getFnAttribute(StatsAttr).getValueAsString().split(Parts, ',');
  auto Number = [](StringRef N) {
    unsigned V = 0;
    N.getAsInteger(10, V);
    return V;
  };
  for (unsigned I = 0; I != Parts.size(); ++I) {
    if (I < 3) {
      (I == 0 ? S.Replicated : I == 1 ? S.Once : S.Unprotected) =
          Number(Parts[I]);
    } else {
      auto [Reason, Count] = Parts[I].split('=');
      S.Reasons[Number(Reason)] = Number(Count);
    }
  }
  return S;
}

unsigned FunctionRecord::addSite(crit_check_kind K, const DebugLoc &DL,
                                 unsigned Master, unsigned Shadow,
                                 unsigned Log2Width, bool Repaired) {
  unsigned File = 255, Line = 0;
  if (DL) {
    Line = DL.getLine();
    std::string Name = DL->getFilename().str();
    auto It = std::find(Files.begin(), Files.end(), Name);
    File = It - Files.begin();
    if (It == Files.end() && Files.size() < 255)
      Files.push_back(Name);
    File = std::min(File, 255u);
  }
  Sites.push_back({CRIT_SITE_LINE_WIDTH(Line, Log2Width), uint8_t(File),
                   uint8_t(K | (Repaired ? CRIT_SITE_KIND_REPAIRED : 0)),
                   uint8_t(Master), uint8_t(Shadow)});
  return Sites.size() - 1;
}

/// Bytes as .ascii; '$', '{' and '|' mean something in inline assembly.
static void bytes(raw_ostream &OS, StringRef Data) {
  for (size_t I = 0; I < Data.size(); I += 64) {
    OS << "\t.ascii \"";
    for (unsigned char C : Data.substr(I, 64)) {
      if (isAlnum(C) || C == '_' || C == '.' || C == '/') {
        OS << char(C);
      } else {
        OS << '\\' << char('0' + (C >> 6)) << char('0' + (C >> 3 & 7))
           << char('0' + (C & 7));
      }
    }
    OS << "\"\n";
  }
}

/// GNU as takes a quoted name for one with quotes behind a section's flags.
static std::string quoted(StringRef Name) {
  if (llvm::all_of(Name, [](char C) {
        return isAlnum(C) || C == '_' || C == '.';
      }))
    return Name.str();
  std::string R = "\"";
  for (char C : Name)
    R += C == '$' ? std::string("$$") : std::string(1, C);
  return R + "\"";
}

std::string crit::pushSection(const MachineFunction &MF, StringRef Name) {
  const Function &F = MF.getFunction();
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "\t.pushsection " << Name << ",\"a";
  const Comdat *C = F.getComdat();
  // With one section per function, the record must not keep its function alive.
  bool OwnSection = MF.getTarget().getFunctionSections() || F.hasSection();
  if (C)
    OS << 'G';
  if (OwnSection)
    OS << 'o';
  OS << "\",@progbits";
  if (OwnSection)
    OS << ',' << quoted(MF.getName());
  if (C)
    OS << ',' << quoted(C->getName()) << ",comdat";
  OS << '\n';
  return Text;
}

std::string FunctionRecord::assembly(const MachineFunction &MF,
                                     bool WithEntry) const {
  std::string Id = std::to_string(MF.getFunctionNumber());
  std::string Body;
  for (const crit_site &S : Sites)
    Body.append(reinterpret_cast<const char *>(&S), sizeof(S));
  for (auto [Reason, Count] : Stats.Reasons) {
    crit_reason_count RC{Reason, Count};
    Body.append(reinterpret_cast<const char *>(&RC), sizeof(RC));
  }
  Body += MF.getName();
  Body += '\0';
  for (const std::string &N : Files)
    (Body += N) += '\0';
  size_t Size = alignTo(sizeof(crit_func_record) + Body.size(), 8);
  Body.resize(Size - sizeof(crit_func_record));

  std::string Text;
  raw_string_ostream OS(Text);
  OS << ".Lcrit_in" << Id << ":\n";
  if (WithEntry)
    OS << "\tpushq %rax\n\tleaq .Lcrit_rec" << Id
       << "(%rip), %rax\n\txchgq %rax, (%rsp)\n\tjmp " CRIT_FAIL_SYMBOL "\n";
  OS << pushSection(MF, CRIT_RECORD_SECTION) << "\t.p2align 3\n.Lcrit_rec" << Id << ":\n";
  OS << "\t.long " << CRIT_RECORD_MAGIC << ',' << Size << "\n.Lcrit_off" << Id
     << ":\n\t.long .Lcrit_in" << Id << "-.Lcrit_off" << Id << '\n';
  OS << "\t.byte " << unsigned(Mode) << ",0\n\t.short " << CRIT_ABI_VERSION
     << '\n';
  OS << "\t.long " << Stats.Replicated << ',' << Stats.Once << ','
     << Stats.Unprotected << ',' << Sites.size() << ',' << Stats.Reasons.size()
     << ',' << Files.size() << '\n';
  bytes(OS, Body);
  OS << "\t.popsection";
  return Text;
}

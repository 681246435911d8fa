//===- main.cpp - crit-audit: what in a binary is protected, and how ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit status:
//   0  every file read; nothing wrong found
//   1  a file built without crit, code and record that disagree, or a function
//      that --require asks for and that is not protected so
//   2  wrong usage, or a file that cannot be read or is damaged
//===----------------------------------------------------------------------===//
#include "Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace crit::audit;

static cl::OptionCategory Category("crit-audit options");
static cl::list<std::string> Files(cl::Positional, cl::OneOrMore,
                                   cl::desc("FILE..."), cl::cat(Category));
static cl::opt<bool> ListFunctions("functions",
                                   cl::desc("A line for every function"),
                                   cl::cat(Category));
static cl::opt<bool> Json("json", cl::desc("Report as JSON, see crit-audit.md"),
                          cl::cat(Category));
static cl::list<std::string>
    Require("require", cl::CommaSeparated, cl::value_desc("ilr,haft,delta"),
            cl::desc("Fail if a function is protected in none of these ways"),
            cl::cat(Category));
static cl::list<std::string>
    Allow("allow", cl::value_desc("GLOB"),
          cl::desc("Functions that --require lets pass (repeatable)"),
          cl::cat(Category));

static int usageError(const Twine &Message) {
  errs() << "crit-audit: error: " << Message << '\n';
  return 2;
}

static Error readRequirement(Requirement &Out) {
  for (const std::string &Name : Require) {
    uint32_t Mode = 0;
    for (uint32_t M : {CRIT_MODE_ILR, CRIT_MODE_HAFT, CRIT_MODE_DELTA})
      if (Name == modeName(M))
        Mode = M;
    if (!Mode)
      return createStringError("--require: unknown technique '" + Name +
                               "', expected ilr, haft or delta");
    Out.Modes |= 1u << Mode;
  }
  for (const std::string &Text : Allow) {
    Expected<GlobPattern> Pattern = GlobPattern::create(Text);
    if (!Pattern)
      return createStringError("--allow: " + toString(Pattern.takeError()));
    Out.Allowed.push_back(std::move(*Pattern));
  }
  return Error::success();
}

namespace {
/// Prints reports as they come and remembers how the run has to end.
class Run {
public:
  explicit Run(const Requirement &R) : R(R), J(outs(), 2) {}
  int all();

private:
  void file(const std::string &Path);
  void report(FileReport &&Report);
  void error(const Twine &Message, int Code);

  const Requirement &R;
  json::OStream J;
  Totals Sum;
  unsigned Reports = 0;
  std::vector<std::string> Errors;
  int Status = 0;
};
} // namespace

void Run::error(const Twine &Message, int Code) {
  Errors.push_back(Message.str());
  Status = std::max(Status, Code);
  outs().flush();
  errs() << "crit-audit: error: " << Errors.back() << '\n';
}

void Run::report(FileReport &&Report) {
  ++Reports;
  Sum.add(Totals(Report));
  if (Json)
    printJson(J, Report, ListFunctions);
  else
    printText(outs(), Report, ListFunctions);
  Totals Found(Report);
  // Boundless alone leaves no records of functions.
  if (Report.Records.empty() && Found.functions() &&
      (!Require.empty() || !Found.Bounds))
    error(Report.Name + ": built without crit", 1);
  // One cause can make every check of a file look wrong.
  constexpr size_t MostShown = 10;
  for (const std::string &Line :
       ArrayRef(Report.Mismatches).take_front(MostShown))
    error(Report.Name + ": " + Line, 1);
  if (Report.Mismatches.size() > MostShown)
    error(Report.Name + ": and " +
              std::to_string(Report.Mismatches.size() - MostShown) +
              " more such lines",
          1);
  if (!Report.Records.empty())
    for (const Function *F : Report.Missing)
      error(Report.Name + ": not protected by " + join(Require, " or ") + ": " +
                demangle(F->Name) + " (" +
                (F->Rec ? "compiled with crit, mode " +
                              modeName(F->Rec->Mode).str()
                        : std::string("no record")) +
                ")",
            1);
}

void Run::file(const std::string &Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer) {
    error(Path + ": " + Buffer.getError().message(), 2);
    return;
  }
  if (Error E = auditBuffer((*Buffer)->getMemBufferRef(), R,
                            [&](FileReport &&F) { report(std::move(F)); })) {
    std::string Text = toString(std::move(E));
    std::replace(Text.begin(), Text.end(), '\n', ' ');
    error(Path + ": " + Text, 2);
  }
}

int Run::all() {
  if (!Json) {
    for (const std::string &Path : Files)
      file(Path);
    if (Reports > 1)
      printTotals(outs(), "total", Sum);
    return Status;
  }
  J.object([&] {
    J.attribute("version", 1);
    J.attributeArray("files", [&] {
      for (const std::string &Path : Files)
        file(Path);
    });
    J.attributeArray("errors", [&] {
      for (const std::string &Line : Errors)
        J.value(json::fixUTF8(Line));
    });
  });
  outs() << '\n';
  return Status;
}

int main(int Argc, char **Argv) {
  InitLLVM X(Argc, Argv);
  cl::HideUnrelatedOptions(Category);
  std::string Wrong;
  raw_string_ostream WrongStream(Wrong);
  if (!cl::ParseCommandLineOptions(Argc, Argv,
                                   "crit-audit: what in a binary is protected\n",
                                   &WrongStream))
    return usageError(StringRef(Wrong).trim().split('\n').first);
  Requirement R;
  if (Error E = readRequirement(R))
    return usageError(toString(std::move(E)));
  return Run(R).all();
}

//===- Info.cpp - --crit-help and its relatives ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All text about options comes from passes/Options.def.
//===----------------------------------------------------------------------===//
#include "Info.h"
#include "BuildConfig.h"
#include "Files.h"
#include "PluginHash.h"
#include "Sha256.h"

namespace crit {
namespace {

struct HelpRow {
  std::string Left, Right;
};

std::string flagSpelling(const std::string &Name, const std::string &Kind,
                         const std::string &Values) {
  if (Kind == "Bool")
    return "-f[no-]crit-" + Name;
  return "-fcrit-" + Name + "=" +
         (Kind == "Enum"   ? Values
          : Kind == "File" ? "FILE"
          : Kind == "Odd"  ? "N"
                           : "TEXT");
}

std::vector<HelpRow> techniqueRows() {
  std::vector<HelpRow> Rows;
#define CRIT_TECHNIQUE(ENUM, NAME, AVAILABLE, RUNTIME, TEXT)                   \
  Rows.push_back(                                                              \
      {NAME, std::string(TEXT) + (AVAILABLE ? "" : " (not in this build)")});
#include "Options.def"
  return Rows;
}

std::vector<HelpRow> flagRows() {
  std::vector<HelpRow> Rows;
  auto Add = [&](bool Visible, const char *Flag, const char *Kind,
                 const char *Values, const std::string &Default,
                 const char *Text) {
    if (!Visible)
      return;
    std::string Right = Text;
    if (std::string(Kind) == "Enum" || std::string(Kind) == "Odd")
      Right += " (default: " + Default + ")";
    else if (std::string(Kind) == "Bool")
      Right += Default == "1" ? " (default: on)" : " (default: off)";
    Rows.push_back({flagSpelling(Flag, Kind, Values), Right});
  };
#define CRIT_FLAG(ENUM, FLAG, PLUGIN, KIND, VALUES, DEFAULT, VISIBLE, TEXT)    \
  Add(VISIBLE != 0, FLAG, #KIND, VALUES, DEFAULT, TEXT);
#include "Options.def"
  return Rows;
}

std::vector<HelpRow> driverRows() {
  return {
      {"--crit-help", "this text"},
      {"--crit-version", "versions of Crit and of the LLVM it belongs to"},
      {"--crit-fingerprint",
       "hash of all that decides the code; for ccache: "
       "CCACHE_COMPILERCHECK=\"%compiler% --crit-fingerprint\""},
      {"--crit-print-config", "where clang and the plugin are"},
      {"--crit-clang=PATH", "the clang " CRIT_LLVM_MAJOR
                            " to use (default: the one of the build)"},
      {"-###", "print the plan and clang's commands, run nothing"},
  };
}

std::vector<HelpRow> environmentRows() {
  return {
      {"CRIT_VERBOSE=1", "print the clang command before running it"},
      {"CRIT_OPTIONS=...", "for the hardened program, not for the compiler"},
  };
}

std::string grammar() {
  return "-fcrit=LIST adds the techniques of a comma list, -fno-crit=LIST "
         "takes them away, -fcrit=none or -fno-crit all; read from left to "
         "right. Without any, the default is -fcrit=" +
         listTechniques(defaultTechniques()) +
         ", the recommended set as far as this build has it; without boundless where "
         "that cannot be: with -ffreestanding, in programs linked without libc "
         "(-nostdlib), and beside clang's sanitizers that replace malloc.";
}

std::string wrap(const std::string &Text, size_t Indent, size_t Width) {
  std::string Out;
  size_t Column = Indent, Begin = 0;
  while (Begin < Text.size()) {
    size_t End = Text.find(' ', Begin);
    if (End == std::string::npos)
      End = Text.size();
    std::string Word = Text.substr(Begin, End - Begin);
    if (Column > Indent && Column + 1 + Word.size() > Width) {
      Out += "\n" + std::string(Indent, ' ');
      Column = Indent;
    }
    if (Column > Indent) {
      Out += ' ';
      ++Column;
    }
    Out += Word;
    Column += Word.size();
    Begin = End + 1;
  }
  return Out;
}

std::string textTable(const std::vector<HelpRow> &Rows) {
  constexpr size_t Column = 28;
  std::string S;
  for (const HelpRow &R : Rows) {
    S += "  " + R.Left;
    if (R.Left.size() + 3 > Column)
      S += "\n" + std::string(Column, ' ');
    else
      S += std::string(Column - 2 - R.Left.size(), ' ');
    S += wrap(R.Right, Column, 79) + "\n";
  }
  return S;
}

std::string markdownTable(const std::string &Head,
                          const std::vector<HelpRow> &Rows) {
  std::string S = "| " + Head + " | |\n|---|---|\n";
  for (const HelpRow &R : Rows) {
    S += "| `";
    for (char C : R.Left)
      S += C == '|' ? std::string("\\|") : std::string(1, C);
    S += "` | " + R.Right + " |\n";
  }
  return S;
}

} // namespace

std::string helpText() {
  return "crit-clang, crit-clang++: clang " CRIT_LLVM_MAJOR
         " that hardens what it compiles.\n"
         "Every option of clang works; these are added:\n\n"
         "-fcrit=LIST, techniques:\n" +
         textTable(techniqueRows()) + "\n" + wrap(grammar(), 0, 79) +
         "\n\nOptions:\n" + textTable(flagRows()) + "\nDriver:\n" +
         textTable(driverRows()) + "\nEnvironment:\n" +
         textTable(environmentRows()) +
         "\n-Rpass=crit and -Rpass-missed=crit report what was hardened and "
         "what was not.\nIn makefiles use CC=\"crit-clang -fcrit=...\": libtool "
         "drops unknown options from\nCFLAGS when it links a library.\n";
}

std::string helpMarkdown() {
  return "# Options of crit-clang\n\n"
         "<!-- Generated from passes/Options.def by "
         "`crit-clang --crit-help=markdown`; do not edit. -->\n\n"
         "Every option of clang " CRIT_LLVM_MAJOR
         " works; these are added. Use `CC=\"crit-clang -fcrit=...\"` in "
         "makefiles: libtool drops unknown options from `CFLAGS` when it "
         "links a library.\n\n"
         "## Techniques\n\n" +
         grammar() + "\n\n" + markdownTable("`-fcrit=`", techniqueRows()) +
         "\n## Options\n\n" + markdownTable("option", flagRows()) +
         "\n`-Rpass=crit` and `-Rpass-missed=crit` report what was hardened "
         "and what was not.\n\n## Driver\n\n" +
         markdownTable("option", driverRows()) + "\n## Environment\n\n" +
         markdownTable("variable", environmentRows()) +
         "\nAny other variable called `CRIT_...` is an error when compiling.\n";
}

std::string versionText() {
  return "crit " CRIT_VERSION ", for LLVM " CRIT_LLVM_VERSION ", techniques " +
         [] {
           std::string S;
#define CRIT_TECHNIQUE(ENUM, NAME, AVAILABLE, RUNTIME, TEXT)                   \
  if (AVAILABLE)                                                               \
    S += (S.empty() ? "" : ",") + std::string(NAME);
#include "Options.def"
           return S;
         }() +
         "\n";
}

std::string configText(const Config &C) {
  auto State = [](bool Good) { return Good ? "\n" : " (missing)\n"; };
  return "driver: " + C.Driver + "\nclang: " + C.Clang +
         State(isExecutable(C.Clang)) + "plugin: " + C.Plugin +
         State(isRegularFile(C.Plugin)) + "libraries: " + C.Libraries +
         "\nheaders: " + C.Headers + "\nllvm: " CRIT_LLVM_VERSION
         "\ndefault: " +
         listTechniques(defaultTechniques()) +
         "\nplugin-hash-at-build: " CRIT_PLUGIN_HASH "\n";
}

std::string fingerprint(const Config &C, const Options &O) {
  // The plugin as it is now, not as it was when the driver was built. clang
  // itself is a small program around shared libraries: path and version of the
  // real file stand for them, as ccache's own check would.
  std::string All = versionText() + C.Clang + "\n" CRIT_PLUGIN_HASH "\n";
  std::vector<std::string> Files = {C.Driver, C.Plugin, C.Clang};
  Files.insert(Files.end(), O.PolicyFiles.begin(), O.PolicyFiles.end());
  for (const std::string &File : Files) {
    std::string Content;
    if (!readFile(File, Content))
      return "";
    All += sha256(Content) + "\n";
  }
  return sha256(All);
}

} // namespace crit

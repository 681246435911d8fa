//===- Facts.cpp - what a clang command line asks for ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Facts.h"
#include "Files.h"
#include "ResponseFile.h"
#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <unordered_set>

namespace crit {
namespace {

struct Table {
  std::unordered_map<std::string, unsigned> Values;
  std::vector<std::pair<std::string, unsigned>> ValuePrefixes;
  std::unordered_map<std::string, Phase> Stops;
  std::vector<std::string> PrintPrefixes;
  std::unordered_set<std::string> LinkerInputs;
  std::unordered_map<std::string, InputClass> Types, Languages;

  Table() {
#define CLANG_VALUE(SPELLING, N) Values[SPELLING] = N;
#define CLANG_VALUE_PREFIX(PREFIX, N) ValuePrefixes.emplace_back(PREFIX, N);
#define CLANG_STOP(SPELLING, PHASE) Stops[SPELLING] = Phase::PHASE;
#define CLANG_PRINT(SPELLING) Stops[SPELLING] = Phase::Print;
#define CLANG_PRINT_PREFIX(PREFIX) PrintPrefixes.push_back(PREFIX);
#define CLANG_LINKER_INPUT(SPELLING) LinkerInputs.insert(SPELLING);
#define CLANG_TYPE(SUFFIX, CLASS) Types[SUFFIX] = InputClass::CLASS;
#define CLANG_LANGUAGE(NAME, CLASS) Languages[NAME] = InputClass::CLASS;
#include "ClangOptions.def"
  }
};

bool startsWith(const std::string &S, const char *Prefix) {
  return S.rfind(Prefix, 0) == 0;
}

/// If \p Arg is \p Prefix and something, that something.
bool valueOf(const std::string &Arg, const char *Prefix, std::string &Value) {
  if (!startsWith(Arg, Prefix))
    return false;
  Value = Arg.substr(std::char_traits<char>::length(Prefix));
  return true;
}

bool isOurs(const std::string &Arg) {
  return startsWith(Arg, "-fcrit") || startsWith(Arg, "-fno-crit") ||
         startsWith(Arg, "--crit-");
}

class Reader {
public:
  Reader(Facts &F) : F(F) {}

  void name(const std::string &Argv0);
  void read(const std::vector<std::string> &Args);

private:
  void option(const std::string &Arg);
  void optionWithValue(const std::string &Arg, const std::string &Value);
  void linkerArgument(const std::string &Arg);
  void language(const std::string &Name);
  void input(const std::string &Name);
  unsigned valuesAfter(const std::string &Arg) const;
  void stopAt(Phase P) {
    if (P < F.Last)
      F.Last = P;
  }

  Facts &F;
  Table T;
  bool HaveLanguage = false;
  bool HaveLc = false;
  InputClass Language = InputClass::Code;
};

/// Like clang: "x86_64-linux-gnu-crit-clang++-22" means a target and C++.
void Reader::name(const std::string &Argv0) {
  std::string Name = baseName(Argv0);
  size_t End = Name.find_last_not_of("0123456789.");
  if (End != std::string::npos && End + 1 < Name.size() && Name[End] == '-')
    Name.resize(End);
  F.Cxx = Name.size() > 2 && Name.compare(Name.size() - 2, 2, "++") == 0;
  size_t At = Name.rfind("-crit-clang");
  if (At == std::string::npos)
    return;
  // Any other prefix ("my-crit-clang") is not a target, as in clang.
  static const char *const Archs[] = {"x86_64", "amd64", "i386",    "i486",
                                      "i586",   "i686",  "aarch64", "arm",
                                      "riscv",  "mips",  "powerpc", "s390x"};
  for (const char *Arch : Archs)
    if (startsWith(Name, Arch))
      F.TargetPrefix = F.Target = Name.substr(0, At);
}

unsigned Reader::valuesAfter(const std::string &Arg) const {
  auto It = T.Values.find(Arg);
  if (It != T.Values.end())
    return It->second;
  for (const auto &[Prefix, N] : T.ValuePrefixes)
    if (startsWith(Arg, Prefix.c_str()))
      return N;
  return 0;
}

void Reader::language(const std::string &Name) {
  HaveLanguage = Name != "none";
  auto It = T.Languages.find(Name);
  Language = It == T.Languages.end() ? InputClass::Code : It->second;
}

void Reader::input(const std::string &Name) {
  InputClass Class = InputClass::Object;
  if (HaveLanguage) {
    Class = Language;
  } else if (Name == "-") {
    // clang reads C from stdin for -E and refuses anything else without -x.
    Class = InputClass::Code;
  } else {
    std::string Base = baseName(Name);
    size_t Dot = Base.rfind('.');
    if (Dot != std::string::npos) {
      auto It = T.Types.find(Base.substr(Dot + 1));
      if (It != T.Types.end())
        Class = It->second;
    }
  }
  F.Inputs.push_back({Name, Class});
}

void Reader::linkerArgument(const std::string &Arg) {
  F.Relocatable |= Arg == "-r" || Arg == "-i" || Arg == "-Ur" ||
                   Arg == "-relocatable" || Arg == "--relocatable";
  F.Shared |= Arg == "-shared" || Arg == "--shared" || Arg == "-Bshareable";
}

void Reader::optionWithValue(const std::string &Arg, const std::string &Value) {
  if (T.LinkerInputs.count(Arg))
    F.Inputs.push_back({Arg + " " + Value, InputClass::Object});
  if (Arg == "-x" || Arg == "--language")
    language(Value);
  else if (Arg == "-Xlinker" || Arg == "--for-linker")
    linkerArgument(Value);
  else if (Arg == "-target")
    F.Target = Value;
  else if (Arg == "--print-file-name" || Arg == "--print-prog-name")
    stopAt(Phase::Print);
}

void Reader::option(const std::string &Arg) {
  if (Arg == "-E" || Arg == "--preprocess")
    F.PreprocessedText = true;
  auto It = T.Stops.find(Arg);
  if (It != T.Stops.end())
    return stopAt(It->second);
  for (const std::string &Prefix : T.PrintPrefixes)
    if (startsWith(Arg, Prefix.c_str()))
      return stopAt(Phase::Print);

  std::string Value;
  if (valueOf(Arg, "-Wl,", Value))
    for (size_t Begin = 0, End; Begin <= Value.size(); Begin = End + 1) {
      End = std::min(Value.find(',', Begin), Value.size());
      linkerArgument(Value.substr(Begin, End - Begin));
    }
  F.Relocatable |= Arg == "-r";
  HaveLc |= Arg == "-lc";
  if (Arg == "-###")
    F.ShowCommands = true;
  else if (Arg == "-ffreestanding")
    F.Freestanding = true;
  else if (Arg == "-fhosted")
    F.Freestanding = false;
  else if (Arg == "-nostdlib" || Arg == "--no-standard-libraries" ||
           Arg == "-nodefaultlibs" || Arg == "-nolibc")
    F.NoLibc = true;
  else if (Arg == "-flto" || startsWith(Arg, "-flto="))
    F.Lto = true;
  else if (Arg == "-fno-lto")
    F.Lto = false;
  else if (Arg == "-shared" || Arg == "--shared" || Arg == "-dynamiclib")
    F.Shared = true;
  else if (valueOf(Arg, "--for-linker=", Value))
    linkerArgument(Value);
  else if (Arg == "-m64")
    F.Width.clear();
  else if (Arg == "-m32" || Arg == "-mx32" || Arg == "-m16")
    F.Width = Arg;
  else if (valueOf(Arg, "--target=", Value))
    F.Target = Value;
  else if (valueOf(Arg, "-fuse-ld=", Value) ||
           valueOf(Arg, "--ld-path=", Value)) {
    F.LinkerChosen = true;
    F.Linker = Value;
  } else if (valueOf(Arg, "--driver-mode=", Value)) {
    F.ClMode = Value != "gcc" && Value != "g++" && Value != "cpp";
    if (Value == "cpp")
      stopAt(Phase::Preprocess);
  } else if (valueOf(Arg, "--language=", Value) || valueOf(Arg, "-x", Value))
    language(Value);
  else if (startsWith(Arg, "-l") || startsWith(Arg, "-Wl,") ||
           T.LinkerInputs.count(Arg))
    F.Inputs.push_back({Arg, InputClass::Object});
}

void Reader::read(const std::vector<std::string> &Args) {
  struct Word {
    std::string Text;
    size_t Origin; ///< index in Args
  };
  std::vector<Word> Words;
  bool Expand = false;
  for (size_t I = 0; I < Args.size(); ++I)
    for (std::string &Text : expandResponseFile(Args[I], Expand))
      Words.push_back({std::move(Text), I});

  std::vector<std::string> &Kept = F.Words;
  F.OptionsEnd = std::string::npos;
  std::vector<bool> Ours(Args.size());
  bool OptionsOver = false;
  for (size_t I = 0; I < Words.size(); ++I) {
    const std::string &Arg = Words[I].Text;
    if (!OptionsOver && isOurs(Arg)) {
      F.CritArgs.push_back(Arg);
      Ours[Words[I].Origin] = true;
      // Hidden in an @file: clang must not see it, so it cannot get the file.
      Expand |= Args[Words[I].Origin] != Arg;
      continue;
    }
    Kept.push_back(Arg);
    if (Kept.size() == 1 && startsWith(Arg, "-cc1")) {
      F.RawFrontend = true;
      OptionsOver = true;
    }
    if (OptionsOver || Arg.size() < 2 || Arg[0] != '-') {
      input(Arg);
    } else if (Arg == "--") {
      OptionsOver = true;
      F.OptionsEnd = Kept.size() - 1;
    } else if (unsigned N = valuesAfter(Arg)) {
      for (; N && I + 1 < Words.size(); --N) {
        Kept.push_back(Words[++I].Text);
        optionWithValue(Arg, Words[I].Text);
      }
    } else {
      option(Arg);
    }
  }

  F.OptionsEnd = std::min(F.OptionsEnd, Kept.size());
  F.NoLibc &= !HaveLc;
  if (Expand) {
    F.UserArgs = Kept;
    return;
  }
  for (size_t I = 0; I < Args.size(); ++I)
    if (!Ours[I])
      F.UserArgs.push_back(Args[I]);
}

} // namespace

bool Facts::compiles() const {
  if (RawFrontend || Last < Phase::Assembly)
    return false;
  for (const Input &I : Inputs)
    if (I.Class == InputClass::Code || I.Class == InputClass::Header)
      return true;
  return false;
}

bool Facts::preprocesses() const {
  if (RawFrontend || Last == Phase::Print)
    return false;
  for (const Input &I : Inputs)
    if (I.Class == InputClass::Code || I.Class == InputClass::Header)
      return true;
  return false;
}

bool Facts::links() const {
  if (RawFrontend || Last != Phase::Link)
    return false;
  for (const Input &I : Inputs)
    if (I.Class != InputClass::Header)
      return true;
  return false;
}

Facts readFacts(const std::string &Argv0,
                const std::vector<std::string> &Args) {
  Facts F;
  Reader R(F);
  R.name(Argv0);
  R.read(Args);
  return F;
}

std::string describe(const Facts &F) {
  std::string S;
  for (const Input &I : F.Inputs) {
    static const char *const Names[] = {"code", "header", "assembly", "object"};
    S += "input: " + I.Name + " " + Names[static_cast<int>(I.Class)] + "\n";
  }
  S += std::string("compiles: ") + (F.compiles() ? "yes" : "no") + "\n";
  S += std::string("links: ") + (F.links() ? "yes" : "no") + "\n";
  if (F.links())
    S += std::string("output: ") +
         (F.Relocatable ? "relocatable" : F.Shared ? "shared" : "executable") +
         "\n";
  return S;
}

} // namespace crit

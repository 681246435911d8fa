//===- CritOptions.cpp - the -fcrit options -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CritOptions.h"
#include "Files.h"
#include "Nearest.h"
#include "Policy.h"
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace crit {
namespace {

struct TechniqueRow {
  Technique Id;
  const char *Name;
  bool Available;
  const char *Runtime;
};

const TechniqueRow TechniqueRows[] = {
#define CRIT_TECHNIQUE(ENUM, NAME, AVAILABLE, RUNTIME, TEXT)                   \
  {Technique::ENUM, NAME, AVAILABLE != 0, RUNTIME},
#include "Options.def"
};

enum class Kind { Enum, Odd, File, Bool, String };

struct FlagRow {
  const char *Name, *Plugin;
  Kind How;
  const char *Values;
};

const FlagRow FlagRows[] = {
#define CRIT_FLAG(ENUM, FLAG, PLUGIN, KIND, VALUES, DEFAULT, VISIBLE, TEXT)    \
  {FLAG, PLUGIN, Kind::KIND, VALUES},
#include "Options.def"
};

constexpr size_t NumFlags = sizeof(FlagRows) / sizeof(FlagRows[0]);

/// Techniques that cannot be in one function together.
const struct {
  Technique A, B;
  const char *Why;
} Conflicts[] = {
#define CRIT_CONFLICT(A, B, WHY) {Technique::A, Technique::B, WHY},
#include "Options.def"
};

const TechniqueRow &row(Technique T) {
  return TechniqueRows[static_cast<size_t>(T)];
}

std::vector<std::string> split(const std::string &S, char Separator) {
  std::vector<std::string> Parts;
  size_t Begin = 0;
  for (size_t At; (At = S.find(Separator, Begin)) != std::string::npos;
       Begin = At + 1)
    Parts.push_back(S.substr(Begin, At - Begin));
  Parts.push_back(S.substr(Begin));
  return Parts;
}

std::string join(const std::vector<std::string> &Parts, const char *Between) {
  std::string S;
  for (const std::string &P : Parts)
    S += (S.empty() ? "" : Between) + P;
  return S;
}

std::vector<std::string> techniqueNames(bool Available) {
  std::vector<std::string> Names;
  for (const TechniqueRow &R : TechniqueRows)
    if (R.Available == Available)
      Names.push_back(R.Name);
  return Names;
}

/// Adds the archives of a RUNTIME column. One that several ask for stays at its
/// last place: what refers to it must come first.
void addRuntimes(const std::string &List, std::vector<RuntimeArchive> &All) {
  if (List.empty())
    return;
  for (std::string Name : split(List, ',')) {
    RuntimeArchive R;
    auto Take = [&](const std::string &Prefix) {
      bool Found = Name.compare(0, Prefix.size(), Prefix) == 0;
      if (Found)
        Name.erase(0, Prefix.size());
      return Found;
    };
    R.ExeOnly = Take("exe:");
    R.Whole = Take("whole:");
    R.Name = Name;
    for (size_t I = 0; I < All.size(); ++I)
      if (All[I].Name == Name) {
        R.Whole |= All[I].Whole;
        R.ExeOnly &= All[I].ExeOnly;
        All.erase(All.begin() + static_cast<std::ptrdiff_t>(I--));
      }
    All.push_back(R);
  }
}

bool conflict(Technique A, Technique B, const char *&Why) {
  for (const auto &C : Conflicts)
    if ((C.A == A && C.B == B) || (C.A == B && C.B == A)) {
      Why = C.Why;
      return true;
    }
  return false;
}

class Parser {
public:
  Parser(const std::vector<Technique> &Unfit, Options &O, std::string &Error)
      : O(O), Error(Error) {
    for (Technique T : defaultTechniques(Unfit))
      On[static_cast<size_t>(T)] = true;
  }

  bool parse(const std::vector<std::string> &Args);

private:
  bool fail(const std::string &Message) {
    Error = Message;
    return false;
  }
  bool one(const std::string &Arg);
  bool techniques(const std::string &Arg, const std::string &List, bool Set);
  bool request(const std::string &Arg);
  bool flag(const std::string &Arg, const std::string &Rest, bool Positive);
  bool odd(const std::string &Arg, const std::string &Text,
           const std::string &Range);
  bool unknown(const std::string &Arg);
  bool finish();

  Options &O;
  std::string &Error;
  bool On[sizeof(TechniqueRows) / sizeof(TechniqueRows[0])] = {};
  bool Named = false; ///< the user named techniques: the default is gone
  bool Given[NumFlags] = {};
  std::string Value[NumFlags];
};

bool Parser::unknown(const std::string &Arg) {
  std::vector<std::string> All = {"-fcrit=",
                                  "-fno-crit",
                                  "--crit-help",
                                  "--crit-version",
                                  "--crit-fingerprint",
                                  "--crit-print-config",
                                  "--crit-clang="};
  for (const FlagRow &R : FlagRows) {
    All.push_back(std::string("-fcrit-") + R.Name +
                  (R.How == Kind::Bool ? "" : "="));
    if (R.How == Kind::Bool)
      All.push_back(std::string("-fno-crit-") + R.Name);
  }
  // The value does not help to find the name.
  std::string Name = Arg.substr(0, Arg.find('='));
  if (Name.size() < Arg.size())
    Name += '=';
  return fail("unknown option '" + Arg + "'; did you mean '" +
              nearest(Name, All) + "'? (--crit-help lists all)");
}

bool Parser::techniques(const std::string &Arg, const std::string &List,
                        bool Set) {
  std::vector<Technique> Mentioned;
  for (const std::string &Name : split(List, ',')) {
    const TechniqueRow *Found = nullptr;
    std::vector<std::string> Names;
    for (const TechniqueRow &R : TechniqueRows) {
      Names.push_back(R.Name);
      if (Name == R.Name)
        Found = &R;
    }
    if (!Found)
      return fail("unknown technique '" + Name + "' in '" + Arg +
                  "'; did you mean '" + nearest(Name, Names) +
                  "'? (in this build: " + join(techniqueNames(true), ", ") + ")");
    if (Set && !Found->Available)
      return fail("technique '" + Name + "' of '" + Arg +
                  "' is not in this build; use one of: " +
                  join(techniqueNames(true), ", "));
    if (!Set && Found->Id == Technique::None)
      return fail("'" + Arg + "' means nothing; write -fno-crit");
    Mentioned.push_back(Found->Id);
  }
  if (Set)
    for (size_t I = 0; I < Mentioned.size(); ++I)
      if (Mentioned[I] == Technique::None && Mentioned.size() > 1)
        return fail("'none' cannot be combined with others in '" + Arg + "'");
  if (Set && !Named)
    for (bool &B : On)
      B = false;
  Named |= Set;
  for (Technique T : Mentioned) {
    if (T == Technique::None)
      for (bool &B : On)
        B = false;
    else
      On[static_cast<size_t>(T)] = Set;
  }
  return true;
}

bool Parser::request(const std::string &Arg) {
  static const struct {
    const char *Name;
    Request Ask;
  } Requests[] = {{"--crit-help", Request::Help},
                  {"--crit-help=markdown", Request::Markdown},
                  {"--crit-version", Request::Version},
                  {"--crit-fingerprint", Request::Fingerprint},
                  {"--crit-print-config", Request::PrintConfig},
                  {"--crit-print-facts", Request::PrintFacts}};
  for (const auto &R : Requests)
    if (Arg == R.Name) {
      O.Ask = R.Ask;
      return true;
    }
  static const std::string ClangFlag = "--crit-clang=";
  if (Arg.compare(0, ClangFlag.size(), ClangFlag) == 0) {
    O.Clang = Arg.substr(ClangFlag.size());
    return O.Clang.empty() ? fail("'" + Arg + "' names no program") : true;
  }
  return unknown(Arg);
}

bool Parser::flag(const std::string &Arg, const std::string &Rest,
                  bool Positive) {
  size_t Equals = Rest.find('=');
  std::string Name = Rest.substr(0, Equals);
  for (size_t I = 0; I < NumFlags; ++I) {
    const FlagRow &R = FlagRows[I];
    if (Name != R.Name)
      continue;
    if (R.How == Kind::Bool) {
      if (Equals != std::string::npos)
        return fail("'" + Arg + "' takes no value");
      Given[I] = true;
      Value[I] = Positive ? "1" : "0";
      return true;
    }
    if (!Positive)
      return unknown(Arg);
    if (Equals == std::string::npos || Equals + 1 == Rest.size())
      return fail("'" + Arg + "' needs a value: -fcrit-" + Name + "=" +
                  (R.How == Kind::File   ? "FILE"
                   : R.How == Kind::Odd  ? "N"
                   : R.How == Kind::Enum ? R.Values
                                         : "TEXT"));
    Value[I] = Rest.substr(Equals + 1);
    Given[I] = true;
    if (R.How == Kind::Odd)
      return odd(Arg, Value[I], R.Values);
    if (R.How != Kind::Enum)
      return true;
    std::vector<std::string> Allowed = split(R.Values, '|');
    for (const std::string &A : Allowed)
      if (Value[I] == A)
        return true;
    return fail("unknown value '" + Value[I] + "' in '" + Arg +
                "'; did you mean '" + nearest(Value[I], Allowed) +
                "'? (values: " + join(Allowed, ", ") + ")");
  }
  return unknown(Arg);
}

bool Parser::odd(const std::string &Arg, const std::string &Text,
                 const std::string &Range) {
  std::vector<std::string> Limits = split(Range, '|');
  bool Digits = Text.size() <= 18 &&
                Text.find_first_not_of("0123456789") == std::string::npos;
  long long N = Digits ? std::stoll(Text) : 0;
  if (N % 2 == 0 || N < std::stoll(Limits[0]) || N > std::stoll(Limits[1]))
    return fail("'" + Arg + "' needs an odd number from " + Limits[0] + " to " +
                Limits[1]);
  return true;
}

bool Parser::one(const std::string &Arg) {
  auto Rest = [&](const char *Prefix, std::string &Tail) {
    size_t N = strlen(Prefix);
    if (Arg.compare(0, N, Prefix) != 0)
      return false;
    Tail = Arg.substr(N);
    return true;
  };
  std::string Tail;
  if (Arg == "-fno-crit")
    return techniques(Arg, "none", true);
  if (Arg == "-fcrit")
    return fail("'-fcrit' needs a value, as in -fcrit=" +
                listTechniques(defaultTechniques()));
  if (Rest("-fcrit=", Tail))
    return techniques(Arg, Tail, true);
  if (Rest("-fno-crit=", Tail))
    return techniques(Arg, Tail, false);
  if (Rest("-fcrit-", Tail))
    return flag(Arg, Tail, true);
  if (Rest("-fno-crit-", Tail))
    return flag(Arg, Tail, false);
  if (Rest("--crit-", Tail))
    return request(Arg);
  return unknown(Arg);
}

bool Parser::finish() {
  for (const TechniqueRow &R : TechniqueRows)
    if (On[static_cast<size_t>(R.Id)]) {
      O.Techniques.push_back(R.Id);
      addRuntimes(R.Runtime, O.Runtimes);
    }
  const char *Why = nullptr;
  for (Technique A : O.Techniques)
    for (Technique B : O.Techniques)
      if (A < B && conflict(A, B, Why))
        return fail(std::string("-fcrit=") + row(A).Name +
                    " cannot be used with -fcrit=" + row(B).Name + ": " + Why +
                    "; drop one (-fno-crit=" + row(A).Name + " or -fno-crit=" +
                    row(B).Name + ")");
  const std::string *Scheme = nullptr, *A = nullptr, *Recover = nullptr;
  bool Memory = false;
  for (size_t I = 0; I < NumFlags; ++I) {
    if (!Given[I])
      continue;
    const FlagRow &R = FlagRows[I];
    if (R.Name == std::string("delta-scheme"))
      Scheme = &Value[I];
    if (R.Name == std::string("delta-a"))
      A = &Value[I];
    if (R.Name == std::string("recover"))
      Recover = &Value[I];
    if (R.Name == std::string("delta-memory"))
      Memory = Value[I] == "shadow";
    if (R.How == Kind::File) {
      // The plugin would find out too, but once per source file and after
      // configure has already taken the failure for a missing feature.
      std::string Content;
      if (!readFile(Value[I], Content))
        return fail(std::string("cannot read '") + Value[I] + "' of -fcrit-" +
                    R.Name + ": " + strerror(errno));
      if (R.Name == std::string("policy") &&
          !checkPolicy(Value[I], Content, techniqueNames(true),
                       techniqueNames(false), Error))
        return false;
      O.PolicyFiles.push_back(Value[I]);
    }
    if (R.Name == std::string("runtime"))
      addRuntimes(Value[I], O.Runtimes);
    if (*R.Plugin)
      O.PluginOptions.push_back(std::string(R.Plugin) + "=" + Value[I]);
  }
  if (A && (!Scheme || (*Scheme != "affine" && *Scheme != "mixed")))
    return fail("'-fcrit-delta-a=" + *A + "' is for -fcrit-delta-scheme=affine "
                "or mixed; say which, or drop it");
  // A region that runs again would find what the second copy's memory was given
  // since: only the program's stores are taken back.
  if (Memory && Recover && *Recover != "stop")
    return fail("-fcrit-delta-memory=shadow cannot be used with -fcrit-recover=" +
                *Recover + ": memory of the second copy is not rolled back; "
                "drop one");
  if (Memory && Scheme && *Scheme == "paper")
    return fail("-fcrit-delta-memory=shadow cannot be used with "
                "-fcrit-delta-scheme=paper, which keeps memory plain; drop one");
  return true;
}

bool Parser::parse(const std::vector<std::string> &Args) {
  for (const std::string &Arg : Args)
    if (!one(Arg))
      return false;
  return finish();
}

} // namespace

std::vector<Technique> defaultTechniques(const std::vector<Technique> &Unfit) {
  static const Technique Recommended[] = {
#define CRIT_RECOMMENDED(ENUM) Technique::ENUM,
#include "Options.def"
  };
  // In order of preference: what this build has and an earlier one allows.
  std::vector<Technique> Set;
  for (Technique T : Recommended) {
    const char *Why;
    bool Fits = row(T).Available &&
                std::find(Unfit.begin(), Unfit.end(), T) == Unfit.end();
    for (Technique Earlier : Set)
      Fits &= !conflict(Earlier, T, Why);
    if (Fits)
      Set.push_back(T);
  }
  return Set;
}

std::string listTechniques(const std::vector<Technique> &Set) {
  std::vector<std::string> Names;
  for (Technique T : Set)
    Names.push_back(row(T).Name);
  return Names.empty() ? "none" : join(Names, ",");
}

bool parseCritOptions(const std::vector<std::string> &Args,
                      const std::vector<Technique> &Unfit, Options &O,
                      std::string &Error) {
  return Parser(Unfit, O, Error).parse(Args);
}

bool checkEnvironment(char **Env, std::string &Error) {
  // CRIT_OPTIONS is the hardened program's; CRIT_VERBOSE is ours.
  static const std::vector<std::string> Known = {"CRIT_OPTIONS",
                                                 "CRIT_VERBOSE"};
  for (; Env && *Env; ++Env) {
    std::string Name = *Env;
    Name.resize(std::min(Name.find('='), Name.size()));
    if (Name.compare(0, 5, "CRIT_") != 0)
      continue;
    bool Found = false;
    for (const std::string &K : Known)
      Found |= Name == K;
    if (!Found) {
      Error = "unknown environment variable '" + Name + "'; did you mean '" +
              nearest(Name, Known) +
              "'? Compiler options go on the command line (-fcrit-...)";
      return false;
    }
  }
  return true;
}

} // namespace crit

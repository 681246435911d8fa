//===- Policy.cpp - is a policy file what its writer means ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Special case list: "[section]" with glob, "key:glob=category", "#" comments.
//===----------------------------------------------------------------------===//
#include "Policy.h"
#include "Nearest.h"
#include <fnmatch.h>

namespace crit {
namespace {

class Checker {
public:
  Checker(const std::vector<std::string> &Techniques,
          const std::vector<std::string> &Missing)
      : Techniques(Techniques), Missing(Missing) {}
  /// "" if the line is good.
  std::string line(const std::string &Line);

private:
  std::string section(const std::string &Line);
  std::string entry(const std::string &Line);
  std::string category(const std::string &Name);

  const std::vector<std::string> &Techniques, &Missing;
};

std::string trim(const std::string &S) {
  size_t Begin = S.find_first_not_of(" \t\r");
  if (Begin == std::string::npos)
    return "";
  return S.substr(Begin, S.find_last_not_of(" \t\r") - Begin + 1);
}

std::string list(const std::vector<std::string> &Names) {
  std::string S;
  for (const std::string &N : Names)
    S += (S.empty() ? "" : ", ") + N;
  return S;
}

std::string Checker::section(const std::string &Line) {
  if (Line.back() != ']')
    return "section without ']': '" + Line + "'; write [crit]";
  std::string Glob = trim(Line.substr(1, Line.size() - 2));
  // Alternatives are the list's own syntax: {a,b} and, in version 1, a|b.
  bool Alternatives = Glob.find_first_of("{|") != std::string::npos &&
                      Glob.find("crit") != std::string::npos;
  if (Alternatives || fnmatch(Glob.c_str(), "crit", 0) == 0)
    return "";
  return "section '[" + Glob +
         "]' does not apply to Crit; did you mean '[crit]'?";
}

std::string Checker::category(const std::string &Name) {
  if (Name == "no-boundless") // the others stay as they are
    return "";
  for (const std::string &T : Techniques)
    if (T == Name)
      return "";
  for (const std::string &T : Missing)
    if (T == Name)
      return "technique '" + Name + "' is not in this build; use one of: " +
             list(Techniques);
  return "unknown technique '" + Name + "'; did you mean '" +
         nearest(Name, Techniques) + "'? (in this build: " + list(Techniques) +
         ")";
}

std::string Checker::entry(const std::string &Line) {
  static const std::vector<std::string> Keys = {"fun", "src"};
  size_t Colon = Line.find(':');
  if (Colon == std::string::npos)
    return "'" + Line + "' says nothing; write fun:NAME=none or src:FILE=none";
  std::string Key = Line.substr(0, Colon);
  if (Key != Keys[0] && Key != Keys[1])
    return "unknown key '" + Key + "'; did you mean '" + nearest(Key, Keys) +
           "'? (fun: a function's symbol name, src: a source file)";
  size_t Equals = Line.find('=', Colon);
  if (Equals == std::string::npos)
    return "'" + Line + "' chooses nothing; write " + Line + "=none";
  if (Equals == Colon + 1)
    return "'" + Line + "' matches nothing; write " + Key + ":NAME" +
           Line.substr(Equals);
  return category(Line.substr(Equals + 1));
}

std::string Checker::line(const std::string &Line) {
  if (Line.empty() || Line[0] == '#')
    return "";
  return Line[0] == '[' ? section(Line) : entry(Line);
}

} // namespace

bool checkPolicy(const std::string &File, const std::string &Content,
                 const std::vector<std::string> &Techniques,
                 const std::vector<std::string> &Missing, std::string &Error) {
  Checker C(Techniques, Missing);
  unsigned Number = 1;
  for (size_t Begin = 0, End; Begin < Content.size();
       Begin = End + 1, ++Number) {
    End = std::min(Content.find('\n', Begin), Content.size());
    std::string Wrong = C.line(trim(Content.substr(Begin, End - Begin)));
    if (Wrong.empty())
      continue;
    Error = File + ":" + std::to_string(Number) + ": " + Wrong;
    return false;
  }
  return true;
}

} // namespace crit

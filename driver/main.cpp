//===- main.cpp - crit-clang ----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts about the command line, a plan from them, exec of clang. Nothing is
// printed on success: configure scripts take any word on stderr for a failure.
// No LLVM is linked in: loading it would double the time of a small compile.
//===----------------------------------------------------------------------===//
#include "CritOptions.h"
#include "Exec.h"
#include "Facts.h"
#include "Files.h"
#include "Info.h"
#include "Plan.h"
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace crit;

static std::string Self = "crit-clang";

static int fail(const std::string &Message) {
  fprintf(stderr, "%s: error: %s\n", Self.c_str(), Message.c_str());
  return 1;
}

static int answer(const Facts &F, const Options &O, const Config &C) {
  std::string Text;
  switch (O.Ask) {
  case Request::Help:
    Text = helpText();
    break;
  case Request::Markdown:
    Text = helpMarkdown();
    break;
  case Request::Version:
    Text = versionText();
    break;
  case Request::PrintConfig:
    Text = configText(C);
    break;
  case Request::PrintFacts:
    Text = describe(F);
    break;
  case Request::Fingerprint:
    Text = fingerprint(C, O);
    if (Text.empty())
      return fail("cannot read the plugin '" + C.Plugin + "' or '" + C.Clang +
                  "'; run ./crit build");
    Text += "\n";
    break;
  case Request::None:
    break;
  }
  fputs(Text.c_str(), stdout);
  return fflush(stdout) == 0 ? 0 : fail("cannot write the answer");
}

int main(int Argc, char **Argv) {
  std::string Argv0 = Argc > 0 ? Argv[0] : "crit-clang";
  Self = baseName(Argv0);
  Facts F = readFacts(
      Argv0, std::vector<std::string>(Argv + (Argc > 0 ? 1 : 0), Argv + Argc));
  Options O;
  std::string Error;
  if (!parseCritOptions(F.CritArgs, unfitDefaults(F), O, Error))
    return fail(Error);
  Config C = findConfig(O);
  if (O.Ask != Request::None)
    return answer(F, O, C);
  Plan P;
  if (!O.Techniques.empty() && !checkEnvironment(environ, Error))
    return fail(Error);
  if (!makePlan(F, O, C, P, Error))
    return fail(Error);
  const char *Verbose = getenv("CRIT_VERBOSE");
  if (F.ShowCommands || (Verbose && *Verbose && *Verbose != '0'))
    fprintf(stderr, "crit: %s:%s\n", P.Hardens ? "plan" : "plan (plain clang)",
            describe(P).c_str());
  return fail(execute(P));
}

//===- ProgressLine.cpp - how far a campaign is ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ProgressLine.h"

#include "Children.h"

#include <cstdio>
#include <cstring>
#include <sstream>
#include <unistd.h>

namespace crit::inject {

ProgressLine::ProgressLine(bool E)
    : Enabled(E), Terminal(isatty(2)), Started(monotonicSeconds()) {}

void ProgressLine::update(const Progress &P) {
  if (!Enabled)
    return;
  double Now = monotonicSeconds();
  if (std::strcmp(Phase, P.Phase) != 0) {
    Phase = P.Phase;
    Started = Now;
    LastDraw = Terminal ? 0 : Now;
  }
  if (Now - LastDraw < (Terminal ? 0.2 : 10))
    return;
  LastDraw = Now;
  std::ostringstream S;
  double Rate = Now > Started ? double(P.Done) / (Now - Started) : 0;
  S << P.Phase << " ";
  char Buf[128];
  if (P.Total == 0) {
    std::snprintf(Buf, sizeof Buf, "%.2f M instructions, %.0f k/s",
                  double(P.Done) / 1e6, Rate / 1e3);
    S << Buf;
  } else {
    double Left = Rate > 0 ? double(P.Total - P.Done) / Rate : 0;
    std::snprintf(Buf, sizeof Buf, "%llu/%llu  %.0f/s  ETA %.0f s ",
                  static_cast<unsigned long long>(P.Done),
                  static_cast<unsigned long long>(P.Total), Rate, Left);
    S << Buf;
    for (unsigned I = 0; I < NumOutcomes; ++I)
      S << " " << outcomeName(static_cast<Outcome>(I)) << " " << P.Counts[I];
  }
  if (Terminal)
    std::fprintf(stderr, "\r\033[K%s", S.str().c_str());
  else
    std::fprintf(stderr, "crit-inject: %s\n", S.str().c_str());
  Drawn = true;
}

void ProgressLine::finish() {
  if (Enabled && Terminal && Drawn)
    std::fprintf(stderr, "\r\033[K");
}

std::string findProgram(const std::string &Name) {
  if (Name.find('/') != std::string::npos)
    return Name;
  const char *Path = std::getenv("PATH");
  std::istringstream S(Path ? Path : "/usr/bin:/bin");
  for (std::string Dir; std::getline(S, Dir, ':');) {
    std::string Full = (Dir.empty() ? "." : Dir) + "/" + Name;
    if (access(Full.c_str(), X_OK) == 0)
      return Full;
  }
  return Name;
}

} // namespace crit::inject

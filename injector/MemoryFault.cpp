//===- MemoryFault.cpp - faults in memory cells ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MemoryFault.h"

#include "TargetImage.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crit::inject {

static std::vector<std::string> split(const std::string &S) {
  std::vector<std::string> V;
  std::istringstream In(S);
  for (std::string W; std::getline(In, W, ',');)
    V.push_back(W);
  return V;
}

void checkSegments(const std::string &Segments) {
  static const char *const Known[] = {"data", "heap", "stack", "anon", "libs"};
  std::vector<std::string> V = split(Segments);
  for (const std::string &S : V)
    if (std::none_of(std::begin(Known), std::end(Known),
                     [&](const char *K) { return S == K; }))
      throw InputError("--segments " + S +
                       ": unknown; a comma list of data, heap, stack, anon, "
                       "libs");
  if (V.empty())
    throw InputError("--segments: names no segment");
}

Cell drawCell(const Process &P, const std::string &Program,
              const std::string &Segments, Random &R) {
  struct Range {
    uint64_t Begin, End;
    std::string Segment;
  };
  std::vector<std::string> Wanted = split(Segments);
  std::error_code EC;
  std::string Self = std::filesystem::canonical(Program, EC).string();
  std::ifstream Maps("/proc/" + std::to_string(P.pid()) + "/maps");
  std::vector<Range> Ranges;
  uint64_t Total = 0, Rsp = P.regs().rsp, ImageEnd = 0;
  for (std::string Line; std::getline(Maps, Line);) {
    unsigned long long Begin = 0, End = 0;
    char Perm[8] = "", Path[4096] = "";
    if (std::sscanf(Line.c_str(), "%llx-%llx %7s %*s %*s %*s %4095s", &Begin,
                    &End, Perm, Path) < 3)
      continue;
    std::string Name = Path;
    bool Image = Name == Self || (Name.empty() && Begin == ImageEnd);
    if (Image)
      ImageEnd = End; // .bss follows without a name
    if (Perm[0] != 'r' || Perm[1] != 'w')
      continue;
    std::string S = Image                ? "data"
                    : Name == "[heap]"   ? "heap"
                    : Name == "[stack]"  ? "stack"
                    : Name.empty()       ? "anon"
                    : Name[0] == '/'     ? "libs"
                                         : "";
    if (std::find(Wanted.begin(), Wanted.end(), S) == Wanted.end())
      continue;
    if (S == "stack" && Rsp > Begin && Rsp < End)
      Begin = Rsp;
    Ranges.push_back({Begin, End, S});
    Total += End - Begin;
  }
  if (Total == 0)
    throw InputError("the program has no writable memory in " + Segments);
  uint64_t At = R.below(Total);
  for (const Range &G : Ranges) {
    if (At < G.End - G.Begin)
      return {G.Begin + At, G.Segment};
    At -= G.End - G.Begin;
  }
  return {};
}

Cell loadedCell(const Process &P, const Instruction &I, Random &R) {
  user_regs_struct Regs = P.regs();
  const MemoryOperand &M = I.Memory;
  uint64_t At = M.Disp;
  if (M.PCRelative)
    At += Regs.rip - I.PC;
  if (M.Base >= 0)
    At += gprSlot(Regs, static_cast<unsigned>(M.Base));
  if (M.Index >= 0)
    At += gprSlot(Regs, static_cast<unsigned>(M.Index)) << M.Scale;
  return {At + R.below(M.Width), "loaded"};
}

} // namespace crit::inject

//===- Exec.cpp - run the plan --------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Exec.h"
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace crit {
namespace {

/// The kernel allows 128 KiB per argument and, with the usual 8 MiB stack,
/// 2 MiB in all. A user's response file that had to be unpacked (it held one of
/// our options) can be larger.
constexpr size_t MaxTotal = 1 << 20;

std::string quoteForResponse(const std::string &Arg) {
  std::string S = "\"";
  for (char C : Arg) {
    if (C == '"' || C == '\\')
      S += '\\';
    S += C;
  }
  return S + "\"\n";
}

/// All arguments in a file that lives as long as the processes that hold it:
/// nothing to clean up. Returns the @name, "" on failure.
std::string packArguments(const std::vector<std::string> &Args) {
  int Fd = memfd_create("crit-clang-arguments", 0);
  if (Fd < 0)
    return "";
  std::string Text;
  for (const std::string &Arg : Args)
    Text += quoteForResponse(Arg);
  for (size_t Done = 0; Done < Text.size();) {
    ssize_t N = write(Fd, Text.data() + Done, Text.size() - Done);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return "";
    Done += static_cast<size_t>(N);
  }
  return "@/proc/self/fd/" + std::to_string(Fd);
}

} // namespace

std::string execute(const Plan &P) {
  size_t Total = 0;
  for (const std::string &Arg : P.Args)
    Total += Arg.size() + 1 + sizeof(char *);
  std::vector<std::string> Args = P.Args;
  if (Total > MaxTotal) {
    std::string Packed = packArguments(P.Args);
    if (Packed.empty())
      return std::string("cannot pass a long command line on: ") +
             strerror(errno);
    Args = {Packed};
  }
  std::vector<char *> Argv;
  Argv.push_back(const_cast<char *>(P.Program.c_str()));
  for (const std::string &Arg : Args)
    Argv.push_back(const_cast<char *>(Arg.c_str()));
  Argv.push_back(nullptr);
  execv(P.Program.c_str(), Argv.data());
  return "cannot run '" + P.Program + "': " + strerror(errno);
}

} // namespace crit

//===- Golden.cpp - the run without a fault -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Campaign.h"
#include "Children.h"
#include "MemFile.h"
#include "Process.h"

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>

namespace crit::inject {

static GoldenRun runOnce(const CampaignOptions &O) {
  MemFile Out("golden-out"), Err("golden-err");
  LaunchSpec Spec;
  Spec.Args = O.Args;
  Spec.Env = fixedEnvironment(O.ExtraEnv);
  Spec.StdinPath = O.StdinPath;
  Spec.StdoutFd = Out.fd();
  Spec.StderrFd = Err.fd();
  Process P = Process::launch(Spec);
  double Begin = monotonicSeconds();
  P.detach();
  int Status;
  rusage Usage{};
  if (wait4(P.pid(), &Status, __WALL, &Usage) < 0)
    throw std::runtime_error("wait4 failed");
  GoldenRun G;
  G.WallSeconds = monotonicSeconds() - Begin;
  G.End.Exited = WIFEXITED(Status);
  G.End.ExitCode = G.End.Exited ? WEXITSTATUS(Status) : 0;
  G.End.Signal = WIFSIGNALED(Status) ? WTERMSIG(Status) : 0;
  G.End.Stdout = Out.contents();
  G.End.Stderr = Err.contents();
  G.CpuSeconds = Usage.ru_utime.tv_sec + Usage.ru_utime.tv_usec * 1e-6 +
                 Usage.ru_stime.tv_sec + Usage.ru_stime.tv_usec * 1e-6;
  return G;
}

static std::string firstDifference(const std::string &A, const std::string &B) {
  size_t I = 0;
  while (I < A.size() && I < B.size() && A[I] == B[I])
    ++I;
  return "byte " + std::to_string(I) + " of " + std::to_string(A.size()) +
         " and " + std::to_string(B.size());
}

GoldenRun runGolden(const CampaignOptions &O) {
  GoldenRun A = runOnce(O), B = runOnce(O);
  const std::string &Name = O.Args[0];
  for (const GoldenRun *G : {&A, &B})
    if (!G->End.Exited)
      throw InputError(Name + ": without any fault it is killed by signal " +
                       std::to_string(G->End.Signal) + " (" +
                       strsignal(G->End.Signal) +
                       "); stderr: " + G->End.Stderr.substr(0, 400));
  if (A.End.ExitCode != B.End.ExitCode)
    throw InputError(Name +
                     ": not deterministic: two runs without a fault end "
                     "with exit codes " +
                     std::to_string(A.End.ExitCode) + " and " +
                     std::to_string(B.End.ExitCode));
  if (A.End.Stdout != B.End.Stdout)
    throw InputError(
        Name +
        ": not deterministic: two runs without a fault write different "
        "standard output (first difference at " +
        firstDifference(A.End.Stdout, B.End.Stdout) +
        "). Take times, process ids, addresses and random seeds out of its "
        "output, and run it with one thread");
  CritEvents E = findEvents(A.End.Stderr);
  if (E.Stopped || E.Corrected)
    throw InputError(Name +
                     ": Crit reports an event without any fault; "
                     "stderr: " +
                     A.End.Stderr.substr(0, 400));
  if (B.CpuSeconds < A.CpuSeconds)
    A.CpuSeconds = B.CpuSeconds;
  return A;
}

} // namespace crit::inject

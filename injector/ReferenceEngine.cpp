//===- ReferenceEngine.cpp - stepping injection, any binary ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ReferenceEngine.h"

#include "Children.h"
#include "MemFile.h"

#include <algorithm>
#include <cassert>
#include <csignal>
#include <cstring>
#include <sys/wait.h>

namespace crit::inject {

uint64_t drawInstant(uint64_t Seed, uint64_t Id, uint64_t Eligible) {
  return Random(Seed, 2 * Id).below(Eligible);
}

FaultRecord describeFault(const TargetImage &Image, const Instruction &I,
                          const FaultAction &A) {
  FaultRecord R;
  R.PC = I.PC;
  R.Where = Image.describe(I.PC);
  if (const Function *F = Image.functionAt(I.PC))
    R.Function = F->Name;
  R.Bytes = I.Bytes;
  R.Text = I.Text;
  R.Opcode = I.Opcode;
  R.Class = instClassName(I.Class);
  R.Register = A.Op.Reg.Kind == RegKind::Flags
                   ? flagName(A.Op.Reg.FlagMask, A.Bit)
                   : A.Op.Name;
  R.RegKind = regKindName(A.Op.Reg.Kind);
  R.Access = A.After ? "write" : "read";
  R.IsAddress = A.Op.IsAddress;
  R.Bit = A.Bit;
  R.Width = A.Op.Reg.Width;
  return R;
}

namespace {

/// Tracer and tracee on one processor: a step is then a mere switch between
/// the two (measured 17 us against 30-60 us when the other core has to be
/// woken). Copies run on all processors.
class Pinning {
public:
  Pinning() {
    CPU_ZERO(&All);
    sched_getaffinity(0, sizeof All, &All);
    cpu_set_t One;
    CPU_ZERO(&One);
    int Cpu = sched_getcpu();
    CPU_SET(Cpu < 0 ? 0 : Cpu, &One);
    sched_setaffinity(0, sizeof One, &One);
    sigset_t Set;
    sigemptyset(&Set);
    sigaddset(&Set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &Set, &OldMask);
  }
  ~Pinning() {
    sched_setaffinity(0, sizeof All, &All);
    sigprocmask(SIG_SETMASK, &OldMask, nullptr);
  }
  cpu_set_t All;

private:
  sigset_t OldMask;
};

/// Ends the stepped process on every way out.
struct KillOnExit {
  Process &P;
  bool Armed = true;
  ~KillOnExit() {
    if (Armed)
      P.kill();
  }
};

} // namespace

ReferenceEngine::ReferenceEngine(const CampaignOptions &O,
                                 const TargetImage &Img, Scope &S,
                                 const GoldenRun &G)
    : Options(O), Image(Img), Code(S), Golden(G) {}

Process ReferenceEngine::start(const MemFile &Out, const MemFile &Err) const {
  LaunchSpec Spec;
  Spec.Args = Options.Args;
  Spec.Env = fixedEnvironment(Options.ExtraEnv);
  Spec.StdinPath = Options.StdinPath;
  Spec.StdoutFd = Out.fd();
  Spec.StderrFd = Err.fd();
  Spec.FileSizeLimit = 16 * Golden.End.Stdout.size() + (16u << 20);
  return Process::launch(Spec);
}

/// Calls Visit(const Instruction *) before each instruction; null when out of
/// scope or when it is a further iteration of a rep. Visit returns false to
/// stop. Returns true when the process ended by itself.
template <typename Visitor>
bool ReferenceEngine::walk(Process &P, int &Status, Visitor &&Visit) {
  uint64_t Bias = P.loadBias(Image.entry());
  uint64_t PrevPC = ~0ull;
  int Signal = 0;
  while (true) {
    uint64_t PC = P.pc();
    const Instruction *I = Code.at(PC - Bias);
    if (I && PC == PrevPC && I->IsRep)
      I = nullptr;
    if (!Visit(I))
      return false;
    PrevPC = PC;
    int StopSignal;
    if (!P.step(Signal, Status, StopSignal))
      return true;
    Signal = StopSignal;
  }
}

Exposure ReferenceEngine::count(const Hooks &H) {
  Pinning Pin;
  MemFile Out("count-out"), Err("count-err");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  Exposure E;
  Progress Prog;
  Prog.Phase = "counting";
  int Status = 0;
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    ++E.Stepped;
    if (I) {
      ++E.InScope;
      E.Eligible += eligible(Options.FaultModel, *I);
    }
    if (E.Stepped % 16384 == 0) {
      Prog.Done = E.Stepped;
      H.report(Prog);
      return !H.interrupted();
    }
    return true;
  });
  if (!Ended)
    throw InputError("interrupted while counting instructions");
  Guard.Armed = false;
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != Golden.End.ExitCode ||
      Out.contents() != Golden.End.Stdout)
    throw InputError(Options.Args[0] +
                     ": behaves differently when single-stepped (output or "
                     "exit status differ from the native run)");
  if (E.Eligible == 0)
    throw InputError(Options.Args[0] +
                     ": executes no instruction in scope; check --funcs, or "
                     "the arguments of the program");
  return E;
}

/// Executes the instruction the copy stands at. False when it cannot be done.
static bool finishInstruction(Process &P, const Instruction &I) {
  uint64_t PC = P.pc();
  int Status, StopSignal;
  do
    if (!P.step(0, Status, StopSignal) || StopSignal)
      return false;
  while (I.IsRep && P.pc() == PC);
  return true;
}

/// Applies fault F to a copy that stands before instruction I.
FaultRecord ReferenceEngine::strike(Process &Copy, const Planned &F,
                                    const Instruction &I) const {
  Random R(Options.Seed, 2 * F.Id + 1);
  FaultAction A = chooseAction(Options.FaultModel, I, R);
  FaultRecord Rec = describeFault(Image, I, A);
  Rec.Id = F.Id;
  Rec.Instant = F.Instant;
  if (A.After && !finishInstruction(Copy, I))
    throw std::runtime_error("the program ended at " + Rec.Where +
                             " before its fault");
  bool IsVector =
      A.Op.Reg.Kind != RegKind::GPR && A.Op.Reg.Kind != RegKind::Flags;
  MachineState S = Copy.state(IsVector);
  FlipResult Flip = flipBit(S, A.Op.Reg, A.Bit);
  if (!Flip.OK)
    throw std::runtime_error("register " + A.Op.Name + " used by '" + I.Text +
                             "' is not in the saved state of this CPU");
  S.GPR.orig_rax = ~0ull; // else the kernel may restart a system call
  Copy.setState(S);
  Rec.Old = Flip.Old;
  Rec.New = Flip.New;
  return Rec;
}

Process ReferenceEngine::stopAt(const Planned &F, const MemFile &Out,
                                const MemFile &Err, FaultRecord &Record) {
  Pinning Pin;
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  uint64_t Instant = 0;
  int Status = 0;
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    if (!I || !eligible(Options.FaultModel, *I) || Instant++ != F.Instant)
      return true;
    Record = strike(P, F, *I);
    return false;
  });
  Guard.Armed = false;
  if (Ended)
    throw InputError(Options.Args[0] + ": ended before instruction " +
                     std::to_string(F.Instant) +
                     " in scope: not the program of the campaign");
  sched_setaffinity(P.pid(), sizeof Pin.All, &Pin.All);
  return P;
}

bool ReferenceEngine::inject(std::vector<Planned> Plan, const Exposure &Counts,
                             const ResultFn &OnResult, const Hooks &H) {
  if (Plan.empty())
    return true;
  std::sort(Plan.begin(), Plan.end(), [](const Planned &A, const Planned &B) {
    return std::tie(A.Instant, A.Id) < std::tie(B.Instant, B.Id);
  });
  Pinning Pin;
  double CpuLimit =
      std::max(Options.HangMinimum, Options.HangFactor * Golden.CpuSeconds);
  Progress Prog;
  Prog.Phase = "injecting";
  Prog.Total = Plan.size();
  Children Kids(Options.Jobs, Golden, CpuLimit, Pin.All, [&](FaultRecord &&R) {
    ++Prog.Done;
    ++Prog.Counts[static_cast<size_t>(R.Result)];
    OnResult(std::move(R));
  });
  MemFile Out("parent-out"), Err("parent-err");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();

  uint64_t Instant = 0, Steps = 0;
  size_t Next = 0;
  int Status = 0;
  bool Interrupted = false;
  auto Launch = [&](const Planned &F, const Instruction &I) {
    unsigned Slot = Kids.acquire(Out, Err);
    Process Copy = P.fork();
    KillOnExit CopyGuard{Copy};
    Kids.connect(Slot, Copy);
    FaultRecord Rec = strike(Copy, F, I);
    CopyGuard.Armed = false;
    Kids.start(Slot, Copy, std::move(Rec));
  };
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    if (++Steps % 64 == 0) {
      Kids.poll();
      if (Steps % 4096 == 0)
        H.report(Prog);
      if ((Interrupted = H.interrupted()))
        return false;
    }
    if (!I || !eligible(Options.FaultModel, *I))
      return true;
    for (; Next < Plan.size() && Plan[Next].Instant == Instant; ++Next)
      Launch(Plan[Next], *I);
    ++Instant;
    return Next < Plan.size();
  });
  if (Ended) {
    Guard.Armed = false;
    throw InputError(Options.Args[0] +
                     ": took another path than in the counting run (" +
                     std::to_string(Instant) + " instead of " +
                     std::to_string(Counts.Eligible) +
                     " instructions in scope): it is not deterministic");
  }
  Kids.waitAll();
  H.report(Prog);
  return !Interrupted;
}

} // namespace crit::inject

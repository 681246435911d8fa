//===- Engine.cpp - how faults get into a program -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Engine.h"

#include "FastEngine.h"
#include "ReferenceEngine.h"

#include <algorithm>

namespace crit::inject {

uint64_t drawInstant(uint64_t Seed, uint64_t Id, uint64_t Total,
                     unsigned Attempt) {
  Random R(Seed, 2 * Id);
  uint64_t Instant = R.below(Total);
  while (Attempt--)
    Instant = R.below(Total);
  return Instant;
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

Pinning::Pinning() {
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

Pinning::~Pinning() {
  sched_setaffinity(0, sizeof All, &All);
  sigprocmask(SIG_SETMASK, &OldMask, nullptr);
}

Process Engine::start(const MemFile &Out, const MemFile &Err) const {
  LaunchSpec Spec;
  Spec.Args = Options.Args;
  Spec.Env = fixedEnvironment(Options.ExtraEnv);
  Spec.StdinPath = Options.StdinPath;
  Spec.StdoutFd = Out.fd();
  Spec.StderrFd = Err.fd();
  Spec.FileSizeLimit = 16 * Golden.End.Stdout.size() + (16u << 20);
  return Process::launch(Spec);
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
FaultRecord Engine::strike(Process &Copy, const Planned &F,
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

void Engine::launch(Process &P, const Planned &F, const Instruction &I,
                    Children &Kids, const MemFile &Out,
                    const MemFile &Err) const {
  unsigned Slot = Kids.acquire(Out, Err);
  Process Copy = P.fork();
  KillOnExit CopyGuard{Copy};
  Kids.connect(Slot, Copy);
  FaultRecord Rec = strike(Copy, F, I);
  CopyGuard.Armed = false;
  Kids.start(Slot, Copy, std::move(Rec));
}

double Engine::cpuLimit() const {
  return std::max(Options.HangMinimum, Options.HangFactor * Golden.CpuSeconds);
}

void Engine::otherPath(uint64_t Instant, uint64_t Expected) const {
  throw InputError(Options.Args[0] +
                   ": took another path than in the counting run (" +
                   std::to_string(Instant) + " instead of " +
                   std::to_string(Expected) +
                   " instructions): it is not deterministic");
}

std::unique_ptr<Engine> makeEngine(const CampaignOptions &O,
                                   const TargetImage &Image, Scope &Code,
                                   const GoldenRun &Golden) {
  if (O.Mode == InjectMode::Fast)
    return std::make_unique<FastEngine>(O, Image, Code, Golden);
  return std::make_unique<ReferenceEngine>(O, Image, Code, Golden);
}

} // namespace crit::inject

//===- Engine.cpp - how faults get into a program -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Engine.h"

#include "FastEngine.h"
#include "MemoryFault.h"
#include "ReferenceEngine.h"
#include "permanent/PermanentEngine.h"

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
  bool HasBits = !A.Bits.empty();
  R.Register = A.Op.Reg.Kind == RegKind::Flags && HasBits
                   ? flagName(A.Op.Reg.FlagMask, A.Bits[0])
                   : A.Op.Name;
  R.RegKind = A.Kind == FaultKind::Register ? regKindName(A.Op.Reg.Kind)
              : A.Kind == FaultKind::Memory ? "memory"
                                            : "pc";
  R.Access = A.After ? "write" : "read";
  R.IsAddress = A.Op.IsAddress;
  R.Bit = HasBits ? A.Bits[0] : 0;
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

bool Engine::inject(std::vector<Planned> Plan, const Exposure &Counts,
                    const ResultFn &OnResult, const Hooks &H) {
  if (Plan.empty())
    return true;
  Results To(Plan.size(), OnResult, H);
  bool Complete = injectAll(std::move(Plan), Counts, To);
  To.report();
  return Complete;
}

void Engine::sortByInstant(std::vector<Planned> &Plan) {
  std::sort(Plan.begin(), Plan.end(), [](const Planned &A, const Planned &B) {
    return std::tie(A.Instant, A.Id) < std::tie(B.Instant, B.Id);
  });
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

/// Executes the instruction the copy stands at. False when it cannot be done;
/// Signal is then the one it raised, 0 if the copy ended.
static bool finishInstruction(Process &P, const Instruction &I, int &Signal) {
  uint64_t PC = P.pc();
  int Status;
  Signal = 0;
  do
    if (!P.step(0, Status, Signal) || Signal)
      return false;
  while (I.IsRep && P.pc() == PC);
  return true;
}

static FlipResult flipBits(Process &Copy, const FaultAction &A) {
  const RegSlice &Reg = A.Op.Reg;
  MachineState S =
      Copy.state(Reg.Kind != RegKind::GPR && Reg.Kind != RegKind::Flags);
  FlipResult First;
  for (unsigned Bit : A.Bits) {
    FlipResult R = flipBit(S, Reg, Bit);
    if (!R.OK)
      return R;
    if (!First.OK)
      First = R;
    else if (Reg.Kind == RegKind::GPR || Reg.Kind == RegKind::Flags)
      First.New = R.New;
  }
  S.GPR.orig_rax = ~0ull; // else the kernel may restart a system call
  Copy.setState(S);
  return First;
}

static FlipResult redirect(Process &Copy, uint64_t To) {
  user_regs_struct R = Copy.regs();
  FlipResult F{true, R.rip, To};
  R.rip = To;
  R.orig_rax = ~0ull;
  Copy.setRegs(R);
  return F;
}

static FlipResult flipCell(Process &P, const CampaignOptions &O,
                           const Instruction &I, const FaultAction &A,
                           Random &R, FaultRecord &Rec) {
  Cell C = O.FaultModel == Model::Memory
               ? drawCell(P, O.Args[0], O.Segments, R)
               : loadedCell(P, I, R);
  uint8_t Byte = 0;
  P.read(C.Address, &Byte, 1);
  FlipResult Flip{true, Byte, Byte ^ (1ull << A.Bits[0])};
  Byte = static_cast<uint8_t>(Flip.New);
  P.write(C.Address, &Byte, 1);
  char At[32];
  std::snprintf(At, sizeof At, " cell 0x%llx",
                static_cast<unsigned long long>(C.Address));
  Rec.Register = C.Segment;
  Rec.Where += At;
  return Flip;
}

FlipResult applyAction(Process P, const CampaignOptions &O,
                       const Instruction &I, const FaultAction &A, uint64_t PC,
                       Random &R, FaultRecord &Rec) {
  switch (A.Kind) {
  case FaultKind::Register:
    return flipBits(P, A);
  case FaultKind::Memory:
    return flipCell(P, O, I, A, R, Rec);
  case FaultKind::PC:
    return redirect(P, PC ^ (1ull << A.Bits[0]));
  case FaultKind::Skip:
    return redirect(P, PC + I.Length);
  case FaultKind::WrongBranch: {
    uint64_t Next = PC + I.Length;
    return redirect(P, P.pc() == Next ? PC - I.PC + I.BranchTarget : Next);
  }
  }
  return {};
}

void undoAction(Process P, const Instruction &I, const FaultAction &A) {
  for (const Operand &O : I.Operands)
    if (O.Acc == Access::Write && O.Reg.Kind == A.Op.Reg.Kind &&
        O.Reg.Index == A.Op.Reg.Index)
      return; // overwritten
  flipBits(P, A);
}

FaultRecord Engine::strike(Process &Copy, const Planned &F,
                           const Instruction &I, int &Signal) const {
  Random R(Options.Seed, 2 * F.Id + 1);
  FaultAction A = chooseAction(Options.FaultModel, I, R);
  FaultRecord Rec = describeFault(Image, I, A);
  Rec.Id = F.Id;
  Rec.Instant = F.Instant;
  Signal = 0;
  uint64_t PC = Copy.pc();
  bool ExecutesFirst = A.After || A.Kind == FaultKind::WrongBranch;
  if (ExecutesFirst && !finishInstruction(Copy, I, Signal))
    throw std::runtime_error("the program ended at " + Rec.Where +
                             " before its fault");
  FlipResult Flip = applyAction(Copy, Options, I, A, PC, R, Rec);
  if (!Flip.OK)
    throw std::runtime_error("register " + A.Op.Name + " used by '" + I.Text +
                             "' is not in the saved state of this CPU");
  Rec.Old = Flip.Old;
  Rec.New = Flip.New;
  if (A.Restore && finishInstruction(Copy, I, Signal))
    undoAction(Copy, I, A);
  return Rec;
}

void Engine::launch(Process &P, const Planned &F, const Instruction &I,
                    Children &Kids, const MemFile &Out,
                    const MemFile &Err) const {
  unsigned Slot = Kids.acquire(Out, Err);
  Process Copy = P.fork();
  KillOnExit CopyGuard{Copy};
  Kids.connect(Slot, Copy);
  int Signal;
  FaultRecord Rec = strike(Copy, F, I, Signal);
  CopyGuard.Armed = false;
  Kids.start(Slot, Copy, std::move(Rec), Signal);
}

double Engine::cpuLimit() const {
  return std::max(Options.HangMinimum, Options.HangFactor * Golden.CpuSeconds);
}

void Engine::otherPath(uint64_t Instant, uint64_t Expected) const {
  throw InputError(
      Options.Args[0] + ": took another path than in the counting run (" +
      std::to_string(Instant) + " instead of " + std::to_string(Expected) +
      " instructions): it is not deterministic");
}

std::unique_ptr<Engine> makeEngine(const CampaignOptions &O,
                                   const TargetImage &Image, Scope &Code,
                                   const GoldenRun &Golden) {
  if (O.FaultModel == Model::Permanent)
    return std::make_unique<PermanentEngine>(O, Image, Code, Golden);
  if (O.Mode == InjectMode::Fast)
    return std::make_unique<FastEngine>(O, Image, Code, Golden);
  return std::make_unique<ReferenceEngine>(O, Image, Code, Golden);
}

} // namespace crit::inject

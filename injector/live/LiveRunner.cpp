//===- LiveRunner.cpp - faults in a server while it serves ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LiveRunner.h"

#include "Children.h"
#include "Engine.h"
#include "ServerProcess.h"
#include "Traffic.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

namespace {

constexpr unsigned NumClients = 2;
/// A fault whose instruction does not come within so many is drawn again.
constexpr uint64_t MaxSteps = 20000, MaxStepsPerSkipped = 20;
constexpr double StartSeconds = 20;
/// A thread is not kept from its work longer than this.
constexpr double StrikeSeconds = 1;
/// From the end of a server's connections to its own.
constexpr double DyingSeconds = 0.3;
/// ... and this long no thread was found in scope: it is not worth going on.
constexpr double MaxSearchSeconds = 120;

/// A directory for sockets, removed at the end.
class ScratchDirectory {
public:
  ScratchDirectory() {
    char Name[] = "/tmp/crit-inject-XXXXXX";
    if (!mkdtemp(Name))
      throw InputError("/tmp: no directory can be made there");
    Path = Name;
  }
  ~ScratchDirectory() {
    std::error_code EC;
    std::filesystem::remove_all(Path, EC);
  }
  std::string Path;
};

/// One server's life, from its start to its first fault that is not masked.
class LiveServer {
public:
  LiveServer(const CampaignOptions &O, const ServiceKind &Kind,
             const std::string &Socket, const std::string &Directory,
             uint64_t Seed, const cpu_set_t &ClientCpus);
  /// Clients that wait for a reply get the end of their connection.
  ~LiveServer() { Server.kill(); }

  /// A client waits, as it seems in vain.
  bool isSilent() { return Clients->hangs(Watch); }
  /// True: it does, and has failed by now.
  bool hangs();

  ServerProcess Server;
  Liveness Watch;
  std::unique_ptr<Traffic> Clients;
};

std::vector<std::string> withArguments(const CampaignOptions &O,
                                       const std::vector<std::string> &Own) {
  std::vector<std::string> V = {O.Args[0]};
  V.insert(V.end(), Own.begin(), Own.end());
  V.insert(V.end(), O.Args.begin() + 1, O.Args.end());
  return V;
}

LiveServer::LiveServer(const CampaignOptions &O, const ServiceKind &Kind,
                       const std::string &Socket, const std::string &Directory,
                       uint64_t Seed, const cpu_set_t &ClientCpus)
    : Server(withArguments(O, Kind.arguments(Socket, Directory)),
             fixedEnvironment(O.ExtraEnv)),
      Watch(Server.pid(), O.Live.ReplySeconds) {
  for (double Start = monotonicSeconds(); !accepts(Socket); usleep(1000)) {
    if (!Server.poll())
      throw InputError(O.Args[0] +
                       ": ended before it served; its messages: " +
                       Server.output());
    if (monotonicSeconds() - Start > StartSeconds)
      throw ServiceFailure(ServiceFailure::Timeout, "no connection");
  }
  Clients =
      std::make_unique<Traffic>(Kind, Socket, NumClients, Seed, ClientCpus);
}

bool LiveServer::hangs() {
  if (!isSilent())
    return false;
  Clients->fail(ServiceFailure(ServiceFailure::Timeout, "no reply"));
  return true;
}

class LiveCampaign {
public:
  LiveCampaign(const CampaignOptions &Opts, const TargetImage &I, Scope &C,
               const Hooks &Hk)
      : O(Opts), Image(I), Code(C), H(Hk), Kind(*findService(Opts.Live.Service)) {
  }
  bool run(const std::vector<uint64_t> &Ids,
           const std::function<void(FaultRecord &&)> &OnResult);

private:
  void freshServer(uint64_t Id);
  /// Serves a while without a fault: all must be right.
  bool warmUp();
  std::optional<FaultRecord> inject(uint64_t Id, unsigned Attempt);
  std::optional<FaultRecord> strike(Random &R);
  void observe(FaultRecord &Rec);
  bool waitSettled();
  Outcome judge(FaultRecord &Rec, const std::optional<ServiceFailure> &F);
  bool servesAgain();

  const CampaignOptions &O;
  const TargetImage &Image;
  Scope &Code;
  const Hooks &H;
  const ServiceKind &Kind;
  ScratchDirectory Scratch;
  cpu_set_t ClientCpus{};
  std::unique_ptr<LiveServer> Live;
  std::string Socket;
  unsigned Sockets = 0;
};

void LiveCampaign::freshServer(uint64_t Id) {
  for (int Try = 0;; ++Try) {
    Live.reset();
    Socket = Scratch.Path + "/s" + std::to_string(++Sockets);
    std::string Why, Messages;
    try {
      Live = std::make_unique<LiveServer>(O, Kind, Socket, Scratch.Path,
                                          O.Seed ^ (Id << 20), ClientCpus);
      if (warmUp())
        return;
    } catch (const ServiceFailure &F) {
      Why = F.what();
      if (Try == 1)
        throw InputError(O.Args[0] + ": does not start to serve: " + Why);
    }
    bool Slow = true; // a busy machine can delay a reply
    if (Live) {
      std::optional<ServiceFailure> F = Live->Clients->failure();
      Slow = F->Why == ServiceFailure::Timeout;
      Why = F->what();
      Messages = Live->Server.output();
    }
    if (Try == 5 || !Slow)
      throw InputError(O.Args[0] + ": does not serve rightly without a fault: " +
                       Why + "; its messages: " + Messages);
  }
}

bool LiveCampaign::waitSettled() {
  Live->Watch.restart();
  while (!Live->Clients->settled()) {
    Live->Server.poll();
    usleep(200);
    if (Live->hangs())
      return false;
  }
  return !Live->Clients->failure();
}

bool LiveCampaign::warmUp() {
  for (int Round = 0; Round < 3; ++Round) {
    Live->Clients->askForReadBack();
    if (!waitSettled())
      return false;
  }
  return true;
}

/// A stopped thread, somewhere in the code in scope, gets its fault.
std::optional<FaultRecord> LiveCampaign::strike(Random &R) {
  ServerProcess &S = Live->Server;
  uint64_t Bias = S.loadBias(Image.entry());
  uint64_t Skip = O.Live.Spread ? R.below(O.Live.Spread) : 0, Skipped = 0;
  uint64_t Limit = O.Live.Spread ? MaxSteps + MaxStepsPerSkipped * Skip : 1;
  const Instruction *I = nullptr, *Before = nullptr;
  // Clients must not take our own slowness for a hang.
  double Start = monotonicSeconds();
  for (uint64_t N = 0; N < Limit; ++N) {
    if (N % 64 == 0 && monotonicSeconds() - Start > StrikeSeconds)
      return std::nullopt;
    I = Code.at(S.thread().pc() - Bias);
    bool Repeated = I && I == Before && I->IsRep;
    Before = I;
    if (I && !Repeated && eligible(O.FaultModel, *I) && Skipped++ == Skip)
      break;
    I = nullptr;
    if (N + 1 < Limit && !S.step())
      return std::nullopt;
  }
  if (!I)
    return std::nullopt;
  // Something is wrong already: a late effect of the fault before.
  if (Live->Clients->failure() || S.ended())
    return std::nullopt;
  FaultAction A = chooseAction(O.FaultModel, *I, R);
  FaultRecord Rec = describeFault(Image, *I, A);
  Rec.Instant = Skip;
  const Process &P = S.thread();
  uint64_t PC = P.pc();
  auto Advance = [&] {
    do
      if (!S.step())
        return false;
    while (I->IsRep && P.pc() == PC);
    return true;
  };
  if ((A.After || A.Kind == FaultKind::WrongBranch) && !Advance())
    return std::nullopt;
  FlipResult F = applyAction(P, O, *I, A, PC, R, Rec);
  if (!F.OK)
    return std::nullopt;
  Rec.Old = F.Old;
  Rec.New = F.New;
  if (A.Restore && Advance())
    undoAction(P, *I, A);
  return Rec;
}

std::optional<FaultRecord> LiveCampaign::inject(uint64_t Id, unsigned Attempt) {
  Random R(O.Seed, 2 * Id + 1 + (uint64_t(Attempt) << 40));
  ServerProcess &S = Live->Server;
  usleep(static_cast<useconds_t>(R.below(300)));
  S.markOutput();
  std::optional<FaultRecord> Rec;
  {
    ServerProcess::Watch Alarm;
    if (!S.stopThread(R))
      return std::nullopt;
    Rec = strike(R);
    S.release();
  }
  if (!Rec)
    return std::nullopt;
  Rec->Id = Id;
  observe(*Rec);
  return Rec;
}

/// Another client with data of its own.
bool LiveCampaign::servesAgain() {
  Traffic Another(Kind, Socket, 1, O.Seed, ClientCpus, 50 + Sockets % 40);
  Another.askForReadBack();
  Liveness Watch(Live->Server.pid(), std::min(0.1, O.Live.ReplySeconds));
  while (Live->Server.poll() && !Another.settled() && !Another.hangs(Watch))
    usleep(200);
  bool Serves = Another.settled() && !Another.failure();
  Live->Server.kill(); // it is replaced anyway
  return Serves;
}

Outcome LiveCampaign::judge(FaultRecord &Rec,
                            const std::optional<ServiceFailure> &F) {
  ServerProcess &S = Live->Server;
  CritEvents E = findEvents(S.output());
  Rec.Event = E.First;
  if (F && F->Why == ServiceFailure::Wrong)
    return Outcome::SDC;
  if (S.ended()) {
    bool Stop = WIFEXITED(S.status()) && WEXITSTATUS(S.status()) == 86;
    bool Abort = WIFSIGNALED(S.status()) && WTERMSIG(S.status()) == SIGABRT;
    Rec.ExitCode = WIFEXITED(S.status()) ? WEXITSTATUS(S.status()) : 0;
    Rec.Signal = WIFSIGNALED(S.status()) ? WTERMSIG(S.status()) : 0;
    return E.Stopped && (Stop || Abort) ? Outcome::Detected : Outcome::Crash;
  }
  if (F)
    return F->Why == ServiceFailure::Timeout ? Outcome::Hang : Outcome::Error;
  return E.Corrected ? Outcome::Corrected : Outcome::Masked;
}

void LiveCampaign::observe(FaultRecord &Rec) {
  Live->Clients->askForReadBack();
  waitSettled();
  std::optional<ServiceFailure> F = Live->Clients->failure();
  // A server that dies closes its connections a moment before it is gone.
  double Start = monotonicSeconds();
  while (F && F->Why == ServiceFailure::Gone && Live->Server.poll() &&
         monotonicSeconds() - Start < DyingSeconds)
    usleep(500);
  Live->Server.poll();
  F = Live->Clients->failure();
  Rec.Result = judge(Rec, F);
  if (F && Rec.Event.empty())
    Rec.Event = F->what();
  if (F && !Live->Server.ended())
    Rec.Event += servesAgain() ? "; still serves" : "; does not serve any more";
}

bool LiveCampaign::run(const std::vector<uint64_t> &Ids,
                       const std::function<void(FaultRecord &&)> &OnResult) {
  Pinning Pin; // the server inherits it: a step is cheap then
  ClientCpus = Pin.All;
  cpu_set_t Mine;
  sched_getaffinity(0, sizeof Mine, &Mine);
  for (int C = 0; C < CPU_SETSIZE && CPU_COUNT(&ClientCpus) > 1; ++C)
    if (CPU_ISSET(C, &Mine))
      CPU_CLR(C, &ClientCpus);
  Progress Prog;
  Prog.Phase = "injecting";
  Prog.Total = Ids.size();
  unsigned Lived = 0, Delays = 0;
  double Since = 0;
  // Kept until the next fault: what goes wrong before is its doing.
  std::optional<FaultRecord> Last;
  auto Emit = [&] {
    if (!Last)
      return;
    ++Prog.Done;
    ++Prog.Counts[static_cast<size_t>(Last->Result)];
    OnResult(std::move(*Last));
    Last.reset();
    H.report(Prog);
  };
  for (uint64_t Id : Ids) {
    std::optional<FaultRecord> Rec;
    for (unsigned Attempt = 0; !Rec; ++Attempt) {
      if (H.interrupted()) {
        Emit();
        return false;
      }
      if (Attempt == 0)
        Since = monotonicSeconds();
      else if (monotonicSeconds() - Since > MaxSearchSeconds)
        throw InputError(O.Args[0] + ": its threads hardly ever run code in "
                                     "scope; widen --funcs or --spread");
      if (!Live || Lived >= O.Live.MaxLife) {
        Emit();
        freshServer(Id);
        Lived = 0;
      }
      Rec = inject(Id, Attempt);
      // A thread that was held and stepped keeps a client waiting: what that took is not
      // the server's fault. It is, if the reply does not come when all are left alone.
      if (!Rec && Live->isSilent()) {
        Live->Clients->askForReadBack();
        waitSettled();
      }
      if (Rec || (!Live->Clients->failure() && !Live->Server.ended()))
        continue;
      // A busy machine can delay a reply once.
      bool Slow = Live->Clients->failure() && !Live->Server.ended() &&
                  Live->Clients->failure()->Why == ServiceFailure::Timeout;
      if (!Last && Slow && ++Delays < 20) {
        Live.reset();
        continue;
      }
      if (!Last)
        throw InputError(O.Args[0] + ": fails without a fault: " +
                         (Live->Clients->failure()
                              ? Live->Clients->failure()->what()
                              : "it ended") +
                         "; its messages: " + Live->Server.output());
      observe(*Last);
      Last->Event += " (late)";
      Emit();
      Live.reset();
    }
    Emit();
    ++Lived;
    Last = std::move(Rec);
    if (Last->Result != Outcome::Masked && Last->Result != Outcome::Corrected) {
      Emit();
      Live.reset();
    }
  }
  Emit();
  Live.reset();
  return true;
}

} // namespace

CampaignResult runLive(const CampaignOptions &O, const CampaignPart &Part,
                       Store *Db, const Hooks &H) {
  TargetImage Image(O.Args[0]);
  Decoder Dec;
  Scope Code(Image, Dec, O.Scope);
  CampaignResult R;
  R.NumFunctions = Code.numFunctions();
  R.Golden.End.Exited = true;
  StoredCampaign C;
  std::map<uint64_t, FaultRecord> Faults;
  if (Db) {
    C.Key = campaignKey(O);
    if (auto Number = Db->find(C.Key)) {
      C = Db->load(*Number, /*WithFaults=*/true);
      for (FaultRecord &F : C.Result.Faults)
        Faults.emplace(F.Id, std::move(F));
    } else {
      C.Options = O;
      C.Directory = std::filesystem::current_path().string();
      C.Result = R;
      C.Number = Db->add(C);
    }
  }
  std::vector<uint64_t> Ids;
  for (uint64_t Id = 0; Id < O.NumFaults; ++Id)
    if (Id % Part.Shards == Part.Shard && !Faults.count(Id))
      Ids.push_back(Id);
  LiveCampaign Campaign(O, Image, Code, H);
  R.Complete = Campaign.run(Ids, [&](FaultRecord &&F) {
    if (Db)
      Db->addFault(C.Number, F);
    Faults.emplace(F.Id, std::move(F));
  });
  if (Db)
    Db->flush();
  for (auto &F : Faults)
    R.Faults.push_back(std::move(F.second));
  return R;
}

} // namespace crit::inject

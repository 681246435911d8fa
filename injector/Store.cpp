//===- Store.cpp - campaigns in one SQLite file ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Store.h"

#include "Children.h"
#include "OptionsJson.h"
#include "Process.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

#include <filesystem>
#include <sqlite3.h>

namespace crit::inject {

constexpr int FormatVersion = 1;

static const char *const Schema = R"(
CREATE TABLE IF NOT EXISTS campaigns(
  number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, options TEXT NOT NULL,
  directory TEXT NOT NULL, functions INTEGER NOT NULL,
  eligible INTEGER NOT NULL, in_scope INTEGER NOT NULL,
  stepped INTEGER NOT NULL, golden_exit INTEGER NOT NULL,
  golden_stdout BLOB NOT NULL, golden_cpu REAL NOT NULL);
CREATE TABLE IF NOT EXISTS faults(
  campaign INTEGER NOT NULL, id INTEGER NOT NULL, instant INTEGER NOT NULL,
  pc INTEGER NOT NULL, place TEXT, function TEXT, bytes TEXT, text TEXT,
  opcode TEXT, class TEXT, register TEXT, kind TEXT, access TEXT,
  is_address INTEGER, bit INTEGER, width INTEGER, old INTEGER, new INTEGER,
  outcome TEXT NOT NULL, exit_code INTEGER, signal INTEGER, event TEXT,
  PRIMARY KEY(campaign, id)) WITHOUT ROWID;
)";

static const char *const FaultColumns =
    "id,instant,pc,place,function,bytes,text,opcode,class,register,kind,"
    "access,is_address,bit,width,old,new,outcome,exit_code,signal,event";

class Store::Statement {
public:
  Statement(Store &S, const char *Sql) : Owner(S) {
    if (sqlite3_prepare_v2(S.Db, Sql, -1, &St, nullptr) != SQLITE_OK)
      S.fail("query");
  }
  ~Statement() { sqlite3_finalize(St); }
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  Statement &operator<<(int64_t V) {
    sqlite3_bind_int64(St, ++Bound, V);
    return *this;
  }
  Statement &operator<<(double V) {
    sqlite3_bind_double(St, ++Bound, V);
    return *this;
  }
  Statement &operator<<(const std::string &V) {
    sqlite3_bind_text(St, ++Bound, V.data(), static_cast<int>(V.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }
  Statement &blob(const std::string &V) {
    sqlite3_bind_blob64(St, ++Bound, V.data(), V.size(), SQLITE_TRANSIENT);
    return *this;
  }
  /// True: a row is there. False: done.
  bool step() {
    Column = 0;
    switch (sqlite3_step(St)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      Owner.fail("query");
    }
  }
  int64_t integer() { return sqlite3_column_int64(St, Column++); }
  double real() { return sqlite3_column_double(St, Column++); }
  std::string text() {
    const void *P = sqlite3_column_blob(St, Column);
    int N = sqlite3_column_bytes(St, Column++);
    return P ? std::string(static_cast<const char *>(P), size_t(N)) : "";
  }

private:
  Store &Owner;
  sqlite3_stmt *St = nullptr;
  int Bound = 0;
  int Column = 0;
};

void Store::fail(const std::string &What) {
  throw InputError(Path + ": " + What + ": " + sqlite3_errmsg(Db));
}

void Store::exec(const char *Sql) {
  if (sqlite3_exec(Db, Sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail("cannot be written or read");
}

Store::Store(const std::string &File, bool MustExist) : Path(File) {
  std::error_code EC;
  if (MustExist && !std::filesystem::exists(Path, EC))
    throw InputError(Path + ": no such file");
  int Flags = SQLITE_OPEN_READWRITE | (MustExist ? 0 : SQLITE_OPEN_CREATE);
  if (sqlite3_open_v2(Path.c_str(), &Db, Flags, nullptr) != SQLITE_OK) {
    std::string Why = Db ? sqlite3_errmsg(Db) : "out of memory";
    sqlite3_close(Db);
    throw InputError(Path + ": cannot be opened: " + Why);
  }
  sqlite3_busy_timeout(Db, 10000);
  try {
    int64_t Version;
    {
      Statement S(*this, "PRAGMA user_version");
      S.step();
      Version = S.integer();
    }
    if (Version != 0 && Version != FormatVersion)
      throw InputError(Path + ": format " + std::to_string(Version) +
                       " is not known to this version of crit-inject");
    exec("PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL;");
    if (Version == 0) {
      {
        Statement S(*this, "SELECT count(*) FROM sqlite_master");
        S.step();
        if (S.integer() != 0)
          throw InputError(Path + ": is a database of something else");
      }
      // One transaction: a kill in between left a file that was refused later.
      exec(("BEGIN IMMEDIATE;" + std::string(Schema) +
            "PRAGMA user_version=" + std::to_string(FormatVersion) + ";COMMIT")
               .c_str());
    }
  } catch (...) {
    sqlite3_close(Db);
    throw;
  }
}

Store::~Store() {
  if (Pending)
    sqlite3_exec(Db, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(Db);
}

std::optional<int64_t> Store::find(const std::string &Key) {
  Statement S(*this, "SELECT number FROM campaigns WHERE key=?");
  S << Key;
  if (!S.step())
    return std::nullopt;
  return S.integer();
}

int64_t Store::add(const StoredCampaign &C) {
  Statement S(*this, "INSERT INTO campaigns(key,options,directory,functions,"
                     "eligible,in_scope,stepped,golden_exit,golden_stdout,"
                     "golden_cpu) VALUES(?,?,?,?,?,?,?,?,?,?)");
  const CampaignResult &R = C.Result;
  S << C.Key << optionsToJson(C.Options) << C.Directory
    << int64_t(R.NumFunctions) << int64_t(R.Counts.Eligible)
    << int64_t(R.Counts.InScope) << int64_t(R.Counts.Stepped)
    << int64_t(R.Golden.End.ExitCode);
  S.blob(R.Golden.End.Stdout) << R.Golden.CpuSeconds;
  S.step();
  return sqlite3_last_insert_rowid(Db);
}

std::vector<int64_t> Store::campaigns() {
  std::vector<int64_t> V;
  Statement S(*this, "SELECT number FROM campaigns ORDER BY number");
  while (S.step())
    V.push_back(S.integer());
  return V;
}

static std::optional<Outcome> outcomeOf(const std::string &Name) {
  return parseOutcome(Name);
}

template <typename StatementT>
static FaultRecord readFault(StatementT &S, const std::string &Path) {
  FaultRecord F;
  F.Id = uint64_t(S.integer());
  F.Instant = uint64_t(S.integer());
  F.PC = uint64_t(S.integer());
  F.Where = S.text();
  F.Function = S.text();
  F.Bytes = S.text();
  F.Text = S.text();
  F.Opcode = S.text();
  F.Class = S.text();
  F.Register = S.text();
  F.RegKind = S.text();
  F.Access = S.text();
  F.IsAddress = S.integer() != 0;
  F.Bit = unsigned(S.integer());
  F.Width = unsigned(S.integer());
  F.Old = uint64_t(S.integer());
  F.New = uint64_t(S.integer());
  std::string Name = S.text();
  auto O = outcomeOf(Name);
  if (!O)
    throw InputError(Path + ": unknown outcome '" + Name + "'");
  F.Result = *O;
  F.ExitCode = int(S.integer());
  F.Signal = int(S.integer());
  F.Event = S.text();
  return F;
}

StoredCampaign Store::load(int64_t Number, bool WithFaults) {
  StoredCampaign C;
  Statement S(*this, "SELECT key,options,directory,functions,eligible,in_scope,"
                     "stepped,golden_exit,golden_stdout,golden_cpu FROM "
                     "campaigns WHERE number=?");
  S << Number;
  if (!S.step())
    throw InputError(Path + ": has no campaign " + std::to_string(Number));
  C.Number = Number;
  C.Key = S.text();
  C.Options = optionsFromJson(S.text());
  C.Directory = S.text();
  C.Result.NumFunctions = size_t(S.integer());
  C.Result.Counts.Eligible = uint64_t(S.integer());
  C.Result.Counts.InScope = uint64_t(S.integer());
  C.Result.Counts.Stepped = uint64_t(S.integer());
  C.Result.Golden.End.Exited = true;
  C.Result.Golden.End.ExitCode = int(S.integer());
  C.Result.Golden.End.Stdout = S.text();
  C.Result.Golden.CpuSeconds = S.real();
  if (WithFaults) {
    Statement F(*this, (std::string("SELECT ") + FaultColumns +
                        " FROM faults WHERE campaign=? ORDER BY id")
                           .c_str());
    F << Number;
    while (F.step())
      C.Result.Faults.push_back(readFault(F, Path));
  }
  return C;
}

std::set<uint64_t> Store::faultIds(int64_t Number) {
  std::set<uint64_t> Ids;
  Statement S(*this, "SELECT id FROM faults WHERE campaign=?");
  S << Number;
  while (S.step())
    Ids.insert(uint64_t(S.integer()));
  return Ids;
}

FaultRecord Store::loadFault(int64_t Number, uint64_t Id) {
  Statement S(*this, (std::string("SELECT ") + FaultColumns +
                      " FROM faults WHERE campaign=? AND id=?")
                         .c_str());
  S << Number << int64_t(Id);
  if (!S.step())
    throw InputError(Path + ": campaign " + std::to_string(Number) +
                     " has no fault " + std::to_string(Id));
  return readFault(S, Path);
}

void Store::addFault(int64_t Number, const FaultRecord &F) {
  if (Pending == 0) {
    exec("BEGIN");
    PendingSince = monotonicSeconds();
  }
  ++Pending;
  {
    Statement S(*this,
                (std::string("INSERT INTO faults(campaign,") + FaultColumns +
                 ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
                    .c_str());
    S << Number << int64_t(F.Id) << int64_t(F.Instant) << int64_t(F.PC)
      << F.Where << F.Function << F.Bytes << F.Text << F.Opcode << F.Class
      << F.Register << F.RegKind << F.Access << int64_t(F.IsAddress)
      << int64_t(F.Bit) << int64_t(F.Width) << int64_t(F.Old) << int64_t(F.New)
      << std::string(outcomeName(F.Result)) << int64_t(F.ExitCode)
      << int64_t(F.Signal) << F.Event;
    S.step();
  }
  if (Pending >= 200 || monotonicSeconds() - PendingSince > 0.25)
    flush();
}

void Store::flush() {
  if (!Pending)
    return;
  exec("COMMIT");
  Pending = 0;
}

Store::MergeCounts Store::merge(const std::string &OtherPath) {
  std::error_code EC;
  if (std::filesystem::equivalent(Path, OtherPath, EC))
    throw InputError(OtherPath + ": cannot be merged into itself");
  Store Other(OtherPath, /*MustExist=*/true);
  MergeCounts Counts;
  for (int64_t N : Other.campaigns()) {
    StoredCampaign C = Other.load(N, /*WithFaults=*/true);
    int64_t Mine;
    if (auto Found = find(C.Key)) {
      Mine = *Found;
      StoredCampaign M = load(Mine, false);
      if (M.Result.Counts.Eligible != C.Result.Counts.Eligible ||
          M.Result.Golden.End.Stdout != C.Result.Golden.End.Stdout)
        throw InputError(OtherPath +
                         ": the same campaign counted other instructions or "
                         "wrote other output there; the machines differ too "
                         "much (C library, CPU features) to merge");
    } else {
      Mine = add(C);
    }
    std::set<uint64_t> Have = faultIds(Mine);
    for (const FaultRecord &F : C.Result.Faults) {
      if (!Have.count(F.Id)) {
        addFault(Mine, F);
        ++Counts.Added;
        continue;
      }
      FaultRecord M = loadFault(Mine, F.Id);
      if (M.Instant != F.Instant || M.PC != F.PC || M.Bit != F.Bit ||
          M.Register != F.Register || M.Result != F.Result)
        throw InputError(OtherPath + ": fault " + std::to_string(F.Id) +
                         " has another result there than here");
      ++Counts.Present;
    }
  }
  flush();
  return Counts;
}

static void hashFile(llvm::SHA256 &H, const std::string &Path) {
  auto Buf = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                         /*RequiresNullTerminator=*/false);
  if (!Buf)
    throw InputError(Path + ": " + Buf.getError().message());
  H.update((*Buf)->getBuffer());
}

std::string campaignKey(const CampaignOptions &O) {
  llvm::SHA256 H;
  H.update("crit-inject campaign 1\n");
  H.update(optionsToJson(O));
  for (const std::string &E : fixedEnvironment(O.ExtraEnv))
    H.update(E + "\n");
  hashFile(H, O.Args[0]);
  if (O.StdinPath != "/dev/null")
    hashFile(H, O.StdinPath);
  if (!O.Scope.FunctionsOf.empty())
    hashFile(H, O.Scope.FunctionsOf);
  auto Digest = H.final();
  return llvm::toHex(Digest, /*LowerCase=*/true);
}

} // namespace crit::inject

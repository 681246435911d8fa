//===- Redis.cpp - traffic for Redis by hiredis ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Service.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <hiredis/hiredis.h>
#include <map>
#include <set>
#include <sys/time.h>

namespace crit::inject {

namespace {

constexpr unsigned NumKeys = 24;

class RedisClient : public Client {
public:
  RedisClient(const std::string &Socket, unsigned Number, uint64_t Seed,
              double Timeout)
      : R(Seed, 1000 + Number), Prefix("c" + std::to_string(Number) + ":") {
    timeval T{static_cast<time_t>(Timeout),
              static_cast<suseconds_t>((Timeout - double(time_t(Timeout))) * 1e6)};
    C = redisConnectUnixWithTimeout(Socket.c_str(), T);
    if (!C || C->err) {
      std::string Why = C ? C->errstr : "no memory";
      if (C)
        redisFree(C);
      C = nullptr;
      throw ServiceFailure(ServiceFailure::Gone, Why);
    }
    redisSetTimeout(C, T);
  }
  ~RedisClient() override {
    if (C)
      redisFree(C);
  }
  void request() override;
  void readBack() override;

private:
  using Words = std::vector<std::string>;
  /// The reply as text: "$data", ":number", "+status", "_", "[...]".
  static std::string text(const redisReply *P);
  /// Sends a command and compares its reply, or when Collecting leaves that to
  /// receive().
  void expect(const Words &Command, const std::string &Expected);
  void receive();
  std::string key(const char *Type) {
    return Prefix + Type + std::to_string(R.below(NumKeys));
  }
  std::string data();
  void strings();
  void lists();
  void hashes();
  void sets();
  void sortedSets();
  void checkList(const std::string &Key);
  void checkSorted(const std::string &Key);

  redisContext *C = nullptr;
  /// Commands without their replies yet: name and expected reply.
  std::deque<std::pair<std::string, std::string>> Open;
  bool Collecting = false;
  Random R;
  std::string Prefix;
  std::map<std::string, std::string> Strings;
  std::map<std::string, int64_t> Numbers;
  std::map<std::string, std::deque<std::string>> Lists;
  std::map<std::string, std::map<std::string, std::string>> Hashes;
  std::map<std::string, std::set<std::string>> Sets;
  std::map<std::string, std::map<std::string, int64_t>> Sorted;
};

std::string number(size_t N) { return ":" + std::to_string(N); }
std::string bulk(const std::string &S) { return "$" + S; }

} // namespace

std::string RedisClient::text(const redisReply *P) {
  switch (P->type) {
  case REDIS_REPLY_STRING:
    return bulk(std::string(P->str, P->len));
  case REDIS_REPLY_STATUS:
    return "+" + std::string(P->str, P->len);
  case REDIS_REPLY_INTEGER:
    return ":" + std::to_string(P->integer);
  case REDIS_REPLY_NIL:
    return "_";
  case REDIS_REPLY_ARRAY: {
    std::string S = "[";
    for (size_t I = 0; I < P->elements; ++I)
      S += text(P->element[I]) + "|";
    return S + "]";
  }
  default:
    return "?";
  }
}

void RedisClient::expect(const Words &Command, const std::string &Expected) {
  std::vector<const char *> Argv;
  std::vector<size_t> Lengths;
  for (const std::string &W : Command) {
    Argv.push_back(W.data());
    Lengths.push_back(W.size());
  }
  std::string What = Command[0] + (Command.size() > 1 ? " " + Command[1] : "");
  redisAppendCommandArgv(C, static_cast<int>(Argv.size()), Argv.data(),
                         Lengths.data());
  Open.push_back({What, Expected});
  if (!Collecting)
    receive();
}

void RedisClient::receive() {
  auto [What, Expected] = Open.front();
  Open.pop_front();
  void *Reply = nullptr;
  redisGetReply(C, &Reply);
  auto *P = static_cast<redisReply *>(Reply);
  if (!P) {
    bool Slow = C->err == REDIS_ERR_IO && (errno == EAGAIN || errno == ETIMEDOUT);
    throw ServiceFailure(C->err == REDIS_ERR_PROTOCOL ? ServiceFailure::Wrong
                         : Slow                       ? ServiceFailure::Timeout
                                                      : ServiceFailure::Gone,
                         What + ": " + C->errstr);
  }
  bool Error = P->type == REDIS_REPLY_ERROR;
  std::string Got = Error ? std::string(P->str, P->len) : text(P);
  freeReplyObject(P);
  if (Error)
    throw ServiceFailure(ServiceFailure::Error, What + ": " + shortened(Got));
  if (Got != Expected)
    throw ServiceFailure(ServiceFailure::Wrong,
                         What + ": '" + shortened(Got) + "' instead of '" +
                             shortened(Expected) + "'");
  answered();
}

std::string RedisClient::data() {
  static const unsigned Sizes[] = {3, 12, 40, 70, 250, 700};
  std::string S(Sizes[R.below(6)], ' ');
  for (char &Ch : S)
    Ch = static_cast<char>('a' + R.below(26));
  return S;
}

void RedisClient::strings() {
  std::string K = key("s"), N = key("n");
  switch (R.below(8)) {
  case 0:
  case 1: {
    std::string D = data();
    expect({"SET", K, D}, "+OK");
    Strings[K] = D;
    break;
  }
  case 2:
    expect({"GET", K}, Strings.count(K) ? bulk(Strings[K]) : "_");
    break;
  case 3: {
    std::string Expected = "[";
    Words W{"MGET"};
    for (unsigned I = 0; I < 6; ++I) {
      std::string One = key("s");
      W.push_back(One);
      Expected += (Strings.count(One) ? bulk(Strings[One]) : "_") + "|";
    }
    expect(W, Expected + "]");
    break;
  }
  case 4: {
    if (Strings[K].size() > 3000) {
      expect({"DEL", K}, ":1");
      Strings[K].clear();
    }
    std::string D = data();
    Strings[K] += D;
    expect({"APPEND", K, D}, number(Strings[K].size()));
    break;
  }
  case 5:
    expect({"DEL", K}, Strings.erase(K) ? ":1" : ":0");
    break;
  default: {
    int64_t By = static_cast<int64_t>(R.below(10000)) - 5000;
    Numbers[N] += By;
    expect({"INCRBY", N, std::to_string(By)}, ":" + std::to_string(Numbers[N]));
  }
  }
  if (Strings.count(K) && Strings[K].empty())
    Strings.erase(K);
}

void RedisClient::checkList(const std::string &K) {
  std::string Expected = "[";
  for (const std::string &D : Lists[K])
    Expected += bulk(D) + "|";
  expect({"LRANGE", K, "0", "-1"}, Expected + "]");
}

void RedisClient::lists() {
  std::string K = key("l");
  std::deque<std::string> &L = Lists[K];
  switch (R.below(5)) {
  case 0:
  case 1: {
    std::string D = data();
    bool Left = R.below(2) != 0;
    if (Left)
      L.push_front(D);
    else
      L.push_back(D);
    expect({Left ? "LPUSH" : "RPUSH", K, D}, number(L.size()));
    break;
  }
  case 2:
  case 3: {
    bool Left = R.below(2) != 0;
    std::string Expected = "_";
    if (!L.empty()) {
      Expected = bulk(Left ? L.front() : L.back());
      if (Left)
        L.pop_front();
      else
        L.pop_back();
    }
    expect({Left ? "LPOP" : "RPOP", K}, Expected);
    break;
  }
  default:
    checkList(K);
  }
}

void RedisClient::hashes() {
  std::string K = key("h"), F = "f" + std::to_string(R.below(12));
  auto &H = Hashes[K];
  switch (R.below(4)) {
  case 0:
  case 1: {
    std::string D = data();
    bool New = !H.count(F);
    H[F] = D;
    expect({"HSET", K, F, D}, New ? ":1" : ":0");
    break;
  }
  case 2:
    expect({"HGET", K, F}, H.count(F) ? bulk(H[F]) : "_");
    break;
  default:
    expect({"HDEL", K, F}, H.erase(F) ? ":1" : ":0");
  }
}

void RedisClient::sets() {
  std::string K = key("e"), M = "m" + std::to_string(R.below(40));
  auto &S = Sets[K];
  switch (R.below(4)) {
  case 0:
  case 1:
    expect({"SADD", K, M}, S.insert(M).second ? ":1" : ":0");
    break;
  case 2:
    expect({"SISMEMBER", K, M}, S.count(M) ? ":1" : ":0");
    break;
  default:
    expect({"SREM", K, M}, S.erase(M) ? ":1" : ":0");
  }
}

void RedisClient::checkSorted(const std::string &K) {
  std::vector<std::pair<int64_t, std::string>> V;
  for (const auto &M : Sorted[K])
    V.push_back({M.second, M.first});
  std::sort(V.begin(), V.end());
  std::string Expected = "[";
  for (const auto &M : V)
    Expected += bulk(M.second) + "|" + bulk(std::to_string(M.first)) + "|";
  expect({"ZRANGE", K, "0", "-1", "WITHSCORES"}, Expected + "]");
}

void RedisClient::sortedSets() {
  std::string K = key("z"), M = "m" + std::to_string(R.below(30));
  auto &Z = Sorted[K];
  switch (R.below(4)) {
  case 0:
  case 1: {
    int64_t Score = static_cast<int64_t>(R.below(100000));
    bool New = !Z.count(M);
    Z[M] = Score;
    expect({"ZADD", K, std::to_string(Score), M}, New ? ":1" : ":0");
    break;
  }
  case 2:
    checkSorted(K);
    break;
  default:
    expect({"ZREM", K, M}, Z.erase(M) ? ":1" : ":0");
  }
}

void RedisClient::request() {
  uint64_t Kind = R.below(100);
  if (Kind < 45)
    strings();
  else if (Kind < 60)
    lists();
  else if (Kind < 75)
    hashes();
  else if (Kind < 85)
    sets();
  else
    sortedSets();
}

void RedisClient::readBack() {
  Collecting = true;
  Words W{"MGET"};
  std::string Expected = "[";
  for (unsigned I = 0; I < NumKeys; ++I) {
    std::string K = Prefix + "s" + std::to_string(I);
    W.push_back(K);
    Expected += (Strings.count(K) ? bulk(Strings[K]) : "_") + "|";
  }
  expect(W, Expected + "]");
  for (const auto &N : Numbers)
    expect({"GET", N.first}, bulk(std::to_string(N.second)));
  for (const auto &L : Lists)
    checkList(L.first);
  for (const auto &Z : Sorted)
    checkSorted(Z.first);
  for (const auto &H : Hashes) {
    Words G{"HMGET", H.first};
    std::string All = "[";
    for (const auto &F : H.second) {
      G.push_back(F.first);
      All += bulk(F.second) + "|";
    }
    if (!H.second.empty())
      expect(G, All + "]");
    expect({"HLEN", H.first}, number(H.second.size()));
  }
  for (const auto &S : Sets) {
    Words G{"SMISMEMBER", S.first};
    std::string All = "[";
    for (const std::string &M : S.second) {
      G.push_back(M);
      All += ":1|";
    }
    if (!S.second.empty())
      expect(G, All + "]");
    expect({"SCARD", S.first}, number(S.second.size()));
  }
  Collecting = false;
  while (!Open.empty())
    receive();
}

static std::vector<std::string> arguments(const std::string &Socket,
                                          const std::string &Directory) {
  return {"--port",       "0",  "--unixsocket", Socket, "--save",     "",
          "--appendonly", "no", "--daemonize",  "no",   "--dir",      Directory,
          "--logfile",    "",   "--loglevel",   "warning", "--maxmemory", "256mb"};
}

static std::unique_ptr<Client> connect(const std::string &Socket, unsigned N,
                                       uint64_t Seed, double Timeout) {
  return std::make_unique<RedisClient>(Socket, N, Seed, Timeout);
}

const ServiceKind RedisService = {"redis", arguments, connect};

} // namespace crit::inject

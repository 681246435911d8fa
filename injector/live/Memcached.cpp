//===- Memcached.cpp - traffic for memcached by libmemcached --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Service.h"

#include <libmemcached/memcached.h>
#include <map>

namespace crit::inject {

namespace {

constexpr unsigned NumItems = 48;
constexpr unsigned NumCounters = 8;

class MemcachedClient : public Client {
public:
  MemcachedClient(const std::string &Socket, unsigned Number, uint64_t Seed,
                  double Timeout)
      : R(Seed, 1000 + Number), Prefix("c" + std::to_string(Number) + ":") {
    M.reset(memcached_create(nullptr));
    // Whatever times out is not tried again behind our back.
    memcached_st *S = M.get();
    memcached_behavior_set(S, MEMCACHED_BEHAVIOR_NO_BLOCK, 1);
    memcached_behavior_set(S, MEMCACHED_BEHAVIOR_POLL_TIMEOUT,
                           uint64_t(Timeout * 1000));
    memcached_behavior_set(S, MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT, 0);
    memcached_behavior_set(S, MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 0);
    if (memcached_server_add_unix_socket(S, Socket.c_str()) !=
        MEMCACHED_SUCCESS)
      throw ServiceFailure(ServiceFailure::Gone, "socket refused");
    check(memcached_version(S), "version", MEMCACHED_SUCCESS);
  }
  void request() override;
  void readBack() override;

private:
  std::string item() { return Prefix + "i" + std::to_string(R.below(NumItems)); }
  std::string data();
  void check(memcached_return_t Got, const std::string &What,
             memcached_return_t Expected);
  void get(const std::string &Key);
  void store(const std::string &Key);
  void multiGet(const std::vector<std::string> &Keys);
  void count();

  struct Value {
    std::string Data;
    uint32_t Flags;
  };
  struct Free {
    void operator()(memcached_st *S) const { memcached_free(S); }
  };
  std::unique_ptr<memcached_st, Free> M;
  Random R;
  std::string Prefix;
  std::map<std::string, Value> Items;
  std::map<std::string, uint64_t> Counters;
};

} // namespace

std::string MemcachedClient::data() {
  static const unsigned Sizes[] = {3, 20, 70, 70, 250, 900};
  std::string S(Sizes[R.below(6)], ' ');
  for (char &C : S)
    C = static_cast<char>('a' + R.below(26));
  return S;
}

void MemcachedClient::check(memcached_return_t Got, const std::string &What,
                            memcached_return_t Expected) {
  if (Got == Expected) {
    answered();
    return;
  }
  std::string Text = What + ": " + memcached_strerror(M.get(), Got) +
                     " instead of " + memcached_strerror(M.get(), Expected);
  switch (Got) {
  // The server's answer, and the wrong one.
  case MEMCACHED_SUCCESS:
  case MEMCACHED_STORED:
  case MEMCACHED_NOTSTORED:
  case MEMCACHED_NOTFOUND:
  case MEMCACHED_DELETED:
  case MEMCACHED_DATA_EXISTS:
  case MEMCACHED_END:
    throw ServiceFailure(ServiceFailure::Wrong, Text);
  case MEMCACHED_TIMEOUT:
  case MEMCACHED_IN_PROGRESS:
    throw ServiceFailure(ServiceFailure::Timeout, Text);
  case MEMCACHED_CONNECTION_FAILURE:
  case MEMCACHED_READ_FAILURE:
  case MEMCACHED_WRITE_FAILURE:
  case MEMCACHED_ERRNO:
  case MEMCACHED_FAILURE:
  case MEMCACHED_SOME_ERRORS:
  case MEMCACHED_SERVER_MARKED_DEAD:
  case MEMCACHED_SERVER_TEMPORARILY_DISABLED:
  case MEMCACHED_UNKNOWN_READ_FAILURE:
    throw ServiceFailure(ServiceFailure::Gone, Text);
  case MEMCACHED_ERROR:
  case MEMCACHED_SERVER_ERROR:
  case MEMCACHED_CLIENT_ERROR:
  case MEMCACHED_PROTOCOL_ERROR:
  case MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE:
    throw ServiceFailure(ServiceFailure::Error, Text);
  default:
    // A reply the library cannot make sense of.
    throw ServiceFailure(ServiceFailure::Wrong, Text);
  }
}

void MemcachedClient::get(const std::string &Key) {
  size_t Length = 0;
  uint32_t Flags = 0;
  memcached_return_t Got;
  char *P = memcached_get(M.get(), Key.data(), Key.size(), &Length, &Flags, &Got);
  std::string Data = P ? std::string(P, Length) : "";
  free(P);
  auto It = Items.find(Key);
  check(Got, "get " + Key,
        It == Items.end() ? MEMCACHED_NOTFOUND : MEMCACHED_SUCCESS);
  if (It != Items.end() &&
      (Data != It->second.Data || Flags != It->second.Flags))
    throw ServiceFailure(ServiceFailure::Wrong,
                         "get " + Key + ": '" + shortened(Data) +
                             "' instead of '" + shortened(It->second.Data) +
                             "'");
}

/// What a counter's number becomes as text: its end is padded with spaces when
/// it has become shorter.
static std::string withoutPadding(std::string S) {
  S.resize(S.find_last_not_of(' ') + 1);
  return S;
}

void MemcachedClient::multiGet(const std::vector<std::string> &Keys) {
  std::vector<const char *> P;
  std::vector<size_t> N;
  for (const std::string &K : Keys) {
    P.push_back(K.data());
    N.push_back(K.size());
  }
  check(memcached_mget(M.get(), P.data(), N.data(), Keys.size()), "mget",
        MEMCACHED_SUCCESS);
  std::map<std::string, Value> Left;
  for (const std::string &K : Keys)
    if (Items.count(K))
      Left[K] = Items[K];
    else if (Counters.count(K))
      Left[K] = {std::to_string(Counters[K]), 0};
  memcached_return_t Got;
  while (memcached_result_st *One = memcached_fetch_result(M.get(), nullptr, &Got)) {
    std::string Key(memcached_result_key_value(One),
                    memcached_result_key_length(One));
    std::string Data(memcached_result_value(One),
                     memcached_result_length(One));
    uint32_t Flags = memcached_result_flags(One);
    memcached_result_free(One);
    auto It = Left.find(Key);
    if (Counters.count(Key))
      Data = withoutPadding(Data);
    bool Right = It != Left.end() && It->second.Data == Data &&
                 It->second.Flags == Flags;
    if (!Right)
      throw ServiceFailure(ServiceFailure::Wrong,
                           "mget: '" + shortened(Key) + "' is '" +
                               shortened(Data) + "'");
    Left.erase(It);
  }
  if (Got != MEMCACHED_NOTFOUND)
    check(Got, "mget", MEMCACHED_END);
  if (!Left.empty())
    throw ServiceFailure(ServiceFailure::Wrong,
                         "mget: no " + Left.begin()->first);
}

void MemcachedClient::store(const std::string &Key) {
  uint64_t Verb = R.below(7);
  Value V{data(), static_cast<uint32_t>(R.below(1 << 16))};
  bool Held = Items.count(Key) != 0;
  auto Call = [&](auto Function) {
    return Function(M.get(), Key.data(), Key.size(), V.Data.data(), V.Data.size(), 0,
                    V.Flags);
  };
  auto Expect = [&](bool Stored) {
    return Stored ? MEMCACHED_SUCCESS : MEMCACHED_NOTSTORED;
  };
  if (Verb < 3) {
    check(Call(memcached_set), "set " + Key, MEMCACHED_SUCCESS);
  } else if (Verb == 3) {
    check(Call(memcached_add), "add " + Key, Expect(!Held));
    if (Held)
      return;
  } else if (Verb == 4) {
    check(Call(memcached_replace), "replace " + Key, Expect(Held));
    if (!Held)
      return;
  } else if (Held && Items[Key].Data.size() < 4000) {
    bool Append = Verb == 5;
    check(Append ? Call(memcached_append) : Call(memcached_prepend),
          (Append ? "append " : "prepend ") + Key, MEMCACHED_SUCCESS);
    V.Flags = Items[Key].Flags;
    V.Data = Append ? Items[Key].Data + V.Data : V.Data + Items[Key].Data;
  } else {
    return;
  }
  Items[Key] = V;
}

void MemcachedClient::count() {
  std::string Key = Prefix + "n" + std::to_string(R.below(NumCounters));
  if (!Counters.count(Key)) {
    uint64_t N = R.below(1 << 30);
    std::string Text = std::to_string(N);
    check(memcached_set(M.get(), Key.data(), Key.size(), Text.data(), Text.size(), 0,
                        0),
          "set " + Key, MEMCACHED_SUCCESS);
    Counters[Key] = N;
    return;
  }
  uint64_t &N = Counters[Key], Got = 0;
  uint32_t Step = static_cast<uint32_t>(R.below(5000));
  bool Up = R.below(3) != 0;
  memcached_return_t Rc =
      Up ? memcached_increment(M.get(), Key.data(), Key.size(), Step, &Got)
         : memcached_decrement(M.get(), Key.data(), Key.size(), Step, &Got);
  check(Rc, "incr " + Key, MEMCACHED_SUCCESS);
  N = Up ? N + Step : N > Step ? N - Step : 0;
  if (Got != N)
    throw ServiceFailure(ServiceFailure::Wrong,
                         "incr " + Key + ": " + std::to_string(Got) +
                             " instead of " + std::to_string(N));
}

void MemcachedClient::request() {
  uint64_t Kind = R.below(100);
  if (Kind < 34) {
    get(item());
  } else if (Kind < 50) {
    std::vector<std::string> Keys;
    unsigned First = unsigned(R.below(NumItems));
    for (unsigned I = 0; I < 8; ++I)
      Keys.push_back(Prefix + "i" + std::to_string((First + 5 * I) % NumItems));
    multiGet(Keys);
  } else if (Kind < 78) {
    store(item());
  } else if (Kind < 92) {
    count();
  } else if (Kind < 96) {
    std::string Key = item();
    check(memcached_delete(M.get(), Key.data(), Key.size(), 0), "delete " + Key,
          Items.erase(Key) ? MEMCACHED_SUCCESS : MEMCACHED_NOTFOUND);
  } else {
    std::string Key = item();
    check(memcached_touch(M.get(), Key.data(), Key.size(), 0), "touch " + Key,
          Items.count(Key) ? MEMCACHED_SUCCESS : MEMCACHED_NOTFOUND);
  }
}

void MemcachedClient::readBack() {
  constexpr unsigned AtOnce = 16;
  static_assert(NumItems % AtOnce == 0, "");
  for (unsigned First = 0; First < NumItems; First += AtOnce) {
    std::vector<std::string> Keys;
    for (unsigned I = 0; I < AtOnce; ++I)
      Keys.push_back(Prefix + "i" + std::to_string(First + I));
    multiGet(Keys);
  }
  std::vector<std::string> Keys;
  for (auto &C : Counters)
    Keys.push_back(C.first);
  if (!Keys.empty())
    multiGet(Keys);
}

static std::vector<std::string> arguments(const std::string &Socket,
                                          const std::string &) {
  return {"-s", Socket, "-t", "2", "-m", "64", "-u", "root"};
}

static std::unique_ptr<Client> connect(const std::string &Socket, unsigned N,
                                       uint64_t Seed, double Timeout) {
  return std::make_unique<MemcachedClient>(Socket, N, Seed, Timeout);
}

const ServiceKind MemcachedService = {"memcached", arguments, connect};

} // namespace crit::inject

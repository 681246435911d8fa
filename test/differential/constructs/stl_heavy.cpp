// A program full of the standard library and lambdas.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <algorithm>
#include <deque>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

namespace {

using Value = std::variant<int64_t, double, std::string>;

std::string text(const Value &V) {
  return std::visit(
      [](const auto &X) {
        std::ostringstream Out;
        Out << X;
        return Out.str();
      },
      V);
}

struct Tree {
  std::unique_ptr<Tree> Left, Right;
  int Key;
  explicit Tree(int Key) : Key(Key) {}
  void insert(int New) {
    auto &Side = New < Key ? Left : Right;
    if (Side)
      Side->insert(New);
    else
      Side = std::make_unique<Tree>(New);
  }
  template <typename Fn> void each(Fn &&Visit) const {
    if (Left)
      Left->each(Visit);
    Visit(Key);
    if (Right)
      Right->each(Visit);
  }
};

template <typename... Ts> auto total(Ts... Xs) { return (Xs + ...); }

std::optional<int> parse(const std::string &S) {
  int R = 0;
  for (char C : S) {
    if (C < '0' || C > '9')
      return std::nullopt;
    R = R * 10 + (C - '0');
  }
  return R;
}

} // namespace

int main() {
  std::vector<int> V(200);
  std::generate(V.begin(), V.end(), [] { return (int)(rnd() % 1000); });
  std::vector<int> Sorted = V;
  std::sort(Sorted.begin(), Sorted.end(), std::greater<>());
  Sorted.erase(std::unique(Sorted.begin(), Sorted.end()), Sorted.end());
  std::cout << Sorted.size() << ' ' << Sorted.front() << ' ' << Sorted.back()
            << ' ' << std::accumulate(V.begin(), V.end(), 0) << '\n';

  std::map<std::string, std::vector<int>> Groups;
  for (int X : V)
    Groups["k" + std::to_string(X % 7)].push_back(X);
  for (const auto &[Key, List] : Groups)
    std::cout << Key << ' ' << List.size() << ' '
              << *std::max_element(List.begin(), List.end()) << '\n';

  std::unordered_map<int, int> Counts;
  for (int X : V)
    ++Counts[X % 50];
  int Sum = 0;
  for (auto [K, N] : Counts)
    Sum += K * N;
  std::cout << Counts.size() << ' ' << Sum << '\n';

  std::list<int> L(V.begin(), V.begin() + 50);
  L.sort();
  L.remove_if([](int X) { return X % 2 == 0; });
  std::deque<int> D(L.rbegin(), L.rend());
  D.push_front(-1);
  std::set<int> S(D.begin(), D.end());
  std::cout << D.size() << ' ' << S.size() << ' ' << *S.rbegin() << '\n';

  std::function<int(int)> Fib = [&](int N) {
    return N < 2 ? N : Fib(N - 1) + Fib(N - 2);
  };
  std::vector<std::function<int(int)>> Steps;
  for (int I = 1; I < 5; ++I)
    Steps.push_back([I, &V](int X) { return X * I + V[(size_t)I]; });
  int X = Fib(12);
  for (auto &Step : Steps)
    X = Step(X) % 10007;
  std::cout << Fib(15) << ' ' << X << '\n';

  std::vector<Value> Mixed{int64_t(5), 2.5, std::string("word"), int64_t(-9)};
  for (const Value &M : Mixed)
    std::cout << text(M) << ';';
  std::cout << '\n';

  Tree Root(500);
  for (int N : V)
    Root.insert(N);
  uint64_t Digest = 0;
  Root.each([&](int Key) { Digest = Digest * 31 + (uint64_t)Key; });
  std::cout << std::hex << Digest << std::dec << '\n';

  auto Shared = std::make_shared<std::string>("shared");
  std::weak_ptr<std::string> Weak = Shared;
  std::tuple<int, std::string, double> T{1, *Shared, 0.5};
  std::cout << Shared.use_count() << Weak.lock()->size() << std::get<1>(T)
            << total(1, 2.5, 3L) << '\n';
  Shared.reset();
  std::cout << Weak.expired() << parse("1234").value_or(-1)
            << parse("12x").value_or(-1) << '\n';

  std::string Long;
  for (int I = 0; I < 100; ++I)
    Long += (char)('a' + I * 7 % 26);
  std::istringstream In("12 words 3.5 end");
  int A;
  std::string W;
  double F;
  In >> A >> W >> F;
  std::cout << Long.find("xel") << Long.substr(10, 20) << A << W << F << '\n';
  std::stable_partition(V.begin(), V.end(), [](int N) { return N % 3 == 0; });
  std::nth_element(V.begin(), V.begin() + 100, V.end());
  std::cout << V[100] << std::endl;
  return 0;
}

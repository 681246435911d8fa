//===- shapes.cpp - objects behind virtual functions
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unique and shared ownership, virtual calls, a priority queue of events.
// Size: objects. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"
#include <memory>
#include <queue>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual uint64_t area() const = 0;
  virtual void scale(uint64_t By) = 0;
};
struct Square final : Shape {
  uint64_t Side;
  explicit Square(uint64_t Side) : Side(Side) {}
  uint64_t area() const override { return Side * Side; }
  void scale(uint64_t By) override { Side = Side * By % 10007; }
};
struct Polygon final : Shape {
  std::vector<std::pair<int32_t, int32_t>> Points;
  explicit Polygon(uint64_t Seed) {
    for (unsigned I = 0, N = 3 + Seed % 9; I < N; ++I)
      Points.emplace_back(kernelRandom(&Seed) % 1000, kernelRandom(&Seed) % 1000);
  }
  uint64_t area() const override {
    int64_t Twice = 0;
    for (size_t I = 0; I < Points.size(); ++I) {
      auto &A = Points[I], &B = Points[(I + 1) % Points.size()];
      Twice += int64_t(A.first) * B.second - int64_t(B.first) * A.second;
    }
    return static_cast<uint64_t>(Twice < 0 ? -Twice : Twice);
  }
  void scale(uint64_t By) override {
    for (auto &[X, Y] : Points) {
      X = static_cast<int32_t>(X * By % 1009);
      Y = static_cast<int32_t>(Y * By % 1009);
    }
  }
};
struct Group final : Shape {
  std::vector<std::shared_ptr<Shape>> Members;
  uint64_t area() const override {
    uint64_t Sum = 0;
    for (auto &M : Members)
      Sum += M->area();
    return Sum;
  }
  void scale(uint64_t By) override {
    for (auto &M : Members)
      M->scale(By);
  }
};

int main(int Argc, char **Argv) {
  static const KernelPreset Presets[] = {{"small", 2000, 1},
                                         {"inject", 200, 1},
                                         {"medium", 20000, 4},
                                         {"large", 100000, 8},
                                         {"bench", 60000, 22},
                                         {nullptr, 0, 0}};
  KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    std::vector<std::shared_ptr<Shape>> All;
    std::priority_queue<std::pair<uint64_t, uint32_t>> Events;
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t N = kernelRandom(&Random);
      if (N % 5 == 0 && I > 8) {
        auto G = std::make_shared<Group>();
        for (unsigned M = 0; M < 4; ++M)
          G->Members.push_back(All[All.size() - 1 - M * 2 % 8]);
        // Groups of groups would nest without limit.
        std::erase_if(G->Members, [](auto &M) { return dynamic_cast<Group *>(M.get()); });
        All.push_back(std::move(G));
      } else if (N % 2) {
        All.push_back(std::make_shared<Square>(N % 1000));
      } else {
        All.push_back(std::make_shared<Polygon>(N));
      }
      Events.emplace(N >> 20, static_cast<uint32_t>(I));
    }
    for (unsigned Left = static_cast<unsigned>(Args.Size); Left; --Left) {
      auto [Time, Index] = Events.top();
      Events.pop();
      All[Index]->scale(1 + Time % 7);
      Digest = kernelFold(Digest, All[Index]->area());
    }
  }
  return kernelFinish(Digest);
}

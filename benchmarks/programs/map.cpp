//===- map.cpp - std::map, std::unordered_map, std::deque
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An order book: orders by price, by number and by time.
// Size: orders. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"
#include <deque>
#include <map>
#include <unordered_map>

struct Order {
  uint64_t Number, Price, Amount;
};

int main(int Argc, char **Argv) {
  static const KernelPreset Presets[] = {{"small", 4000, 1},
                                         {"inject", 500, 1},
                                         {"medium", 40000, 4},
                                         {"large", 200000, 8},
                                         {"bench", 150000, 14},
                                         {nullptr, 0, 0}};
  KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    std::map<uint64_t, std::deque<Order>> Book;
    std::unordered_map<uint64_t, uint64_t> PriceOf;
    std::deque<uint64_t> Open;
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t N = kernelRandom(&Random), Price = 1000 + (N >> 8) % 500;
      if (N % 4) {
        Book[Price].push_back({I, Price, N >> 48});
        PriceOf[I] = Price;
        Open.push_back(I);
      } else if (!Open.empty()) {
        uint64_t Number = Open.front();
        Open.pop_front();
        auto At = PriceOf.find(Number);
        auto Level = Book.find(At->second);
        Digest = kernelFold(Digest, Level->second.front().Amount);
        Level->second.pop_front();
        if (Level->second.empty())
          Book.erase(Level);
        PriceOf.erase(At);
      }
    }
    for (const auto &[Price, Orders] : Book)
      for (const Order &O : Orders)
        Digest = kernelFold(Digest, Price + O.Number);
    Digest = kernelFold(Digest, PriceOf.size());
  }
  return kernelFinish(Digest);
}

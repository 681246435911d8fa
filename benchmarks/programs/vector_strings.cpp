//===- vector_strings.cpp - std::vector<std::string>
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strings, short and long, are made, sorted, joined and searched.
// Size: strings. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"
#include <algorithm>
#include <string>
#include <vector>

static std::string make(uint64_t N) {
  std::string S;
  for (unsigned I = 0, Length = 4 + N % 40; I < Length; ++I, N = N * 31 + 7)
    S += static_cast<char>('a' + (N >> 7) % 26);
  return S;
}

int main(int Argc, char **Argv) {
  static const KernelPreset Presets[] = {{"small", 2000, 1},
                                         {"inject", 200, 1},
                                         {"medium", 20000, 4},
                                         {"large", 100000, 8},
                                         {"bench", 60000, 14},
                                         {nullptr, 0, 0}};
  KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    std::vector<std::string> All;
    for (size_t I = 0; I < Args.Size; ++I)
      All.push_back(make(kernelRandom(&Random)));
    std::sort(All.begin(), All.end());
    std::string Joined;
    for (const std::string &S : All)
      Joined += S.substr(S.size() / 2) + ',';
    All.erase(std::remove_if(All.begin(), All.end(),
                             [](const std::string &S) { return S.size() % 3 == 0; }),
              All.end());
    for (size_t I = 0; I < Args.Size / 4; ++I) {
      auto At = std::lower_bound(All.begin(), All.end(), make(kernelRandom(&Random)));
      Digest = kernelFold(Digest, static_cast<uint64_t>(At - All.begin()));
    }
    for (char C : Joined)
      Digest = Digest * 31 + static_cast<unsigned char>(C);
    Digest = kernelFold(Digest, Joined.size());
  }
  return kernelFinish(Digest);
}

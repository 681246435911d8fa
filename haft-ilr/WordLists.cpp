//===- WordLists.cpp - which words of a frame -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WordLists.h"
#include "crit/records.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace crit;

/// Of what was written.
constexpr size_t MostWritten = 8;
/// Of what is free.
constexpr size_t MostFree = 32;
constexpr int64_t Last = 0xffff;

WordLists::List WordLists::ranges(const BitVector &Words, int64_t First) {
  List L;
  for (unsigned I : Words.set_bits()) {
    int64_t Word = int64_t(I) + First + CRIT_LIST_BELOW;
    if (!L.empty() && L.back().First + L.back().Count == Word)
      ++L.back().Count;
    else
      L.push_back({Word, 1});
  }
  return L;
}

uint32_t WordLists::add(const List &L) {
  auto [It, New] = Known.try_emplace(L, uint32_t(Pool.size() + 1));
  if (New) {
    Pool.push_back(uint16_t(L.size()));
    for (const Range &R : L) {
      Pool.push_back(uint16_t(R.First));
      Pool.push_back(uint16_t(R.Count));
    }
  }
  return It->second;
}

/// Where there are too many ranges, those that are least apart become one.
uint32_t WordLists::addLeast(List L) {
  while (L.size() > MostWritten) {
    size_t Best = 1;
    auto Gap = [&](size_t I) { return L[I].First - L[I - 1].First - L[I - 1].Count; };
    for (size_t I = 2; I < L.size(); ++I)
      if (Gap(I) < Gap(Best))
        Best = I;
    L[Best - 1].Count = L[Best].First + L[Best].Count - L[Best - 1].First;
    L.erase(L.begin() + ptrdiff_t(Best));
  }
  if (!L.empty() && (L.front().First < 0 || L.back().First + L.back().Count > Last))
    return 0;
  return add(L);
}

uint32_t WordLists::atLeast(const BitVector &Words, int64_t First) {
  return addLeast(ranges(Words, First));
}

uint32_t WordLists::atMost(const BitVector &Words, int64_t First) {
  List L = ranges(Words, First);
  llvm::erase_if(L, [](const Range &R) { return R.First < 0 || R.First + R.Count > Last; });
  llvm::sort(L, [](const Range &A, const Range &B) {
    return A.Count != B.Count ? A.Count > B.Count : A.First < B.First;
  });
  if (L.size() > MostFree)
    L.resize(MostFree);
  llvm::sort(L);
  return L.empty() ? 0 : add(L);
}

uint32_t WordLists::unite(uint32_t A, uint32_t B) {
  if (A == B || !A || !B)
    return A == B ? A : 0;
  List All, L;
  for (uint32_t N : {A, B})
    for (size_t I = 0; I != Pool[N - 1]; ++I)
      All.push_back({Pool[N + 2 * I], Pool[N + 2 * I + 1]});
  llvm::sort(All);
  for (const Range &R : All)
    if (!L.empty() && R.First <= L.back().First + L.back().Count)
      L.back().Count = std::max(L.back().Count, R.First + R.Count - L.back().First);
    else
      L.push_back(R);
  return addLeast(std::move(L));
}

void WordLists::print(raw_ostream &OS) const {
  for (size_t I = 0; I != Pool.size(); ++I)
    OS << (I % 16 ? "," : I ? "\n\t.short " : "\t.short ") << Pool[I];
}

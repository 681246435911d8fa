//===- WordLists.h - which words of a frame ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists of crit_region_table, each one once per function.
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_WORDLISTS_H
#define CRIT_HAFT_ILR_WORDLISTS_H

#include "llvm/ADT/BitVector.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <map>
#include <vector>

namespace crit {

class WordLists {
public:
  /// Number of a list that has at least all of Words, whose first bit is the word First above
  /// the stack pointer; 0: that cannot be said.
  uint32_t atLeast(const llvm::BitVector &Words, int64_t First);
  /// At most; 0: none.
  uint32_t atMost(const llvm::BitVector &Words, int64_t First);
  /// At least what both have.
  uint32_t unite(uint32_t A, uint32_t B);
  bool empty() const { return Pool.empty(); }
  void print(llvm::raw_ostream &OS) const;

private:
  struct Range {
    int64_t First, Count;
    bool operator<(const Range &O) const {
      return First != O.First ? First < O.First : Count < O.Count;
    }
  };
  using List = std::vector<Range>;
  static List ranges(const llvm::BitVector &Words, int64_t First);
  uint32_t addLeast(List L);
  uint32_t add(const List &L);

  std::map<List, uint32_t> Known;
  std::vector<uint16_t> Pool;
};

} // namespace crit
#endif

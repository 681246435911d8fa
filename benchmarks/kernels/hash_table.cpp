//===- hash_table.cpp - open-addressing table under mixed operations ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inserts, looks up and erases keys in a table with linear probing, backward
// shift on erase and growth by doubling. C++ with templates, without the
// standard library's containers. Size: operations. Rounds: repetitions, the
// table is kept.
//===----------------------------------------------------------------------===//
#include "kernel.h"

namespace {

struct MixHash {
  uint64_t operator()(uint64_t Key) const {
    Key ^= Key >> 32;
    Key *= 0xd6e8feb86659fd93u;
    return Key ^ Key >> 32;
  }
};

template <typename Value, typename Hash = MixHash> class Table {
  struct Slot {
    uint64_t Key;
    Value Val;
    bool Used;
  };

public:
  explicit Table(size_t Capacity) : Capacity(Capacity) {
    Slots = static_cast<Slot *>(kernelAlloc(Capacity, sizeof(Slot)));
  }
  ~Table() { free(Slots); }
  Table(const Table &) = delete;
  Table &operator=(const Table &) = delete;

  Value *find(uint64_t Key) {
    Slot &S = Slots[probe(Key)];
    return S.Used ? &S.Val : nullptr;
  }

  Value &operator[](uint64_t Key) {
    if ((Count + 1) * 8 > Capacity * 5)
      grow();
    Slot &S = Slots[probe(Key)];
    if (!S.Used) {
      S = Slot{Key, Value(), true};
      ++Count;
    }
    return S.Val;
  }

  bool erase(uint64_t Key) {
    size_t Hole = probe(Key);
    if (!Slots[Hole].Used)
      return false;
    for (size_t I = next(Hole); Slots[I].Used; I = next(I)) {
      size_t Home = home(Slots[I].Key);
      // The slot may move back unless its home lies after the hole.
      if (((I - Home) & (Capacity - 1)) >= ((I - Hole) & (Capacity - 1))) {
        Slots[Hole] = Slots[I];
        Hole = I;
      }
    }
    Slots[Hole].Used = false;
    --Count;
    return true;
  }

  template <typename Fn> void forEach(Fn Visit) const {
    for (size_t I = 0; I < Capacity; ++I)
      if (Slots[I].Used)
        Visit(Slots[I].Key, Slots[I].Val);
  }

  size_t size() const { return Count; }

private:
  size_t home(uint64_t Key) const { return Hash()(Key) & (Capacity - 1); }
  size_t next(size_t I) const { return (I + 1) & (Capacity - 1); }

  size_t probe(uint64_t Key) const {
    size_t I = home(Key);
    while (Slots[I].Used && Slots[I].Key != Key)
      I = next(I);
    return I;
  }

  void grow() {
    Slot *Old = Slots;
    size_t OldCapacity = Capacity;
    Capacity *= 2;
    Slots = static_cast<Slot *>(kernelAlloc(Capacity, sizeof(Slot)));
    for (size_t I = 0; I < OldCapacity; ++I)
      if (Old[I].Used)
        Slots[probe(Old[I].Key)] = Old[I];
    free(Old);
  }

  size_t Capacity;
  size_t Count = 0;
  Slot *Slots;
};

struct Tally {
  uint64_t Found = 0, Missing = 0, Erased = 0, Sum = 0;
};

void operate(Table<uint64_t> &T, size_t Operations, uint64_t &State,
             uint64_t Keys, Tally &Result) {
  for (size_t I = 0; I < Operations; ++I) {
    uint64_t R = kernelRandom(&State);
    uint64_t Key = (R >> 8) % Keys * 0x10001;
    switch (R & 7) {
    case 0:
    case 1:
    case 2:
      T[Key] += R >> 40;
      break;
    case 3:
      Result.Erased += T.erase(Key);
      break;
    default:
      if (const uint64_t *Value = T.find(Key)) {
        ++Result.Found;
        Result.Sum += *Value;
      } else {
        ++Result.Missing;
      }
    }
  }
}

} // namespace

int main(int Argc, char **Argv) {
  static const KernelPreset Presets[] = {
      {"small", 20000, 1},    {"inject", 15000, 1},   {"medium", 500000, 2},
      {"large", 4000000, 10}, {"bench", 1000000, 40}, {nullptr, 0, 0}};
  KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  Table<uint64_t> T(16);
  Tally Result;
  uint64_t State = Args.Seed;
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    operate(T, Args.Size, State, Args.Size / 16 + 1, Result);

  uint64_t Digest = T.size();
  T.forEach([&](uint64_t Key, uint64_t Value) {
    Digest = kernelFold(kernelFold(Digest, Key), Value);
  });
  printf("size %zu found %" PRIu64 " missing %" PRIu64 " erased %" PRIu64 "\n",
         T.size(), Result.Found, Result.Missing, Result.Erased);
  Digest = kernelFold(kernelFold(Digest, Result.Found), Result.Missing);
  return kernelFinish(
      kernelFold(kernelFold(Digest, Result.Erased), Result.Sum));
}

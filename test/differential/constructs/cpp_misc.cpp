// References, moves, operators, arrays of objects, placement new.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <new>
#include <utility>

namespace {

int Live = 0;

class Big {
  static constexpr size_t Limbs = 6;
  uint64_t Limb[Limbs] = {};

public:
  Big(uint64_t X = 0) {
    Limb[0] = X;
    ++Live;
  }
  Big(const Big &Other) {
    for (size_t I = 0; I < Limbs; ++I)
      Limb[I] = Other.Limb[I];
    ++Live;
  }
  Big &operator=(const Big &) = default;
  ~Big() { --Live; }
  Big &operator+=(const Big &Other) {
    unsigned long long Carry = 0;
    for (size_t I = 0; I < Limbs; ++I)
      Limb[I] = __builtin_addcll(Limb[I], Other.Limb[I], Carry, &Carry);
    return *this;
  }
  friend Big operator+(Big A, const Big &B) { return A += B; }
  friend Big operator*(const Big &A, uint64_t K) {
    Big R;
    unsigned __int128 Carry = 0;
    for (size_t I = 0; I < Limbs; ++I) {
      Carry += (unsigned __int128)A.Limb[I] * K;
      R.Limb[I] = (uint64_t)Carry;
      Carry >>= 64;
    }
    return R;
  }
  auto operator<=>(const Big &Other) const {
    for (size_t I = Limbs; I-- > 0;)
      if (Limb[I] != Other.Limb[I])
        return Limb[I] <=> Other.Limb[I];
    return std::strong_ordering::equal;
  }
  bool operator==(const Big &Other) const { return (*this <=> Other) == 0; }
  uint64_t operator[](size_t I) const { return Limb[I]; }
};

class Buffer {
  int *Data;
  size_t Size;

public:
  Buffer(std::initializer_list<int> List)
      : Data(new int[List.size()]), Size(List.size()) {
    size_t I = 0;
    for (int X : List)
      Data[I++] = X;
  }
  Buffer(Buffer &&Other) noexcept
      : Data(std::exchange(Other.Data, nullptr)),
        Size(std::exchange(Other.Size, 0)) {}
  Buffer &operator=(Buffer &&Other) noexcept {
    std::swap(Data, Other.Data);
    std::swap(Size, Other.Size);
    return *this;
  }
  ~Buffer() { delete[] Data; }
  size_t size() const { return Size; }
  int *begin() const { return Data; }
  int *end() const { return Data + Size; }
};

struct Pooled {
  int X = 9;
  alignas(16) static inline unsigned char Pool[256];
  static inline size_t Used = 0;
  void *operator new(size_t N) {
    void *P = Pool + Used;
    Used += (N + 15) & ~size_t(15);
    return P;
  }
  void operator delete(void *) { fold(Used); }
};

NOINLINE Buffer make(int X) { return {X, X + 1, X * X}; }
NOINLINE void out(int &A, const int &B, int &&C) { A += B * C; }
constexpr int factorial(int N) { return N < 2 ? 1 : N * factorial(N - 1); }

template <typename T, size_t N> NOINLINE T sum(const T (&Array)[N]) {
  T R{};
  for (const T &X : Array)
    R = R + X;
  return R;
}

} // namespace

int main() {
  Big Power(1), Sum;
  for (int I = 0; I < 40; ++I) {
    Power = Power * (rnd() | 3);
    Sum += Power;
    fold(Power < Sum);
    fold(Power == Sum);
  }
  for (size_t I = 0; I < 6; ++I)
    showValue("limb", Sum[I]);
  Big Few[] = {Big(1), Sum, Power};
  showValue("sum", sum(Few)[2]);
  int Ints[] = {1, 2, 3, (int)hide(4)};
  showValue("ints", (uint64_t)sum(Ints));
  Buffer A = make(3), B = make((int)hide(8));
  A = std::move(B);
  for (int X : A)
    fold((uint64_t)X);
  int R = 5;
  out(R, Ints[3], factorial(5));
  showValue("out", (uint64_t)R);
  Pooled *P = new Pooled;
  Pooled *Q = ::new (Pooled::Pool + 128) Pooled{4};
  showValue("pool", (uint64_t)(P->X + Q->X));
  delete P;
  Big *Array = new Big[5]{};
  Array[2] += Sum;
  showValue("live", (uint64_t)Live);
  delete[] Array;
  showValue("left", (uint64_t)Live);
  show("misc");
  return 0;
}

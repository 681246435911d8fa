// Indirect functions, aliases, weak symbols, sections, multiversions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -ffunction-sections -fdata-sections -Wl,--gc-sections
// FLAGS: -fno-plt -fno-semantic-interposition
// LEVELS: -O0 -O2
#include "check.h"

static uint64_t implA(uint64_t X) { return X * 3 + 1; }
static uint64_t implB(uint64_t X) { return X * 3 + 1; }
// Runs while the program is being relocated, before any constructor.
static uint64_t (*resolve(void))(uint64_t) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") ? implA : implB;
}
uint64_t chosen(uint64_t X) __attribute__((ifunc("resolve")));

__attribute__((target_clones("avx2", "default"))) uint64_t
cloned(const uint32_t *P, int N) {
  uint64_t R = 0;
  for (int I = 0; I < N; ++I)
    R += P[I] * 5u;
  return R;
}

NOINLINE uint64_t original(uint64_t X) { return X ^ X >> 7; }
uint64_t other(uint64_t X) __attribute__((alias("original")));
__attribute__((weak)) uint64_t missing(uint64_t X);
__attribute__((weak)) uint64_t replaceable(uint64_t X) { return X + 9; }
__attribute__((section(".text.special"))) NOINLINE uint64_t placed(uint64_t X) {
  return X * 7;
}
__attribute__((visibility("hidden"))) NOINLINE uint64_t hidden(uint64_t X) {
  return X - 3;
}
__attribute__((cold)) NOINLINE uint64_t cold(uint64_t X) { return ~X; }
__attribute__((used, section("numbers"))) static const uint32_t N1 = 11;
__attribute__((used, section("numbers"))) static const uint32_t N2 = 31;
extern const uint32_t __start_numbers[], __stop_numbers[];

int main(void) {
  uint32_t Data[50];
  for (int I = 0; I < 50; ++I)
    Data[I] = (uint32_t)rnd();
  for (int I = 0; I < 30; ++I) {
    uint64_t X = rnd();
    fold(chosen(X));
    fold(cloned(Data, I));
    fold(original(X) ^ other(X + 1));
    fold(missing ? missing(X) : 5);
    fold(replaceable(X) + placed(X) + hidden(X) + cold(X));
  }
  uint32_t Sum = 0;
  for (const uint32_t *P = __start_numbers; P < __stop_numbers; ++P)
    Sum += *P;
  showValue("numbers", Sum);
  show("symbols");
  return 0;
}

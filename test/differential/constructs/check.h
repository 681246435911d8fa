//===- check.h - what the construct programs share --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pseudo-random values the optimiser cannot know, and printing of results.
// Every program prints the same on every run, at every optimisation level and
// on every x86-64 CPU; constructs.py compares hardened with plain builds.
//===----------------------------------------------------------------------===//
#ifndef CRIT_CONSTRUCTS_CHECK_H
#define CRIT_CONSTRUCTS_CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define UNUSED __attribute__((unused))

static volatile uint64_t SeedSource = 0x123456789abcdef1u;
static uint64_t RandomState;

/// Next number of a xorshift sequence.
UNUSED static uint64_t rnd(void) {
  if (!RandomState)
    RandomState = SeedSource;
  RandomState ^= RandomState << 13;
  RandomState ^= RandomState >> 7;
  RandomState ^= RandomState << 17;
  return RandomState;
}

/// A value the optimiser must take as unknown.
UNUSED static uint64_t hide(uint64_t Value) {
  static volatile uint64_t Place;
  Place = Value;
  return Place;
}

static uint64_t Total = 1469598103934665603u;

/// Adds a result to the running digest.
UNUSED static void fold(uint64_t Value) {
  Total = (Total ^ Value) * 1099511628211u;
  Total ^= Total >> 29;
}

UNUSED static void foldBytes(const void *Data, size_t Size) {
  const unsigned char *P = (const unsigned char *)Data;
  for (size_t I = 0; I < Size; ++I)
    fold(P[I]);
}

UNUSED static void foldDouble(double Value) {
  foldBytes(&Value, sizeof(Value));
}

UNUSED static void foldFloat(float Value) { foldBytes(&Value, sizeof(Value)); }

/// Prints the digest so far.
UNUSED static void show(const char *What) {
  printf("%s %016" PRIx64 "\n", What, Total);
}

UNUSED static void showValue(const char *What, uint64_t Value) {
  printf("%s %016" PRIx64 "\n", What, Value);
  fold(Value);
}

#endif

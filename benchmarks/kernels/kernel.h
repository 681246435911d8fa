//===- kernel.h - what all benchmark kernels share --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Command line, random numbers, digest and thread helper of the kernels.
//
// Every kernel makes its own input from a seed, needs no file, and ends with a
// line "digest <16 hex digits>" that depends on all data it computed, so that a
// wrong result cannot hide. It exits with 0. Usage errors exit with 2, lack of
// memory or threads with 3. C and C++.
//
//   KERNEL [--size PRESET|N] [--rounds N] [--threads N] [--seed N]
//
// Presets: inject (about a million instructions, few pages, for fault
// injection), small, medium, large, bench (about a second of CPU).
//===----------------------------------------------------------------------===//
#ifndef CRIT_BENCHMARKS_KERNEL_H
#define CRIT_BENCHMARKS_KERNEL_H

#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KernelMaxThreads = 64 };

struct KernelPreset {
  const char *Name;
  size_t Size;
  size_t Rounds;
};

struct KernelArgs {
  size_t Size;
  size_t Rounds;
  unsigned Threads;
  uint64_t Seed;
};

static inline void kernelUsage(const char *Name, const char *Why,
                               const char *What) {
  fprintf(stderr,
          "%s: %s '%s'\n"
          "usage: %s [--size inject|small|medium|large|bench|N] [--rounds N] "
          "[--threads N] [--seed N]\n",
          Name, Why, What, Name);
  exit(2);
}

static inline uint64_t kernelNumber(const char *Name, const char *Text) {
  char *End;
  unsigned long long Value = strtoull(Text, &End, 0);
  if (*Text < '0' || *Text > '9' || *End)
    kernelUsage(Name, "not a number:", Text);
  return Value;
}

/// Reads the command line. \p Presets ends with a null name; its first entry is
/// the default size.
static inline struct KernelArgs kernelArgs(int Argc, char **Argv,
                                           const struct KernelPreset *Presets) {
  struct KernelArgs Args = {Presets[0].Size, Presets[0].Rounds, 1, 1};
  for (int I = 1; I < Argc; ++I) {
    const char *Opt = Argv[I];
    if (I + 1 == Argc)
      kernelUsage(Argv[0], "unknown option or missing value:", Opt);
    const char *Value = Argv[++I];
    if (!strcmp(Opt, "--size")) {
      const struct KernelPreset *P = Presets;
      while (P->Name && strcmp(P->Name, Value))
        ++P;
      Args.Size = P->Name ? P->Size : (size_t)kernelNumber(Argv[0], Value);
      Args.Rounds = P->Name ? P->Rounds : 1;
    } else if (!strcmp(Opt, "--rounds")) {
      Args.Rounds = (size_t)kernelNumber(Argv[0], Value);
    } else if (!strcmp(Opt, "--threads")) {
      Args.Threads = (unsigned)kernelNumber(Argv[0], Value);
    } else if (!strcmp(Opt, "--seed")) {
      Args.Seed = kernelNumber(Argv[0], Value);
    } else {
      kernelUsage(Argv[0], "unknown option:", Opt);
    }
  }
  if (Args.Threads < 1 || Args.Threads > KernelMaxThreads)
    kernelUsage(Argv[0], "thread count must be 1 to", "64");
  if (Args.Size < 8)
    Args.Size = 8;
  return Args;
}

static inline void *kernelAlloc(size_t Count, size_t Size) {
  void *P = calloc(Count, Size);
  if (!P) {
    fputs("kernel: out of memory\n", stderr);
    exit(3);
  }
  return P;
}

/// Next number of a splitmix64 sequence.
static inline uint64_t kernelRandom(uint64_t *State) {
  uint64_t Z = *State += 0x9e3779b97f4a7c15u;
  Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9u;
  Z = (Z ^ (Z >> 27)) * 0x94d049bb133111ebu;
  return Z ^ (Z >> 31);
}

/// Folds one word into a digest. Every step is a bijection of the state, so two
/// runs that differ in one word differ in the end.
static inline uint64_t kernelFold(uint64_t Digest, uint64_t Word) {
  Digest = (Digest ^ Word) * 0xd6e8feb86659fd93u;
  return Digest ^ (Digest >> 32);
}

static inline int kernelFinish(uint64_t Digest) {
  printf("digest %016" PRIx64 "\n", Digest);
  return fflush(stdout) ? 1 : 0;
}

/// Work on items [Begin, End) of a range; \p Worker numbers the caller.
typedef void KernelWork(void *Context, size_t Begin, size_t End,
                        unsigned Worker);

struct KernelShare {
  KernelWork *Work;
  void *Context;
  size_t Begin, End;
  unsigned Worker;
};

static inline void *kernelThread(void *Arg) {
  struct KernelShare *S = (struct KernelShare *)Arg;
  S->Work(S->Context, S->Begin, S->End, S->Worker);
  return NULL;
}

/// Splits \p Items evenly over \p Threads threads, the caller being the first.
static inline void kernelParallel(unsigned Threads, size_t Items,
                                  KernelWork *Work, void *Context) {
  struct KernelShare Shares[KernelMaxThreads];
  pthread_t Ids[KernelMaxThreads];
  for (unsigned T = 0; T < Threads; ++T) {
    struct KernelShare S = {Work, Context, Items * T / Threads,
                            Items * (T + 1) / Threads, T};
    Shares[T] = S;
    if (T && pthread_create(&Ids[T], NULL, kernelThread, &Shares[T])) {
      fputs("kernel: cannot create a thread\n", stderr);
      exit(3);
    }
  }
  kernelThread(&Shares[0]);
  for (unsigned T = 1; T < Threads; ++T)
    pthread_join(Ids[T], NULL);
}

#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One thread writes what the other reads, all the time and without a lock. Each
// word holds a number and its complement, so that a reader can tell a value
// that was never written. Copies that disagree are no fault here.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOINLINE __attribute__((noinline))

struct shared {
  uint64_t Word;
  uint32_t Half;
  unsigned char Byte;
  const uint64_t *Pointer;
  uint64_t Counter; // both count, and lose some
} Shared;
static const uint64_t Targets[2] = {1000, 2000};
static uint64_t Reads;
static int Done;

static __attribute__((noinline)) void count(struct shared *S) {
  S->Counter += 2;
}
// Both also count bytes into one array: no loop that looks private to its thread.
static uint64_t *Counts;
static unsigned char Bytes[64];
static size_t Size; // not known to the compiler
static NOINLINE void countBytes(uint64_t *Into, const unsigned char *From, size_t N) {
  for (size_t I = 0; I < N; ++I)
    ++Into[From[I]];
}
static uint64_t word(uint32_t N) { return (uint64_t)N << 32 | (uint32_t)~N; }

static void *writer(void *Unused) {
  (void)Unused;
  uint32_t N = 0;
  while (!__atomic_load_n(&Done, __ATOMIC_ACQUIRE)) {
    ++N;
    __atomic_store_n(&Shared.Word, word(N), __ATOMIC_RELAXED);
    __atomic_store_n(&Shared.Half, (N & 0xffff) << 16 | (uint16_t)~N,
                     __ATOMIC_RELAXED);
    __atomic_store_n(&Shared.Byte, (unsigned char)((N & 15) << 4 | (~N & 15)),
                     __ATOMIC_RELAXED);
    count(&Shared);
    countBytes(Counts, Bytes, Size);
    __atomic_store_n(&Shared.Pointer, &Targets[N & 1], __ATOMIC_RELAXED);
  }
  return NULL;
}

static NOINLINE uint64_t readWord(struct shared *S) { return S->Word; }
static NOINLINE uint32_t readHalf(struct shared *S) { return S->Half; }
static NOINLINE unsigned readByte(struct shared *S) { return S->Byte; }
static NOINLINE uint64_t readPointer(struct shared *S) { return *S->Pointer; }
static NOINLINE int compare(struct shared *S, uint64_t X) {
  return S->Word < X ? 1 : 2;
}
static NOINLINE void branch(struct shared *S, unsigned X, unsigned *Taken) {
  if (S->Half < X)
    __asm__ volatile("incl %0" : "+m"(*Taken));
}

static void wrong(const char *What, uint64_t X) {
  printf("wrong %s %llx\n", What, (unsigned long long)X);
  exit(1);
}

int main(int Argc, char **Argv) {
  Reads = Argc > 1 ? strtoull(Argv[1], NULL, 10) : 1000000;
  Shared = (struct shared){word(0), 0xffff, 15, Targets};
  Counts = calloc(2, sizeof(*Counts));
  Size = Argc > 9 ? 1 : sizeof(Bytes);
  for (size_t I = 0; I < Size; ++I)
    Bytes[I] = Argc > 9;
  pthread_t Thread;
  if (pthread_create(&Thread, NULL, writer, NULL))
    return 2;
  uint64_t First = readWord(&Shared), Changes = 0, Last = First;
  unsigned Taken = 0;
  // The two must really meet, however busy the machine is.
  time_t End = time(NULL) + 10;
  for (uint64_t I = 0; I < Reads || (Changes < 10000 && time(NULL) < End);
       ++I) {
    // All of it may change between two calls.
    __asm__ volatile("" ::: "memory");
    uint64_t W = readWord(&Shared);
    if ((uint32_t)(W >> 32) != (uint32_t)~W)
      wrong("word", W);
    Changes += W != Last;
    Last = W;
    uint32_t H = readHalf(&Shared);
    if (H >> 16 != (uint16_t)~H)
      wrong("half", H);
    unsigned B = readByte(&Shared);
    if (B >> 4 != (~B & 15))
      wrong("byte", B);
    uint64_t P = readPointer(&Shared);
    if (P != 1000 && P != 2000)
      wrong("pointer", P);
    if (compare(&Shared, (W & ~0xffffffffull) + (1ull << 40)) > 2)
      wrong("comparison", W);
    branch(&Shared, H, &Taken);
    count(&Shared);
    countBytes(Counts, Bytes, Size);
  }
  __atomic_store_n(&Done, 1, __ATOMIC_RELEASE);
  pthread_join(Thread, NULL);
  if (Shared.Counter & 1 || !Shared.Counter)
    wrong("count", Shared.Counter);
  if (!*Counts)
    wrong("counts", 0);
  // Without changes nothing was tested.
  if (Changes < 100)
    fprintf(stderr, "the writer hardly ran: %llu changes\n",
            (unsigned long long)Changes);
  puts("right");
}

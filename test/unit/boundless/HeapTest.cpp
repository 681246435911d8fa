//===- HeapTest.cpp - the low-fat heap ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Runtime.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <malloc.h>
#include <map>
#include <memory>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

/// Runs Body in a child; its exit status.
int inChild(const std::function<int()> &Body) {
  pid_t Child = fork();
  if (Child == 0)
    _exit(Body());
  int Status = -1;
  waitpid(Child, &Status, 0);
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : -1;
}

// Old and new together are 12 MiB; the smaller ones of the turn before are not kept.
// The first test: what the process had at its peak counts.
TEST(Heap, TablesThatGrowLeaveLittleBehind) {
  EXPECT_EQ(inChild([] {
    rusage Before, After;
    getrusage(RUSAGE_SELF, &Before);
    for (int Turn = 0; Turn < 4; ++Turn) {
      void *Table = malloc(1 << 16);
      for (size_t N = 1 << 17; N <= 8u << 20; N *= 2) {
        void *Larger = memset(malloc(N), 1, N);
        free(Table);
        Table = Larger;
      }
      free(Table);
    }
    getrusage(RUSAGE_SELF, &After);
    return After.ru_maxrss - Before.ru_maxrss > 14500;
  }), 0);
}

TEST(Heap, SweepOfSizes) {
  for (size_t N = 0; N < 5000; N += N < 600 ? 1 : 37) {
    char *P = static_cast<char *>(malloc(N));
    ASSERT_NE(P, nullptr);
    bounds B = boundsOf(P);
    ASSERT_EQ(B.Base, reinterpret_cast<uint64_t>(P)) << N;
    // One past the end is still a pointer into the object.
    ASSERT_GT(B.Size, N);
    ASSERT_LE(B.Size, N + 16 + N / 4 + 1) << N;
    ASSERT_EQ(reinterpret_cast<uint64_t>(P) % 16, 0u);
    for (size_t At : {size_t(0), N / 2, N}) {
      EXPECT_EQ(boundsOf(P + At).Base, B.Base);
    }
    EXPECT_GE(malloc_usable_size(P), N);
    memset(P, 0x5a, malloc_usable_size(P));
    free(P);
  }
}

// The multiplication stands for a division all over the regions.
TEST(Heap, QuotientsAreExact) {
  free(malloc(1));
  unsigned Known = 0;
  for (uint64_t R = 0; R < CRIT_BL_REGIONS; ++R) {
    const uint64_t *Row = reinterpret_cast<const uint64_t *>(CRIT_BL_TABLE + 16 * R);
    if (!Row[0])
      continue;
    ++Known;
    uint64_t Size = Row[1], Begin = R << CRIT_BL_REGION_BITS;
    uint64_t End = (R + 1) << CRIT_BL_REGION_BITS;
    for (uint64_t Slot : {Begin / Size + 1, Begin / Size + 12345, End / Size - 1, End / Size})
      for (uint64_t A : {Slot * Size - 1, Slot * Size, Slot * Size + Size - 1})
        if (A >> CRIT_BL_REGION_BITS == R)
          EXPECT_EQ(boundsOf(reinterpret_cast<void *>(A)).Base, A / Size * Size) << Size;
  }
  EXPECT_GE(Known, 100u);
}

TEST(Heap, FreedInAnyOrderComesBackInOrder) {
  const size_t Num = 4000, Size = 200;
  std::vector<void *> All;
  for (size_t N = 0; N < Num; ++N)
    All.push_back(malloc(Size));
  std::shuffle(All.begin(), All.end(), std::mt19937(1));
  for (void *P : All)
    free(P);
  size_t Next = 0;
  std::vector<char *> Again;
  for (size_t N = 0; N < Num; ++N) {
    Again.push_back(static_cast<char *>(malloc(Size)));
    if (N)
      Next += Again[N] - Again[N - 1] == int64_t(boundsOf(Again[N]).Size);
  }
  // Those that rested with the thread come in whatever order they were freed.
  EXPECT_GT(Next, Num * 9 / 10);
  std::sort(Again.begin(), Again.end());
  EXPECT_EQ(std::unique(Again.begin(), Again.end()), Again.end());
  for (char *P : Again)
    free(P);
}

TEST(Heap, SweepOfLargeSizes) {
  for (size_t N = 5000; N < size_t(1) << 34; N = N * 5 / 3) {
    char *P = static_cast<char *>(malloc(N));
    if (!P)
      break; // a machine with little memory
    bounds B = boundsOf(P);
    ASSERT_EQ(B.Base, reinterpret_cast<uint64_t>(P)) << N;
    ASSERT_GT(B.Size, N);
    ASSERT_EQ(boundsOf(P + N).Base, B.Base) << N;
    P[0] = P[N - 1] = 1;
    free(P);
  }
}

TEST(Heap, ObjectsDoNotOverlap) {
  std::mt19937 Random(1);
  std::map<uint64_t, uint64_t> Live; // start -> end
  std::vector<char *> All;
  for (int I = 0; I < 20000; ++I) {
    if (Random() % 3 == 0 && !All.empty()) {
      std::swap(All[Random() % All.size()], All.back());
      Live.erase(reinterpret_cast<uint64_t>(All.back()));
      free(All.back());
      All.pop_back();
      continue;
    }
    size_t N = Random() % (Random() % 50 ? 300 : 200000);
    char *P = static_cast<char *>(malloc(N));
    uint64_t Start = reinterpret_cast<uint64_t>(P), End = Start + boundsOf(P).Size;
    auto After = Live.upper_bound(Start);
    ASSERT_TRUE(After == Live.end() || End <= After->first);
    if (After != Live.begin()) {
      ASSERT_LE(std::prev(After)->second, Start);
    }
    Live[Start] = End;
    All.push_back(P);
  }
  for (char *P : All)
    free(P);
}

TEST(Heap, CallocIsZero) {
  for (size_t N : {1, 24, 100, 1000, 5000, 40000, 100000, 3000000})
    for (int Turn = 0; Turn < 12; ++Turn) {
      char *P = static_cast<char *>(calloc(N, 1));
      ASSERT_NE(P, nullptr);
      EXPECT_EQ(std::count(P, P + N, 0), static_cast<long>(N)) << N;
      memset(P, 0xff, N);
      free(P);
    }
  EXPECT_EQ(calloc(size_t(1) << 40, size_t(1) << 40), nullptr);
}

TEST(Heap, ReallocKeepsBytes) {
  std::mt19937 Random(2);
  size_t Old = 10;
  unsigned char *P = static_cast<unsigned char *>(malloc(Old));
  for (size_t I = 0; I < Old; ++I)
    P[I] = static_cast<unsigned char>(I * 7);
  for (int Turn = 0; Turn < 2000; ++Turn) {
    size_t New = 1 + Random() % (Turn % 50 ? 2000 : 400000);
    P = static_cast<unsigned char *>(realloc(P, New));
    ASSERT_NE(P, nullptr);
    for (size_t I = 0; I < std::min(Old, New); ++I)
      ASSERT_EQ(P[I], static_cast<unsigned char>(I * 7)) << Turn;
    for (size_t I = Old; I < New; ++I)
      P[I] = static_cast<unsigned char>(I * 7);
    Old = New;
  }
  EXPECT_EQ(realloc(P, 0), nullptr);
}

TEST(Heap, Alignment) {
  for (size_t Align = 16; Align <= 4096; Align *= 2)
    for (size_t N : {size_t(1), Align - 1, Align, 3 * Align, size_t(100000)}) {
      void *P = nullptr;
      ASSERT_EQ(posix_memalign(&P, Align, N), 0);
      EXPECT_EQ(reinterpret_cast<uint64_t>(P) % Align, 0u) << Align << " " << N;
      EXPECT_EQ(boundsOf(P).Base, reinterpret_cast<uint64_t>(P));
      memset(P, 1, N);
      free(P);
      P = aligned_alloc(Align, N);
      EXPECT_EQ(reinterpret_cast<uint64_t>(P) % Align, 0u);
      free(P);
    }
  void *P;
  EXPECT_EQ(posix_memalign(&P, 3, 8), EINVAL);
}

TEST(Heap, WrongFreesDoNothing) {
  uint64_t Before = critBlCounts.Frees;
  char *volatile P = static_cast<char *>(malloc(100));
  strcpy(P, "still here");
  char Local[8];
  char *volatile Foreign = Local;
  free(P + 8);
  free(Foreign);
  EXPECT_EQ(critBlCounts.Frees, Before + 2);
  EXPECT_STREQ(P, "still here");
  free(P);
  free(P);
  EXPECT_EQ(critBlCounts.Frees, Before + 3);
  // Twice free is not twice allocated.
  std::vector<char *> All;
  for (int I = 0; I < 200; ++I)
    All.push_back(static_cast<char *>(malloc(100)));
  std::sort(All.begin(), All.end());
  EXPECT_EQ(std::adjacent_find(All.begin(), All.end()), All.end());
  for (char *Q : All)
    free(Q);
  char *New = static_cast<char *>(realloc(P + 16, 50));
  EXPECT_NE(New, nullptr);
  free(New);
}

TEST(Heap, FreedBytesRest) {
  char *volatile P = static_cast<char *>(malloc(200));
  strcpy(P, "old bytes");
  free(P);
  char *Q = static_cast<char *>(malloc(200));
  EXPECT_NE(Q, P);
  EXPECT_STREQ(P, "old bytes");
  free(Q);
}

TEST(Heap, SlotsKeepTheirClass) {
  // A stale pointer meets an object of the same size only.
  for (int I = 0; I < 1000; ++I) {
    char *A = static_cast<char *>(malloc(48)), *B = static_cast<char *>(malloc(500));
    EXPECT_EQ(boundsOf(A).Size, 64u);
    free(A);
    free(B);
  }
}

// The compiler takes errno for untouched by malloc.
void *(*volatile Allocate)(size_t) = malloc;

TEST(Heap, OutOfMemory) {
  // errno, not a crash; and there is memory again once some was freed.
  int Status = inChild([] {
    rlimit Limit = {1500u << 20, 1500u << 20};
    setrlimit(RLIMIT_AS, &Limit);
    std::vector<void *> All;
    All.reserve(100000);
    for (size_t N : {size_t(1) << 30, size_t(1) << 20, size_t(4000), size_t(100)})
      for (;;) {
        errno = 0;
        void *P = Allocate(N);
        if (!P) {
          if (errno != ENOMEM)
            return 2;
          break;
        }
        if (All.size() == All.capacity())
          break;
        All.push_back(P);
      }
    for (void *P : All)
      free(P);
    void *P = malloc(100), *Q = malloc(1 << 20);
    return P && Q ? 0 : 3;
  });
  EXPECT_EQ(Status, 0);
  errno = 0;
  void *Huge = Allocate(size_t(1) << 62);
  EXPECT_EQ(Huge, nullptr);
  EXPECT_EQ(errno, ENOMEM);
}

struct Work {
  std::atomic<char *> Boxes[256] = {};
};

void exchange(Work &W, unsigned Seed, std::atomic<bool> &Good) {
  std::mt19937 Random(Seed);
  for (int I = 0; I < 20000; ++I) {
    size_t N = 8 + Random() % 900;
    char *P = static_cast<char *>(malloc(N));
    memcpy(P, &N, sizeof(N));
    memset(P + 8, static_cast<char>(N), N - 8);
    // Freed by whatever thread comes next.
    char *Old = W.Boxes[Random() % 256].exchange(P);
    if (!Old)
      continue;
    memcpy(&N, Old, sizeof(N));
    for (size_t K = 8; K < N; ++K)
      if (Old[K] != static_cast<char>(N))
        Good = false;
    free(Old);
  }
}

TEST(Heap, ThreadsFreeEachOthersObjects) {
  Work W;
  std::atomic<bool> Good = true;
  for (int Turn = 0; Turn < 3; ++Turn) {
    std::vector<std::thread> All;
    for (unsigned T = 0; T < 6; ++T)
      All.emplace_back([&, T] { exchange(W, T + 10, Good); });
    for (std::thread &T : All)
      T.join();
  }
  for (auto &Box : W.Boxes)
    free(Box);
  EXPECT_TRUE(Good);
}

TEST(Heap, ForkWhileThreadsAllocate) {
  Work W;
  std::atomic<bool> Good = true, Stop = false;
  std::vector<std::thread> All;
  for (unsigned T = 0; T < 3; ++T)
    All.emplace_back([&, T] {
      while (!Stop)
        exchange(W, T + 20, Good);
    });
  for (int I = 0; I < 30; ++I)
    EXPECT_EQ(inChild([] {
                for (int K = 0; K < 2000; ++K)
                  free(malloc(static_cast<size_t>(K)));
                return 0;
              }),
              0);
  Stop = true;
  for (std::thread &T : All)
    T.join();
  for (auto &Box : W.Boxes)
    free(Box);
  EXPECT_TRUE(Good);
}

TEST(Heap, MemoryIsGivenBack) {
  auto Resident = [] {
    long All, Now = 0;
    FILE *F = fopen("/proc/self/statm", "r");
    if (fscanf(F, "%ld %ld", &All, &Now) != 2)
      Now = 0;
    fclose(F);
    return Now * 4096;
  };
  long Before = Resident();
  std::vector<char *> All;
  for (int I = 0; I < 200; ++I) {
    All.push_back(static_cast<char *>(malloc(1 << 20)));
    memset(All.back(), 1, 1 << 20);
  }
  EXPECT_GT(Resident() - Before, 150l << 20);
  for (char *P : All)
    free(P);
  EXPECT_LT(Resident() - Before, 40l << 20);
}

} // namespace

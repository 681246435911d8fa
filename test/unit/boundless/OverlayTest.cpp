//===- OverlayTest.cpp - where out-of-bounds bytes live -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Runtime.h"
#include <cstdlib>
#include <cstring>

namespace {

void *word(unsigned Index) {
  return reinterpret_cast<void *const *>(CRIT_BL_ENTRIES)[Index];
}

const crit_bl_site Site = {0, 0, 1, 4, CRIT_BL_KIND_WRITE, 0};

// They preserve more registers than a function must; the rest is a plain call.
__attribute__((noinline)) void *address(char *P, char *Root) {
  using Fn = void *(uint64_t, uint64_t, uint64_t, const crit_bl_site *);
  return reinterpret_cast<Fn *>(word(CRIT_BL_ADDRESS))(
      reinterpret_cast<uint64_t>(P), reinterpret_cast<uint64_t>(Root), boundsOf(Root).Size, &Site);
}

__attribute__((noinline)) char *escape(char *P, char *Root) {
  using Fn = void *(uint64_t, uint64_t, uint64_t);
  return static_cast<char *>(reinterpret_cast<Fn *>(word(CRIT_BL_ESCAPE))(
      reinterpret_cast<uint64_t>(P), reinterpret_cast<uint64_t>(Root), boundsOf(Root).Size));
}

__attribute__((noinline)) int64_t decode(char *P) {
  using Fn = int64_t(uint64_t);
  return reinterpret_cast<Fn *>(word(CRIT_BL_DECODE))(reinterpret_cast<uint64_t>(P));
}

TEST(Overlay, OneAddressForEachObjectAndOffset) {
  char *A = static_cast<char *>(malloc(100)), *B = static_cast<char *>(malloc(100));
  for (long Offset : {200l, -8l, 5000l, 70000l, 64l << 20, -(64l << 20)}) {
    int *InA = static_cast<int *>(address(A + Offset, A));
    int *InB = static_cast<int *>(address(B + Offset, B));
    EXPECT_NE(InA, InB);
    EXPECT_EQ(*InA, 0);
    *InA = 1;
    *InB = 2;
    EXPECT_EQ(address(A + Offset, A), InA);
    EXPECT_EQ(*static_cast<int *>(address(A + Offset, A)), 1);
  }
  free(A);
  free(B);
  // A new object at the same place has nothing of the old one.
  for (int I = 0; I < 200; ++I) {
    char *C = static_cast<char *>(malloc(100));
    EXPECT_EQ(*static_cast<int *>(address(C + 200, C)), 0);
    free(C);
  }
}

TEST(Overlay, EscapedPointersComeBack) {
  char *A = static_cast<char *>(malloc(100));
  for (long Offset : {-1l, -100l, 112l, 1000l, 1l << 20}) {
    char *Out = escape(A + Offset, A);
    EXPECT_NE(Out, A + Offset);
    EXPECT_EQ(Out + decode(Out), A + Offset) << Offset;
    // Anyone may use it: nobody is hurt.
    *Out = 5;
    EXPECT_EQ(*static_cast<char *>(address(A + Offset, A)), 5);
  }
  EXPECT_EQ(escape(A + 50, A), A + 50);
  EXPECT_EQ(escape(A + 100, A), A + 100);
  EXPECT_EQ(decode(A), 0);
  free(A);
}

TEST(Overlay, GrowingTakesBytesAlong) {
  char *A = static_cast<char *>(malloc(100));
  strcpy(static_cast<char *>(address(A + 3000, A)), "abc");
  A = static_cast<char *>(realloc(A, 8000));
  EXPECT_STREQ(A + 3000, "abc");
  free(A);
}

TEST(Overlay, LimitedMemory) {
  char *A = static_cast<char *>(malloc(100));
  uint64_t Before = critBlCounts.Evicted;
  for (long I = 1; I <= 3000; ++I)
    *static_cast<int *>(address(A + (I << 16), A)) = static_cast<int>(I);
  EXPECT_GE(critBlCounts.Evicted, Before + 1900);
  EXPECT_EQ(*static_cast<int *>(address(A + (3000l << 16), A)), 3000);
  EXPECT_EQ(*static_cast<int *>(address(A + (1l << 16), A)), 0);
  free(A);
}

} // namespace

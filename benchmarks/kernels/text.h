//===- text.h - generated text for the word kernels -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fills a buffer with lower-case words, one space or newline between them, few
// words common and many rare, as in prose. The words are spelled from their
// number, so no dictionary is needed. C and C++.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BENCHMARKS_TEXT_H
#define CRIT_BENCHMARKS_TEXT_H

#include "kernel.h"

enum { TextMaxWord = 12 };

/// Spells word \p Number; equal numbers give equal words.
static inline size_t textSpell(uint32_t Number, char *Word) {
  static const char Vowels[] = "aeiou", Consonants[] = "bdfgklmnprstvz";
  size_t Length = 0;
  do {
    Word[Length++] = Consonants[Number % 14];
    Number /= 14;
    Word[Length++] = Vowels[Number % 5];
    Number /= 5;
  } while (Number && Length + 2 <= TextMaxWord);
  return Length;
}

/// Fills \p Text with \p Size bytes, the last one a newline.
static inline void textFill(char *Text, size_t Size, uint64_t Seed) {
  char Word[TextMaxWord + 2];
  size_t At = 0;
  while (At < Size) {
    uint64_t R = kernelRandom(&Seed);
    // The fourth power of a uniform number favours small ones.
    uint64_t Number = R & 0xffff;
    Number = Number * Number >> 16;
    Number = Number * Number >> 16;
    size_t Length = textSpell((uint32_t)Number, Word);
    for (size_t I = 0; I < Length && At < Size; ++I)
      Text[At++] = Word[I];
    if (At < Size)
      Text[At++] = R >> 60 ? ' ' : '\n';
  }
  Text[Size - 1] = '\n';
}

static inline int textIsLetter(char C) { return C >= 'a' && C <= 'z'; }

/// First position from \p At that follows a separator, at most \p Size: where
/// a share of the text begins so that no word is split.
static inline size_t textWordStart(const char *Text, size_t Size, size_t At) {
  while (At && At < Size && textIsLetter(Text[At - 1]))
    ++At;
  return At;
}

#endif

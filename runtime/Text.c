//===- Text.c - bounded text without libc ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Text.h"

void critTextChar(struct crit_text *T, char C) {
  if (T->Length < T->Capacity)
    T->Data[T->Length++] = C;
}

void critTextPut(struct crit_text *T, const char *String) {
  while (*String)
    critTextChar(T, *String++);
}

static void putHexDigit(struct crit_text *T, unsigned Digit) {
  critTextChar(T, (char)(Digit < 10 ? '0' + Digit : 'a' + Digit - 10));
}

static void putName(struct crit_text *T, const char *String, uint32_t Max,
                    int Json) {
  for (; *String; ++String) {
    unsigned char C = (unsigned char)*String;
    if (!Max--) {
      critTextPut(T, "...");
      return;
    }
    if (C < 0x20 || C == 0x7f) {
      C = '?';
      if (Json) {
        critTextPut(T, "\\u00");
        putHexDigit(T, (unsigned char)*String >> 4);
        putHexDigit(T, *String & 15);
        continue;
      }
    }
    if (Json && (C == '"' || C == '\\'))
      critTextChar(T, '\\');
    critTextChar(T, (char)C);
  }
}

void critTextName(struct crit_text *T, const char *String, uint32_t Max) {
  putName(T, String, Max, 0);
}

void critTextJson(struct crit_text *T, const char *String, uint32_t Max) {
  critTextChar(T, '"');
  putName(T, String, Max, 1);
  critTextChar(T, '"');
}

void critTextDec(struct crit_text *T, int64_t Value) {
  uint64_t Rest = Value < 0 ? 0 - (uint64_t)Value : (uint64_t)Value;
  uint64_t Unit = 1;
  if (Value < 0)
    critTextChar(T, '-');
  while (Rest / Unit >= 10)
    Unit *= 10;
  for (; Unit; Unit /= 10)
    critTextChar(T, (char)('0' + Rest / Unit % 10));
}

void critTextHex(struct crit_text *T, const uint64_t *Words, uint32_t Count) {
  int Started = 0;
  critTextPut(T, "0x");
  for (uint32_t Nibble = Count * 16; Nibble--;) {
    unsigned Digit = (unsigned)(Words[Nibble / 16] >> (Nibble % 16 * 4)) & 15;
    Started |= Digit != 0 || Nibble == 0;
    if (Started)
      putHexDigit(T, Digit);
  }
}

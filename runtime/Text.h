//===- Text.h - bounded text without libc -----------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fixed buffer that is appended to and never overflows: what does not fit is
// left out. Values print the way reports need them.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_TEXT_H
#define CRIT_RUNTIME_TEXT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct crit_text {
  char *Data; /* not NUL-terminated */
  uint32_t Length;
  uint32_t Capacity;
};

void critTextChar(struct crit_text *T, char C);

/// Trusted text, as it is.
void critTextPut(struct crit_text *T, const char *String);

/// At most Max bytes of someone else's text, then "..."; control characters
/// become '?', so that a report stays one line.
void critTextName(struct crit_text *T, const char *String, uint32_t Max);

/// The same as a JSON string with its quotes; bytes from 0x80 pass unchanged.
void critTextJson(struct crit_text *T, const char *String, uint32_t Max);

void critTextDec(struct crit_text *T, int64_t Value);

/// "0x" and the number in Words[0..Count), low word first, no leading zeros.
void critTextHex(struct crit_text *T, const uint64_t *Words, uint32_t Count);

#ifdef __cplusplus
}
#endif
#endif

//===- Options.h - CRIT_OPTIONS of the running program ----------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Freestanding and async-signal-safe: no libc, no allocation, no relocations.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_OPTIONS_H
#define CRIT_RUNTIME_OPTIONS_H

#include "Text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CRIT_PATH_MAX 512

typedef uint32_t crit_option_Enum;
typedef uint32_t crit_option_Bool;
typedef uint32_t crit_option_UInt;
typedef char crit_option_Path[CRIT_PATH_MAX];

/// One field per row of RuntimeOptions.def. Not usable before
/// critOptionsReset: all zero is not every default.
struct crit_options {
#define CRIT_RUNTIME_OPTION(TYPE, NAME, VALUES, DEFAULT, TEXT)                 \
  crit_option_##TYPE NAME;
#include "RuntimeOptions.def"
};

/// Sets every option to its default.
void critOptionsReset(struct crit_options *Options);

/// Reads "key=value:key=value" (null and empty parts allowed) over Options.
/// Each wrong part adds one line to Errors, naming Source and the remedy, and
/// is otherwise ignored. Returns the number of wrong parts.
unsigned critOptionsParse(struct crit_options *Options, const char *String,
                          const char *Source, struct crit_text *Errors);

/// Appends the table, one option a line.
void critOptionsHelp(struct crit_text *Out);

#ifdef __cplusplus
}
#endif
#endif

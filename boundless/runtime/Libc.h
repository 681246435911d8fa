//===- Libc.h - the libc boundary, shared by its parts ----------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_LIBC_H
#define CRIT_BOUNDLESS_LIBC_H

#include "Bounds.h"

/// Stands for all calls of one function.
const struct crit_bl_site *critLibcSite(const char *Name);
void critLibcReport(const char *Name, uint64_t P, uint64_t N, bool Write);
/// N bytes to or from what may be out of bounds.
void critCopyIn(const char *Name, uint64_t To, const void *From, uint64_t N);
void critCopyOut(const char *Name, void *To, uint64_t From, uint64_t N);
/// P + By, an address in the window when that is out of bounds.
void *critPointer(uint64_t P, int64_t By);
/// S itself when it ends (or has Max bytes) in bounds, else a copy to free.
const char *critString(const char *Name, const char *S, uint64_t Max,
                       char **Copy);
void critLibcInit(void);

#endif

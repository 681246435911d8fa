//===- Abi.h - what hardened code and the runtime agree on ------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The address space below 16 TiB is cut into 64 GiB regions. A region holds
// slots of one size, so that any pointer into it tells base and size of its
// object. A table at a fixed address says how; hardened code, in whatever
// module, needs no symbol to reach it, nor the entry points behind it.
//
//   region of p       p >> 36
//   entry             {Magic, Size}; Size ~0: nothing known, never out of bounds
//                     Size 0: ask Lookup (images with hardened globals, the window)
//   base of p         mulhi(p, Magic) * Size: slots lie at multiples of their size
//   p - base          mulhi(p * Magic, Size): what is left over is the fraction
//
// Magic is 2^64 / Size rounded up. The quotient is exact below 16 TiB when Size is
// a power of two or at most 1 MiB: address * (Magic * Size - 2^64) < 2^64. So is
// the remainder, p - base + p * (Magic * Size - 2^64) / 2^64 before it is cut.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_ABI_H
#define CRIT_BOUNDLESS_ABI_H

#include <stdint.h>

#define CRIT_BL_VERSION 2
#define CRIT_BL_REGION_BITS 36
#define CRIT_BL_REGIONS 2048u
/* Free in every memory layout we know: above non-PIE images, below 2 GiB so that
   it fits a displacement, below AddressSanitizer's shadow. */
#define CRIT_BL_TABLE 0x7ff00000ull
#define CRIT_BL_ENTRIES (CRIT_BL_TABLE + 0x8000u)
#define CRIT_BL_TABLE_BYTES 0x9000u

#define CRIT_BL_WINDOW_REGION 16u
#define CRIT_BL_HEAP_REGION 17u  /* first of CRIT_BL_CLASSES */
#define CRIT_BL_STACK_REGION 128u /* first of CRIT_BL_STACK_CLASSES */
#define CRIT_BL_META_REGION 150u /* free stacks end below 190 */
#define CRIT_BL_ORIGIN_REGION 256u /* laid out like the free stacks */
#define CRIT_BL_CUSTOM_REGION 192u
#define CRIT_BL_CUSTOM_REGIONS 60u

/* Stack objects: powers of two from 2^5. */
#define CRIT_BL_STACK_MIN_LOG2 5u
#define CRIT_BL_STACK_CLASSES 16u
/* Bytes of one thread's stack of a class. */
#define CRIT_BL_STACK_AREA(LOG2) ((LOG2) <= 15 ? 1u << 20 : 1u << 24)

/* Words behind the table (Size: bytes of the object or slot). */
enum crit_bl_entry {
  CRIT_BL_LOAD,    /* const void *(p, root, size, site): where to load from */
  CRIT_BL_STORE,   /* void (p, root, size, site, value *) */
  CRIT_BL_ADDRESS, /* void *(p, root, size, site): for atomics */
  CRIT_BL_ESCAPE,  /* void *(p, root, size): what to hand out instead */
  CRIT_BL_DECODE,  /* int64 (root): what to add to get its plain address */
  CRIT_BL_LOOKUP,  /* {base, size} (root) */
  CRIT_BL_STACK,   /* uint64 (class, native sp): slot, 0: use the native one */
  CRIT_BL_TLS,     /* offset of struct crit_bl_stacks from the thread pointer */
  CRIT_BL_GLOBALS, /* void (first, end): crit_bl_global of an image */
  CRIT_BL_GLOBALS_END, /* the same when it is unloaded */
  CRIT_BL_NUM_ENTRIES
};

/* Bytes of the longest access that is not split. */
#define CRIT_BL_LONGEST 512u

struct crit_bl_site;

/* Thread-local; offsets are in hardened code. */
struct crit_bl_stacks {
  uint64_t Low, Length; /* native stack this thread's marks belong to */
  uint64_t Next[CRIT_BL_STACK_CLASSES]; /* next free slot, 0: none yet */
  const struct crit_bl_site *Call;   /* of the libc function called last */
  const struct crit_bl_site *Origin; /* of the allocation that comes next */
};
#define CRIT_BL_STACKS_CALL (2 + CRIT_BL_STACK_CLASSES) /* words */
#define CRIT_BL_STACKS_ORIGIN (3 + CRIT_BL_STACK_CLASSES)

/* Kinds of sites. */
enum crit_bl_kind {
  CRIT_BL_KIND_READ = 0,
  CRIT_BL_KIND_WRITE = 1,
  CRIT_BL_KIND_ATOMIC = 2,
  CRIT_BL_KIND_ESCAPE = 3,
  CRIT_BL_KIND_CODE = 4, /* read of a pointer that will be called */
};

/* Says where a check is; offsets are relative to the field. */
struct crit_bl_site {
  int32_t File, Function;
  uint32_t Line;
  uint16_t Bytes;
  uint8_t Kind;
  uint8_t Reserved;
};

/* A global variable with room behind it. */
struct crit_bl_global {
  uint64_t Address, Size;
};

#endif

//===- Init.c - table, options, fork --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#define _GNU_SOURCE
#include "Libc.h"
#include "Bounds.h"
#include "Runtime.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

bool critBlReady;
struct crit_bl_options critBlOptions;
static crit_lock InitLock;

/// Hardened libraries look for this: a program that has it has the table.
CRIT_EXPORT const uint32_t __crit_shared_boundless_1 = CRIT_BL_VERSION;

void critBlFatal(const char *Message) {
  char Buffer[300];
  struct crit_text T = {Buffer, 0, sizeof(Buffer)};
  critTextPut(&T, "crit: boundless: error: ");
  critTextPut(&T, Message);
  critTextChar(&T, '\n');
  if (write(2, T.Data, T.Length) < 0)
    _exit(87);
  _exit(86);
}

uint64_t critBlRandom(void) {
  static uint64_t State;
  if (!State) {
    // The kernel's 16 random bytes: no system call can fail here.
    const uint64_t *Seed = (const uint64_t *)getauxval(AT_RANDOM);
    State = Seed ? Seed[0] ^ (Seed[1] << 1) : 88172645463325252ull;
    State |= 1;
  }
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State * 0x2545f4914f6cdd1dull >> 16;
}

static void readOptions(void) {
  const struct crit_options *O = critOptions();
  critBlOptions.Quiet = O->quiet;
  critBlOptions.Never = O->bounds == 1;
  critBlOptions.First = O->bounds == 2;
  critBlOptions.Budget = O->bounds_budget;
  critBlOptions.Chunks = O->bounds_chunks ? O->bounds_chunks : 1;
  critBlOptions.Total = O->bounds_total;
  critBlOptions.StopWhenFull = O->bounds_full == 1;
  critBlOptions.Origins = O->bounds_origins;
  critBlOptions.Abort = O->on_stop == 1;
  __builtin_memcpy(critBlOptions.Log, O->log, sizeof(critBlOptions.Log));
}

static void lockAll(void) {
  critHeapForkLock();
  critOverlayForkLock();
}
static void unlockAll(void) {
  critOverlayForkUnlock();
  critHeapForkUnlock();
}

void critBlInit(void) {
  if (LIKELY(__atomic_load_n(&critBlReady, __ATOMIC_ACQUIRE)))
    return;
  critBlLock(&InitLock);
  if (!critBlReady) {
    void *P = mmap((void *)CRIT_BL_TABLE, CRIT_BL_TABLE_BYTES,
                   PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | 0x100000, -1, 0);
    if (P != (void *)CRIT_BL_TABLE)
      critBlFatal("cannot map the table of regions at 0x7ff00000: something "
                  "else is there, or ulimit -v is too small");
    for (uint32_t R = 0; R < CRIT_BL_REGIONS; ++R)
      TABLE[R].Size = ~0ull;
    // Out of bounds, in any case; Lookup says so.
    TABLE[CRIT_BL_WINDOW_REGION].Size = 0;
    readOptions();
    critHeapInit();
    critStackInit();
    critSlowInit();
    critLibcInit();
    critGlobalsInit();
    __atomic_store_n(&critBlReady, true, __ATOMIC_RELEASE);
  }
  critBlUnlock(&InitLock);
}

// Absent from static programs.
extern void *dlsym(void *, const char *) __attribute__((weak));
extern int dladdr(const void *, Dl_info *) __attribute__((weak));

// Our malloc comes first, and whoever preloads another one means that one.
static void refuseOtherMalloc(char **Env) {
  // libc has no environ yet.
  while (*Env && strncmp(*Env, "LD_PRELOAD=", 11) != 0)
    ++Env;
  if (!*Env || !dlsym || !dladdr)
    return;
  Dl_info Malloc, Libc;
  void *Next = dlsym(RTLD_NEXT, "malloc"), *Exit = dlsym(RTLD_NEXT, "_exit");
  if (!Next || !Exit || !dladdr(Next, &Malloc) || !dladdr(Exit, &Libc) ||
      Malloc.dli_fbase == Libc.dli_fbase)
    return;
  char Buffer[250];
  struct crit_text T = {Buffer, 0, sizeof(Buffer) - 1};
  critTextPut(&T, "malloc of ");
  critTextName(&T, Malloc.dli_fname, 100);
  critTextPut(&T, " (LD_PRELOAD) cannot be used in a program built with "
                  "-fcrit=boundless; unset LD_PRELOAD");
  Buffer[T.Length] = 0;
  critBlFatal(Buffer);
}

static void start(int Argc, char **Argv, char **Env) {
  critBlInit();
  refuseOtherMalloc(Env);
}

// Before the constructors of any library.
__attribute__((section(".preinit_array"), used)) static void (*Start)(
    int, char **, char **) = start;

// What pthread_atfork calls. That is in a part of libc that links with
// "-nodefaultlibs -lc" have passed by when they come to this archive.
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void),
                             void *);

__attribute__((constructor(101))) static void atFork(void) {
  __register_atfork(lockAll, unlockAll, unlockAll, NULL);
}

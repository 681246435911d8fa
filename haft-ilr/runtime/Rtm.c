//===- Rtm.c - hardware transactions of this process ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Rtm.h"

enum { Rtm = 1 << 11, RtmAlwaysAbort = 1 << 11 }; // in ebx; in edx

enum crit_rtm critRtmFromBits(uint32_t Ebx, uint32_t Edx) {
  if (!(Ebx & Rtm))
    return CRIT_RTM_NONE;
  return Edx & RtmAlwaysAbort ? CRIT_RTM_DISABLED : CRIT_RTM_USABLE;
}

static void cpuid(uint32_t Leaf, uint32_t *Eax, uint32_t *Ebx, uint32_t *Edx) {
  uint32_t Ecx = 0;
  __asm__ volatile("cpuid"
                   : "=a"(*Eax), "=b"(*Ebx), "+c"(Ecx), "=d"(*Edx)
                   : "a"(Leaf));
}

/// Kernel, hypervisor or microcode may let every transaction abort with the
/// bits still set (TSX_CTRL, TSX_FORCE_ABORT, which only they can read).
static int commitsAny(void) {
  for (uint32_t I = 0; I != 64; ++I) {
    uint32_t Status = ~0u;
    __asm__ volatile("xbegin 1f\n1:" : "+a"(Status)::"memory");
    if (Status != ~0u)
      continue;
    __asm__ volatile("xend" ::: "memory");
    return 1;
  }
  return 0;
}

enum crit_rtm critRtmFind(const struct crit_tx_standin *Standin) {
  uint32_t Eax, Ebx, Edx;
  if (Standin) {
    enum crit_rtm Found = critRtmFromBits(Standin->Ebx, Standin->Edx);
    return Found == CRIT_RTM_USABLE && Standin->AlwaysAborts ? CRIT_RTM_DISABLED
                                                             : Found;
  }
  cpuid(0, &Eax, &Ebx, &Edx);
  if (Eax < 7)
    return CRIT_RTM_NONE;
  cpuid(7, &Eax, &Ebx, &Edx);
  enum crit_rtm Found = critRtmFromBits(Ebx, Edx);
  return Found == CRIT_RTM_USABLE && !commitsAny() ? CRIT_RTM_DISABLED : Found;
}

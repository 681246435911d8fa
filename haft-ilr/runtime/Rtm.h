//===- Rtm.h - hardware transactions of this process ------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_RTM_H
#define CRIT_ILR_RTM_H

#include <stdint.h>

/// Code of xabort at a failed check.
#define CRIT_TX_ABORT_CODE 0xc1

enum { CRIT_TX_OFF, CRIT_TX_RTM, CRIT_TX_STANDIN };

/// __crit_tx_control, one per ELF image. Zero but for Asked until the program
/// starts. The code in TransactionCode.cpp knows this layout.
struct crit_tx_control {
  uint8_t Mode;      /* 0 */
  uint8_t Asked;     /* 1: -fcrit-recover=rtm */
  uint16_t Reserved0;
  uint32_t Length;   /* 4: instructions in a transaction */
  uint32_t Tries;    /* 8 */
  uint32_t Reserved1;
  uint64_t *Counters; /* 16: of the counters page, or null */
  uint32_t (*Begin)(void); /* 24: the stand-in's */
  void (*End)(void);       /* 32 */
  void (*Abort)(uint32_t Code); /* 40 */
};

/// __crit_tx_state, one per thread and ELF image.
struct crit_tx_state {
  int32_t Budget; /* instructions until the next transaction; 0: at once */
  int32_t Inside; /* written in the transaction, so taken back with it */
};

/// For tests: a program that defines crit_tx_standin (weak here) is taken to
/// run on a CPU with these words of CPUID leaf 7, whose three instructions are
/// these functions.
struct crit_tx_standin {
  uint32_t Ebx, Edx;
  uint32_t AlwaysAborts; /* what a probe would find */
  /* As xbegin: ~0 in the transaction, or, after an abort, its status, with all
     registers and memory as they were. */
  uint32_t (*Begin)(void);
  void (*End)(void);
  void (*Abort)(uint32_t Code);
};

enum crit_rtm { CRIT_RTM_NONE, CRIT_RTM_DISABLED, CRIT_RTM_USABLE };

/// What the feature bits in ebx and edx of CPUID leaf 7 say.
enum crit_rtm critRtmFromBits(uint32_t Ebx, uint32_t Edx);

/// Of this CPU, or of the stand-in's. Executes RTM instructions only where the
/// bits say that there are any.
enum crit_rtm critRtmFind(const struct crit_tx_standin *Standin);

#endif

//===- Registers.h - registers as they were at a failed check ---*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fail path is compiled for general registers only, so vector and mask
// registers still hold the values of the check until something else is called.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_REGISTERS_H
#define CRIT_ILR_REGISTERS_H

#include <stdint.h>

/// Pushed by __crit_ilr_fail, in the numbering of crit_site.Master. Gpr[4]
/// (rsp) is meaningless: the value at the check is the end of this struct.
struct crit_ilr_frame {
  uint64_t Gpr[16];
  const struct crit_func_record *Record; /* on the way back: rsp */
  int64_t Index;  /* of the site, perhaps with CRIT_SITE_RECOVERABLE */
  uint64_t Resume; /* there only with CRIT_SITE_RECOVERABLE */
};

/// Room for the legacy, AVX, mask and AVX-512 parts of XSAVE's standard form
/// (2688 bytes on Intel, 2432 on AMD, whose offsets differ).
#define CRIT_XSAVE_SIZE 2816

struct crit_ilr_vectors {
  uint8_t Area[CRIT_XSAVE_SIZE] __attribute__((aligned(64)));
  uint16_t Offset[8]; /* of each XSAVE component in Area; 0: CPU has it not */
  /* What is saved, found once: in virtual machines CPUID takes microseconds. */
  enum { CRIT_LAYOUT_UNKNOWN, CRIT_LAYOUT_FXSAVE, CRIT_LAYOUT_XSAVE } Layout;
  uint32_t Components;
};

/// Saves what this CPU and kernel have of xmm/ymm/zmm0-31 and k0-7.
void critIlrSaveVectors(struct crit_ilr_vectors *Vectors);

/// Value of register Reg, zero-extended to 512 bits. Returns its size in
/// bytes, 0 if there is no such register on this CPU.
uint32_t critIlrReadRegister(const struct crit_ilr_frame *Frame,
                             const struct crit_ilr_vectors *Vectors,
                             uint32_t Reg, uint64_t Value[8]);

/// Name of register Reg holding Bytes bytes ("rax", "xmm3", "zmm17", "k1").
void critIlrRegisterName(uint32_t Reg, uint32_t Bytes, char Name[8]);

#endif

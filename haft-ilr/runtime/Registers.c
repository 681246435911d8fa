//===- Registers.c - registers as they were at a failed check -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Registers.h"

// XSAVE components by their bit in XCR0.
enum { SSE = 1, AVX = 2, Mask = 5, ZmmHigh = 6, Zmm16 = 7 };
enum { LegacyXmmOffset = 160 };

struct cpuid {
  uint32_t Eax, Ebx, Ecx, Edx;
};

static struct cpuid cpuid(uint32_t Leaf, uint32_t Subleaf) {
  struct cpuid R;
  __asm__ volatile("cpuid"
                   : "=a"(R.Eax), "=b"(R.Ebx), "=c"(R.Ecx), "=d"(R.Edx)
                   : "a"(Leaf), "c"(Subleaf));
  return R;
}

static void findLayout(struct crit_ilr_vectors *Vectors) {
  uint32_t Wanted = 0, High;
  Vectors->Offset[SSE] = LegacyXmmOffset;
  if (!(cpuid(1, 0).Ecx & 1u << 27)) { // OSXSAVE
    Vectors->Layout = CRIT_LAYOUT_FXSAVE;
    return;
  }
  __asm__ volatile("xgetbv" : "=a"(Wanted), "=d"(High) : "c"(0));
  Wanted &= 1u << SSE | 1u << AVX | 1u << Mask | 1u << ZmmHigh | 1u << Zmm16;
  for (uint32_t I = AVX; I <= Zmm16; ++I) {
    if (!(Wanted & 1u << I))
      continue;
    struct cpuid Part = cpuid(0xd, I); // eax size, ebx offset
    if (Part.Ebx + Part.Eax > CRIT_XSAVE_SIZE)
      Wanted &= ~(1u << I);
    else
      Vectors->Offset[I] = (uint16_t)Part.Ebx;
  }
  Vectors->Components = Wanted;
  Vectors->Layout = CRIT_LAYOUT_XSAVE;
}

void critIlrSaveVectors(struct crit_ilr_vectors *Vectors) {
  if (Vectors->Layout == CRIT_LAYOUT_UNKNOWN)
    findLayout(Vectors);
  if (Vectors->Layout == CRIT_LAYOUT_FXSAVE)
    __asm__ volatile("fxsaveq %0" : "=m"(Vectors->Area));
  else
    __asm__ volatile("xsaveq %0"
                     : "+m"(*Vectors)
                     : "a"(Vectors->Components), "d"(0));
}

static uint32_t copyPart(const struct crit_ilr_vectors *Vectors, uint32_t Part,
                         uint32_t Index, uint32_t Bytes, uint64_t *Value) {
  if (!Vectors->Offset[Part])
    return 0;
  const uint8_t *From = Vectors->Area + Vectors->Offset[Part] + Index * Bytes;
  for (uint32_t I = 0; I < Bytes; I += 8)
    *Value++ = *(const uint64_t *)(const void *)(From + I);
  return Bytes;
}

uint32_t critIlrReadRegister(const struct crit_ilr_frame *Frame,
                             const struct crit_ilr_vectors *Vectors,
                             uint32_t Reg, uint64_t Value[8]) {
  for (uint32_t I = 0; I < 8; ++I)
    Value[I] = 0;
  if (Reg < 16) {
    Value[0] = Reg == 4 ? (uint64_t)(Frame + 1) : Frame->Gpr[Reg];
    return 8;
  }
  if (Reg < 32) {
    uint32_t Bytes = copyPart(Vectors, SSE, Reg - 16, 16, Value);
    Bytes += copyPart(Vectors, AVX, Reg - 16, 16, Value + 2);
    return Bytes + copyPart(Vectors, ZmmHigh, Reg - 16, 32, Value + 4);
  }
  if (Reg < 48)
    return copyPart(Vectors, Zmm16, Reg - 32, 64, Value);
  if (Reg < 56)
    return copyPart(Vectors, Mask, Reg - 48, 8, Value);
  return 0;
}

void critIlrRegisterName(uint32_t Reg, uint32_t Bytes, char Name[8]) {
  static const char Low[16][4] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp",
                                  "rsi", "rdi", "r8",  "r9",  "r10", "r11",
                                  "r12", "r13", "r14", "r15"};
  if (Reg < 16) {
    for (uint32_t I = 0; I < 4; ++I)
      Name[I] = Low[Reg][I];
    return;
  }
  if (Reg < 48) {
    *Name++ = Bytes > 32 ? 'z' : Bytes > 16 ? 'y' : 'x';
    *Name++ = 'm';
    *Name++ = 'm';
    Reg -= 16;
  } else {
    *Name++ = 'k';
    Reg -= 48;
  }
  if (Reg >= 10)
    *Name++ = (char)('0' + Reg / 10);
  *Name++ = (char)('0' + Reg % 10);
  *Name = 0;
}

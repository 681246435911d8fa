//===- check.h - failing checks made by hand --------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A record named "demo" with one site per way in which copies are kept, and a
// function for each that loads the copies and takes the way to the fail path
// which hardened code takes (crit/records.h). Functions return if both copies
// are equal.
//===----------------------------------------------------------------------===//
#ifndef CHECK_H
#define CHECK_H

#include "crit/crit.h"
#include "crit/records.h"

#define CHECK_STRING2(X) #X
#define CHECK_STRING(X) CHECK_STRING2(X)
#ifndef CHECK_NAME
#define CHECK_NAME demo
#endif
#ifndef CHECK_FILE
#define CHECK_FILE "src/demo.c"
#endif

__asm__(".pushsection crit_funcs,\"a\",@progbits\n"
        ".p2align 3\n"
        ".Ldemo_record:\n"
        "  .long 0x31545243, .Ldemo_end - .Ldemo_record\n"
        ".Ldemo_offset:\n"
        "  .long .Ldemo_code - .Ldemo_offset\n"
        "  .byte 1, 0\n  .short 1\n"
        "  .long 10, 3, 1, 9, 1, 1\n"
        // line | log2 width << 24; file, kind, master, shadow
        "  .long 42 | 3 << 24\n  .byte 0, 0, 0, 1\n"    // 0 rax rcx
        "  .long 43 | 0 << 24\n  .byte 0, 4, 2, 9\n"    // 1 dl r9b
        "  .long 44 | 4 << 24\n  .byte 0, 1, 19, 28\n"  // 2 xmm3 xmm12
        "  .long 45 | 5 << 24\n  .byte 0, 6, 17, 31\n"  // 3 ymm1 ymm15
        "  .long 46 | 6 << 24\n  .byte 0, 6, 33, 18\n"  // 4 zmm17 zmm2
        "  .long 47 | 1 << 24\n  .byte 0, 11, 49, 50\n" // 5 k1 k2
        "  .long 48 | 2 << 24\n  .byte 0, 7, 6, 255\n"  // 6 esi is the difference
        "  .long 0xff000000\n  .byte 255, 7, 255, 255\n" // 7 nothing known
        "  .long 49 | 3 << 24\n  .byte 0, 99, 4, 4\n"   // 8 unknown kind, rsp
        "  .long 9, 1\n"
        "  .asciz \"" CHECK_STRING(CHECK_NAME) "\"\n"
        "  .asciz \"" CHECK_FILE "\"\n"
        "  .p2align 3\n"
        ".Ldemo_end:\n"
        ".popsection\n"
        ".pushsection .text.demo_tail,\"ax\",@progbits\n"
        ".Ldemo_tail:\n"
        ".Ldemo_code:\n"
        "  pushq %rax\n  leaq .Ldemo_record(%rip), %rax\n"
        "  xchgq %rax, (%rsp)\n  jmp __crit_ilr_fail\n"
        ".popsection\n");

#define CHECK_STUB(INDEX)                                                      \
  "  ret\n1:  pushq $" #INDEX "\n  jmp .Ldemo_tail\n"

__attribute__((naked, unused)) static void failGpr(uint64_t A, uint64_t B) {
  __asm__("movq %rdi, %rax\n  movq %rsi, %rcx\n"
          "  cmpq %rcx, %rax\n  jne 1f\n" CHECK_STUB(0));
}

__attribute__((naked, unused)) static void failByte(uint64_t A, uint64_t B) {
  __asm__("movq %rdi, %rdx\n  movq %rsi, %r9\n"
          "  cmpb %r9b, %dl\n  jne 1f\n" CHECK_STUB(1));
}

__attribute__((naked, unused)) static void failXmm(const void *A,
                                                   const void *B) {
  __asm__("movdqu (%rdi), %xmm3\n  movdqu (%rsi), %xmm12\n"
          "  movdqa %xmm3, %xmm0\n  pcmpeqb %xmm12, %xmm0\n"
          "  pmovmskb %xmm0, %eax\n  cmpl $0xffff, %eax\n"
          "  jne 1f\n" CHECK_STUB(2));
}

__attribute__((naked, unused)) static void failYmm(const void *A,
                                                   const void *B) {
  __asm__("vmovdqu (%rdi), %ymm1\n  vmovdqu (%rsi), %ymm15\n"
          "  vpxor %ymm1, %ymm15, %ymm0\n  vptest %ymm0, %ymm0\n"
          "  jne 1f\n" CHECK_STUB(3));
}

__attribute__((naked, unused)) static void failZmm(const void *A,
                                                   const void *B) {
  __asm__("vmovdqu64 (%rdi), %zmm17\n  vmovdqu64 (%rsi), %zmm2\n"
          "  vpcmpneqq %zmm2, %zmm17, %k1\n  kortestb %k1, %k1\n"
          "  jne 1f\n" CHECK_STUB(4));
}

__attribute__((naked, unused)) static void failMask(uint64_t A, uint64_t B) {
  __asm__("kmovq %rdi, %k1\n  kmovq %rsi, %k2\n  kxorw %k1, %k2, %k3\n"
          "  kortestw %k3, %k3\n  jne 1f\n" CHECK_STUB(5));
}

__attribute__((naked, unused)) static void failDifference(uint64_t Bits) {
  __asm__("movq %rdi, %rsi\n  testl %esi, %esi\n  jne 1f\n" CHECK_STUB(6));
}

__attribute__((naked, unused)) static void failUnknown(void) {
  __asm__("cmpl %esp, %esp\n  je 1f\n" CHECK_STUB(7));
}

__attribute__((naked, unused)) static void failStrangeKind(void) {
  __asm__("cmpl %esp, %esp\n  je 1f\n" CHECK_STUB(8));
}

__attribute__((naked, unused)) static void failNoSuchSite(void) {
  __asm__("cmpl %esp, %esp\n  je 1f\n" CHECK_STUB(1000));
}

#endif

# Two hardened functions, one plain one, and a failure path.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

.macro record label, code, mode, name, sites, reasons
  .section crit_funcs,"a",@progbits
  .p2align 3
\label:
  .long 0x31545243, .Lend\@ - \label
.Loffset\@:
  .long \code - .Loffset\@
  .byte \mode, 0
  .short 1
  .long 20, 4, 2, \sites, \reasons, 1
  .if \sites > 0
  .long 10 | 3 << 24
  .byte 0, 0, 0, 1           # store-value rax rcx
  .endif
  .if \sites > 1
  .long 11 | 2 << 24
  .byte 0, 7, 2, 14          # branch rdx r14
  .endif
  .if \sites > 2
  .long 12 | 4 << 24
  .byte 0, 6, 17, 18         # return xmm1 xmm2
  .endif
  .if \reasons > 0
  .long 3, 2
  .endif
  .asciz "\name"
  .asciz "hand.c"
  .p2align 3
.Lend\@:
  .text
.endm

  .text
  .globl first, plain, __crit_ilr_fail
  .type first, @function
  .type second, @function
  .type plain, @function
  .type __crit_ilr_fail, @function

first:
  .cfi_startproc
  cmpq %rcx, %rax
  jne .Lfirst0
  cmpl %r14d, %edx
  je .Lon                    # decided the other way round
  jmp .Lfirst1
.Lon:
  pcmpeqb %xmm1, %xmm2
  pmovmskb %xmm2, %eax
  cmpl $0xffff, %eax
  je .Ldone
.Lfirst2:                    # right behind the jump
  pushq $2
  jmp .Lfirst_tail
.Ldone:
  ret
.Lfirst0:
  pushq $0
  jmp .Lfirst_tail
.Lfirst1:
  pushq $1
.Lfirst_tail:
  pushq %rax
  leaq first_record(%rip), %rax
  xchgq %rax, (%rsp)
  jmp __crit_ilr_fail
  .cfi_endproc
  .size first, . - first

second:
  .cfi_startproc
  cmpq %rax, %rcx
  jne .Lsecond0
  ret
.Lsecond0:
  pushq $0
  pushq %rax
  leaq second_record(%rip), %rax
  xchgq %rax, (%rsp)
  jmp __crit_ilr_fail
  .cfi_endproc
  .size second, . - second

plain:
  .cfi_startproc
  leaq 1(%rdi), %rax
  ret
  .cfi_endproc
  .size plain, . - plain
  .p2align 4

  .section .text.__crit_ilr_fail,"ax",@progbits
__crit_ilr_fail:
  .byte 0x41,0x57,0x41,0x56,0x41,0x55,0x41,0x54,0x41,0x53,0x41,0x52,0x41,0x51
  .byte 0x41,0x50,0x57,0x56,0x55,0x54,0x53,0x52,0x51,0x50,0xfc
  ud2
  .size __crit_ilr_fail, . - __crit_ilr_fail

record first_record, first, 1, first, 3, 1
record second_record, second, 1, second, 1, 0

# Functions in which every possible operand fault has one known outcome.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
	.text

# What is written is overwritten before it is read.
	.globl masked
	.type masked,@function
masked:
	movq $123, %r11
	movq $456, %r10
	movq $7, %r11
	movq $8, %r10
	.size masked, .-masked
	xorl %r11d, %r11d
	xorl %r10d, %r10d
	movq %rdi, %rax
	ret

# Every bit of the value is printed.
	.globl sdc
	.type sdc,@function
sdc:
	movq %rdi, %rax
	notq %rax
	movq %rax, %rdi
	notq %rdi
	movq %rdi, %rax
	ret
	.size sdc, .-sdc

# A flipped carry takes the branch.
	.globl crash
	.type crash,@function
crash:
	stc
	jnc 1f
	clc
	jc 1f
	.size crash, .-crash
	movq %rdi, %rax
	ret
1:	ud2

	.globl hang
	.type hang,@function
hang:
	stc
	jnc 1f
	.size hang, .-hang
	movq %rdi, %rax
	ret
1:	jmp 1b

# Stops as hardened code does, with a report ...
	.globl detected
	.type detected,@function
detected:
	stc
	jnc 1f
	.size detected, .-detected
	movq %rdi, %rax
	ret
1:	movl $1, %eax
	movl $2, %edi
	leaq report(%rip), %rsi
	movl $report_end-report, %edx
	syscall
2:	movl $231, %eax
	movl $86, %edi
	syscall

# ... and without: that is no detection.
	.globl unreported
	.type unreported,@function
unreported:
	stc
	jnc 2b
	.size unreported, .-unreported
	movq %rdi, %rax
	ret

# Ends by abort(): the copy must be able to signal itself.
	.globl aborts
	.type aborts,@function
aborts:
	stc
	jnc 1f
	.size aborts, .-aborts
	movq %rdi, %rax
	ret
1:	andq $-16, %rsp
	call abort@PLT

# Every bit of a vector register.
	.globl vector
	.type vector,@function
vector:
	movq %rdi, %xmm0
	punpcklqdq %xmm0, %xmm0
	.size vector, .-vector
	.type vector_body,@function
vector_body:
	movdqa %xmm0, %xmm1
	movdqa %xmm1, %xmm2
	.size vector_body, .-vector_body
	movhlps %xmm2, %xmm3
	movq %xmm2, %rax
	movq %xmm3, %rcx
	rolq $1, %rcx
	xorq %rdi, %rcx
	rolq $1, %rdi
	xorq %rdi, %rcx
	xorq %rcx, %rax
	ret

# Every bit of a mask register (needs AVX512BW).
	.globl mask
	.type mask,@function
mask:
	kmovq %rdi, %k1
	knotq %k1, %k2
	kmovq %k2, %rax
	ret
	.size mask, .-mask

# A rep counts once; its count decides what is copied.
	.globl strings
	.type strings,@function
strings:
	leaq target(%rip), %rdx
	movq %rdi, %r8
	leaq source(%rip), %rsi
	movq %rdx, %rdi
	movl $8, %ecx
	rep movsb
	.size strings, .-strings
	movq target(%rip), %rax
	addq %r8, %rax
	ret

# A wrong address is wrong for one instruction only: the register is read again.
	.globl address
	.type address,@function
address:
	leaq target(%rip), %rdx
	movq %rdi, %rcx
	movq %rdx, %r8
	.size address, .-address
	.type address_body,@function
address_body:
	movq (%rdx), %rax
	.size address_body, .-address_body
	subq %r8, %rdx
	leaq (%rcx,%rdx), %rax
	ret

	.section .rodata
report:	.ascii "crit: ilr: mismatch test at known.s:1 in detected core=0 bits=0x1 pid=1 tid=1; stopped\n"
report_end:
source:	.ascii "abcdefgh"
	.local target
	.comm target,64,16
	.section .note.GNU-stack,"",@progbits

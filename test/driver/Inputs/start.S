#define EXIT_SYSCALL 60
        .globl _start
        .type _start, @function
_start:
        mov $EXIT_SYSCALL, %eax
        xor %edi, %edi
        syscall
        .size _start, .-_start
        .section .note.GNU-stack,"",@progbits

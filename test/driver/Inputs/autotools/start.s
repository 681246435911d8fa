        .globl fromassembly
        .type fromassembly, @function
fromassembly:
        mov $7, %eax
        ret
        .size fromassembly, .-fromassembly
        .section .note.GNU-stack,"",@progbits

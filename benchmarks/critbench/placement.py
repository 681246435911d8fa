# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds of one program at several places in a line of 64 bytes."""

import os

from .compilers import compiler_command, run_compiler


def make_pads(plain, placements, folder):
    """Objects that move what is linked behind them by 0, 16, ... bytes."""
    pads = []
    for number in range(placements):
        base = os.path.join(folder, f"pad{number}")
        with open(base + ".s", "w", encoding="ascii") as file:
            file.write(f".text\n.p2align 6\n.skip {16 * number}, 0xcc\n"
                       '.section .note.GNU-stack,"",@progbits\n')
        run_compiler(compiler_command(plain) +
                     ["-c", base + ".s", "-o", base + ".o"])
        pads.append(base + ".o")
    return pads


def build_placed(command, source, base, pads):
    """Compiles source to base.o; links it behind each pad; the programs."""
    run_compiler(command + ["-c", source, "-o", base + ".o"])
    placed = [f"{base}.{n}" for n in range(len(pads))]
    for pad, program in zip(pads, placed):
        run_compiler(command + [pad, base + ".o", "-o", program])
    return placed

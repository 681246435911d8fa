#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""inject.py FLIP OBJDUMP EXPECTED COUNT BIT PROGRAM: flips BIT of the result of
each multiplication by K in work() of PROGRAM, at its COUNTth execution (3+: from
then on), one run each. Prints a line for each run (right, wrong or the exit
status) with what the program said on stderr."""
import re
import subprocess
import sys

flip, objdump, expected, count, bit, program = sys.argv[1:]
code = subprocess.run([objdump, "-d", "--no-show-raw-insn",
                       "--disassemble-symbols=work", program],
                      capture_output=True, text=True, check=True).stdout
found = re.findall(r"^\s*([0-9a-f]+):\s+imul\w*\s+[^#\n]*bd1e995[^#\n]*%(\w+)\s*(?:#.*)?$", code, re.M)
if not found:
    sys.exit("inject.py: no multiplication by K in work()")
for address, register in found:
    register = re.sub(r"^e(..)$", r"r\1", re.sub(r"^(r\d+)d$", r"\1", register))
    run = subprocess.run([flip, address, count, register, bit, "--", program],
                         capture_output=True, text=True)
    result = f"exit {run.returncode}" if run.returncode else \
        "right" if run.stdout == open(expected).read() else "WRONG"
    print(result, " ".join(run.stderr.split()))

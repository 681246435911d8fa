#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""show.py FILE [FUNCTION...]: final machine code of hardened functions, made
readable for FileCheck.

A jump to a failure stub is shown as "jne <store-value>", the kind of check it
belongs to; the stubs themselves are left out. Other jump targets get labels L1,
L2... in the order of the code; relocations stand where they apply. Above each
function stands its record. Without FUNCTION: the records alone."""
import re
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

DEFS = Path(__file__).resolve().parents[3] / "runtime/include/crit"


def names(file):
    text = (DEFS / file).read_text()
    rows = re.findall(r'^CRIT_\w+\(\w+, (\d+), "([^"]+)"', text, re.M)
    return {int(number): name for number, name in rows}


CHECKS, REASONS = names("checks.def"), names("reasons.def")
MODES = {0: "none", 1: "ilr", 2: "haft", 3: "delta"}


def record_sections(data):
    assert data[:6] == b"\x7fELF\x02\x01", "not a 64-bit little-endian ELF file"
    table, = struct.unpack_from("<Q", data, 40)
    size, count, strings = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]
    base = headers[strings][4]
    for name, _, _, _, offset, length in headers:
        end = data.index(b"\0", base + name)
        if data[base + name:end] == b"crit_funcs":
            yield data[offset:offset + length]


def records(data):
    """name, mode, counts, kinds of the checks by index, reasons"""
    for section in record_sections(data):
        at = 0
        while at < len(section):
            magic, size, _, mode, _, _, twice, once, bare, sites, reasons, _ = \
                struct.unpack_from("<IIiBBHIIIIII", section, at)
            if magic == 0:
                at += 4
                continue
            assert magic == 0x31545243, "bad record"
            body = at + 40
            kinds = [CHECKS[section[body + 8 * i + 5] & 0x7f] for i in range(sites)]
            body += 8 * sites
            why = {REASONS[r]: n for r, n in
                   (struct.unpack_from("<II", section, body + 8 * i) for i in range(reasons))}
            body += 8 * reasons
            name = section[body:section.index(b"\0", body)].decode()
            yield name, MODES[mode], (twice, once, bare), kinds, why
            at += size


def headline(record):
    name, mode, (twice, once, bare), kinds, why = record
    parts = [f"record {name}: {mode}", f"twice={twice}", f"once={once}",
             f"unprotected={bare}"]
    parts += [f"{k}={n}" for k, n in sorted(Counter(kinds).items())]
    parts += [f"reason:{k}={n}" for k, n in sorted(why.items())]
    return " ".join(parts)


def disassemble(file, function):
    """(address, text) of each instruction, relocations filled in"""
    out = subprocess.run(
        ["llvm-objdump", "-dr", "--no-show-raw-insn", f"--disassemble-symbols={function}", file],
        check=True, capture_output=True, text=True).stdout
    code = []
    for line in out.splitlines():
        if m := re.match(r"\s*([0-9a-f]+):\s+(.*)", line):
            if m[2].startswith("R_X86"):
                symbol = re.sub(r"[-+]0x[0-9a-f]+$", "", m[2].split()[-1])
                address, text = code[-1]
                if re.match(r"(call|j)", text):
                    text = text.split()[0] + " " + symbol
                else:
                    text = re.sub(r"(0x0)?\((%rip)?", symbol + r"(\2", text, count=1)
                code[-1] = address, text
            elif not m[2].startswith("<"):
                text = re.sub(r"\s*#.*", "", m[2])
                code.append((int(m[1], 16), re.sub(r"\s+", " ", text)))
    return code


def show(file, record):
    name, kinds = record[0], record[3]
    code = disassemble(file, name)
    text = [t for _, t in code]
    tail = next((a for i, (a, t) in enumerate(code) if t == "pushq %rax" and
                 text[i + 2:i + 3] == ["xchgq %rax, (%rsp)"]), None)
    target = [int(m[1], 16) if (m := re.match(r"j\w+ 0x([0-9a-f]+) <", t)) else None
              for t in text]
    stubs, dropped = {}, set()
    for i, (address, t) in enumerate(code):
        m = re.match(r"pushq \$0x([0-9a-f]+)$", t)
        if m and i + 1 < len(code) and tail is not None and target[i + 1] == tail:
            stubs[address] = kinds[int(m[1], 16)]
            dropped |= {i, i + 1}
        if address == tail:
            dropped |= set(range(i, i + 4))
    labels = {}
    for t in sorted({t for i, t in enumerate(target)
                     if t is not None and i not in dropped and t not in stubs}):
        labels[t] = f"L{len(labels) + 1}"
    print(f"{name}:")
    for i, (address, t) in enumerate(code):
        if i in dropped:
            continue
        if address in labels:
            print(f"{labels[address]}:")
        if target[i] is not None:
            where = stubs.get(target[i])
            t = t.split()[0] + " " + (f"<{where}>" if where else labels[target[i]])
        print(f"  {t}")
    print(f"end of {name}")


def main(file, *functions):
    found = list(records(Path(file).read_bytes()))
    for record in found:
        if not functions or record[0] in functions:
            print(headline(record))
            if functions:
                show(file, record)
    missing = set(functions) - {r[0] for r in found}
    if missing:
        sys.exit(f"show.py: no record of {', '.join(sorted(missing))} in {file}")


main(*sys.argv[1:])

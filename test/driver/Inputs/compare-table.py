"""Compares the driver's view of command lines with clang's own.

usage: compare-table.py CRIT_CLANG CLANG CLANG_OPTIONS_DEF WORKDIR [--all]

clang's view is `-ccc-print-phases`: which words are inputs, whether a linker
runs, whether anything is compiled. Every row of ClangOptions.def is tried, with
options as values (`-o -c`), then command lines that broke wrappers before.
With --all also every option clang can complete: none that takes the next word
or stops early may be missing from the table. That takes a minute.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

CRIT, CLANG, TABLE, WORK = sys.argv[1:5]
# Wherever clang looks at a value while reading options, it must be a good one.
VALUES = {
    "-x": "c", "--language": "c", "-target": "x86_64-linux-gnu",
    "--config": "./empty.cfg", "-working-directory": ".",
}
# Not for this target or not implemented: clang ends with an error of its own.
REFUSED = {"-Zlinker-input", "-V", "--print-enabled-extensions", "-print-enabled-extensions",
           "-specs", "--specs"}
FILES = ["a.c", "v.c", "a.o", "x.h", "s.S", "t.s", "b.bc", "p.i", "q.cpp", "n", "w.xyz",
         "-c", "-dash.c", "out"]
LINES = """
a.c
-c a.c
-c a.c q.cpp s.S
a.c -o -c
a.c -MD -MF -E
a.c -include -S
a.c -o -E
a.c -Xlinker -c
a.c -Xclang -S
a.c -I -c
a.c -D -E
a.c -L -S a.o
-S a.c -o out.s
-E a.c
-M a.c
-MM a.c
-MD -c a.c
-MMD a.c
-MD a.c
-fsyntax-only a.c
-c -emit-llvm a.c
-S -emit-llvm a.c
--analyze a.c
--precompile q.cpp
-x c++-header x.h
x.h
-c x.h
x.h -o x.pch
a.o
a.o n w.xyz
a.o -r
-r a.o
-nostdlib -r a.o
-shared a.o
-shared a.c
-static a.c
-static-pie a.c
-nostdlib -nostartfiles a.c
-x c -
-x c - a.o
-x c n -x none a.o
-xc n
-x assembler n
-c -x c n
-E -
b.bc
-c b.bc
p.i
t.s
s.S
-c s.S
-v
-v a.c
-Wl,-z,now
-lm
-z now
-rpath x a.o
-Wl,-r a.o
-Xlinker -r a.o
-- -dash.c
-c -- -dash.c
a.c -- -c
-flto a.c
-flto=thin -c a.c
--assemble a.c
--compile a.c
--preprocess a.c
--dependencies a.c
--user-dependencies a.c
-E -c a.c
-c -S a.c
-S -c a.c
-fsyntax-only -c a.c
-M -c a.c
--output out a.c
--output=out -c a.c
--include-directory . a.c
--param ssp-buffer-size=4 a.c
-u -c a.c
-e -c a.c
-T -c a.c
-isystem -c a.c
-Xassembler -c a.c
-Xpreprocessor -E a.c
-mllvm -c a.c
--for-linker -c a.c
-framework -c a.o
@args.rsp
@nested.rsp a.o
""".strip().splitlines()


def run(args):
    # In a pipe and without input: "-" must not wait for the terminal.
    p = subprocess.run(args, cwd=WORK, stdin=subprocess.DEVNULL, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout


def ours(args):
    code, out = run([CRIT, "--crit-print-facts"] + args)
    inputs = re.findall(r"^input: (.*) (code|header|assembly|object)$", out, re.M)
    # "-Xlinker x": clang shows the value only.
    inputs = [(n[n.rfind(" ") + 1:], "source" if c in ("code", "header") else c) for n, c in inputs]
    files = sorted({i for i in inputs if i[0] in FILES + ["-"]})
    return files, "compiles: yes" in out, "links: yes" in out


def theirs(args):
    code, out = run([CLANG, "-ccc-print-phases"] + args)
    errors = [l for l in out.splitlines() if "error:" in l]
    inputs = re.findall(r'\d+: input, "([^"]*)", (.*)$', out, re.M)

    def group(kind):
        kind = kind.split(",")[0]
        return kind if kind == "object" else "assembly" if "assembler" in kind else "source"

    # A set: device code has its inputs twice.
    files = sorted({(n, group(k)) for n, k in inputs if n in FILES + ["-"]})
    # A pre-processed or checked file is never compiled; .s is not compiled.
    compiles = bool(re.search(r"(backend|precompiler), |compiler, \{\d+\}, ir$", out, re.M))
    return errors, files, compiles, ": linker," in out


def check(args):
    errors, files, compiles, links = theirs(args)
    if errors:
        return "clang: " + errors[0]
    if "--precompile" in args:
        compiles = True  # see ClangOptions.def
    mine = ours(args)
    if not links:
        # clang leaves out what is only for the linker.
        mine = ([f for f in mine[0] if f[1] != "object"],) + mine[1:]
        files = [f for f in files if f[1] != "object"]
    if not files and not links:
        # Stopped before it looked at inputs: no code may be expected either.
        mine, compiles = ([],) + mine[1:], False
    if mine != (files, compiles, links):
        return f"driver says {mine}, clang {(files, compiles, links)}"
    return None


def rows():
    with open(TABLE) as f:
        text = f.read()
    for spelling, n in re.findall(r'^CLANG_VALUE\("(.*)", (\d)\)$', text, re.M):
        value = VALUES.get(spelling, "v.c")
        if value and spelling not in REFUSED:
            yield [spelling] + [value] * int(n) + ["a.c"]
    for spelling, n in re.findall(r'^CLANG_VALUE_PREFIX\("(.*)", (\d)\)$', text, re.M):
        yield [spelling + "x86_64", "-Dv.c", "a.c"]
    for spelling, _ in re.findall(r'^CLANG_STOP\("(.*)", (.*)\)$', text, re.M):
        if not spelling.startswith("-ccc-print") and spelling not in REFUSED | {"-fdriver-only"}:
            yield [spelling, "a.c"]
    for spelling in re.findall(r'^CLANG_LINKER_INPUT\("(.*)"\)$', text, re.M):
        if f'CLANG_VALUE("{spelling}"' not in text:
            yield [spelling]
    for suffix in re.findall(r'^CLANG_TYPE\("(.*)", ', text, re.M):
        # An intermediate file of cuda: compiled, but never linked on its own.
        yield ["suffix." + suffix] + (["-c"] if suffix == "cui" else [])
    for name in re.findall(r'^CLANG_LANGUAGE\("(.*)", ', text, re.M):
        if name != "object-file":
            yield ["-x", name, "n"]


def every_option():
    for prefix in ("-", "--"):
        for line in run([CLANG, "--autocomplete=" + prefix])[1].splitlines():
            name = line.split("\t")[0].strip()
            if name.startswith("-") and name not in REFUSED and not name.startswith("-ccc-print"):
                yield [name, "v.c", "a.c"]


def main():
    os.makedirs(WORK, exist_ok=True)
    with open(TABLE) as f:
        FILES.extend("suffix." + s for s in re.findall(r'^CLANG_TYPE\("(.*)", ', f.read(), re.M))
    for name in FILES + ["empty.cfg"]:
        open(os.path.join(WORK, name), "w").close()
    with open(os.path.join(WORK, "args.rsp"), "w") as f:
        f.write("-c \"a.c\"\n'q.cpp' -D\\ v.c -o \"\" out\n")
    with open(os.path.join(WORK, "nested.rsp"), "w") as f:
        f.write("@args.rsp -include -E\n")
    cases = list(rows()) + [line.split() for line in LINES]
    known_rows = len(cases)
    if "--all" in sys.argv:
        cases += every_option()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check, cases))
    bad = 0
    for i, (args, message) in enumerate(zip(cases, results)):
        # Of the rest many need a value or another target: clang's refusal
        # leaves nothing to compare.
        if message and not (i >= known_rows and message.startswith("clang:")):
            bad += 1
            print(" ".join(args), "--", message)
    print(f"{len(cases)} command lines, {bad} differ")
    return bad != 0


sys.exit(main())

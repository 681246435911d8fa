#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random C programs: hardened builds must do what plain clang's do.

For each seed, csmith writes a program; plain clang -O0 says what it prints.
The hardened build at every level must print the same and end the same way. On
a difference the plain compiler is asked at that level too: where plain clang
disagrees with itself, the program is 'unstable' and only its hardened build at
that same level is held to plain clang's answer.

  csmith.py --ci                       200 programs, for CI
  csmith.py --seeds 1-10000 --resume   the long run
  csmith.py --seeds 7 --keep           look at one seed
  csmith.py --also=-fcrit=haft         a second technique on the same programs

Exit code: 0 no difference, 1 differences, 2 cannot run.
"""

import argparse
import itertools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

from diffrun import (VERIFY, DiffError, Progress, add_common_arguments,
                     arguments, compile_program, cxx_of, essence, for_each,
                     run_program, section_names, split_compilers)

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Everything csmith has switched on, floats without punning them to integers
# (which would break C's aliasing rules). Seeds take the profiles in turn.
COMMON = ["--concise", "--float", "--strict-float", "--bitfields",
          "--packed-struct", "--structs", "--unions", "--arg-structs",
          "--return-structs", "--arg-unions", "--return-unions", "--volatiles",
          "--jumps", "--embedded-assigns", "--longlong", "--math64", "--divs",
          "--pointers"]
PROFILES = [
    ("default", "c", []),
    ("many small functions", "c",
     ["--max-funcs", "16", "--max-block-size", "3", "--max-block-depth", "3"]),
    ("large expressions", "c",
     ["--max-funcs", "5", "--max-expr-complexity", "18"]),
    ("deep loops", "c",
     ["--max-funcs", "5", "--max-block-depth", "7", "--max-array-dim", "2"]),
    ("integers", "c", ["--no-float"]),
    ("C++", "cpp", ["--lang-cpp", "--cpp11", "--no-float", "--max-funcs", "7"]),
]
BUILD = ["-w", "-Wno-incompatible-pointer-types", "-Wno-narrowing",
         "-Wno-c++11-narrowing", "-ffp-contract=off", "-fno-crash-diagnostics"]
HARDENED_SECONDS = 30


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_common_arguments(parser, ROOT)
    add = parser.add_argument
    add("--seeds", default="1-200", metavar="A-B", help="seeds (1-200)")
    add("--levels", default="-O0,-O1,-O2,-O3",
        help="levels, also -Os,-Oz (-O0,-O1,-O2,-O3)")
    add("--march", default="", metavar="LIST",
        help="comma list of -march values, 'default' for none; every level "
             "is built for each")
    add("--also", action="append", default=[], metavar="FLAGS",
        help="build with these flags too, beside --flags; repeatable")
    add("--timeout", type=float, default=5,
        help="seconds for the plain -O0 program; slower ones are skipped (5)")
    add("--verify-machineinstrs", action="store_true",
        help="have LLVM verify the machine code of the hardened builds")
    add("--out", default=os.path.join(ROOT, "build/differential/csmith"),
        help="failing seeds and the state of the run")
    add("--resume", action="store_true", help="skip seeds already done")
    add("--keep", action="store_true", help="keep the programs in --out")
    args = parser.parse_args(arguments("--flags", "--also", "--levels"))
    if args.ci:
        args.timeout = min(args.timeout, 2)
    try:
        first, _, last = args.seeds.partition("-")
        args.seed_list = range(int(first), int(last or first) + 1)
    except ValueError:
        parser.error(f"--seeds: '{args.seeds}' is not A-B")
    args.levels = args.levels.split(",")
    args.march = [name for name in args.march.split(",") if name] or ["default"]
    return args


def find_include():
    for folder in ("/usr/include/csmith", "/usr/local/include/csmith"):
        if os.path.exists(os.path.join(folder, "csmith.h")):
            return folder
    for path, _, files in os.walk("/usr/include"):
        if "csmith.h" in files:
            return path
    raise DiffError("csmith.h not found: apt-get install libcsmith-dev")


class Runner:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.build = BUILD + ["-I", find_include()]

    def csmith_command(self, seed):
        _, language, options = PROFILES[seed % len(PROFILES)]
        return ["csmith", "--seed", str(seed)] + COMMON + options, language

    def generate(self, seed):
        command, language = self.csmith_command(seed)
        path = os.path.join(self.folder, f"seed-{seed}.{language}")
        # csmith writes a platform.info where it runs, or reads the one there:
        # beside another that is just writing it, it ends with 255.
        with open(path, "wb") as file, \
                tempfile.TemporaryDirectory(dir=self.folder) as place:
            try:
                done = subprocess.run(command, stdout=file, timeout=60,
                                      stderr=subprocess.DEVNULL, cwd=place)
            except subprocess.TimeoutExpired:
                return None  # some seeds keep csmith itself busy for ever
        if done.returncode:
            raise DiffError(f"{shlex.join(command)}: exit {done.returncode}")
        return path

    def command(self, compiler, source, flags, program):
        if source.endswith(".cpp"):
            compiler = cxx_of(compiler)
        return compiler + flags + self.build + [source, "-o", program]

    def plain(self, source, flags, seconds):
        """Returns (outcome or None, compiler error)."""
        program = source + ".plain" + "".join(flags)
        error = compile_program(self.command(self.args.plain, source, flags,
                                             program))
        if error:
            return None, error
        outcome = run_program([program], seconds)
        os.unlink(program)
        return outcome, ""

    def hardened_flags(self, variant, level, march):
        flags = [level] + variant
        if march != "default":
            flags.append(f"-march={march}")
        if self.args.verify_machineinstrs:
            flags += VERIFY
        return flags

    def hardened(self, source, variant, level, march, want):
        """Returns ('passed' | 'unstable' | 'failed', reason)."""
        flags = self.hardened_flags(variant, level, march)
        program = f"{source}.hard{level}.{march}"
        error = compile_program(self.command(self.args.cc, source, flags,
                                             program))
        if error:
            return "failed", error
        sections = section_names(program)
        outcome = run_program([program], HARDENED_SECONDS)
        os.unlink(program)
        if self.args.section and self.args.section not in sections:
            return "failed", f"not hardened: no section {self.args.section}"
        why = outcome.differs(want)
        if not why:
            return "passed", ""
        plain_flags = [level] + ([] if march == "default"
                                 else [f"-march={march}"])
        same_level, error = self.plain(source, plain_flags, HARDENED_SECONDS)
        if same_level and same_level.differs(want):
            why = outcome.differs(same_level)
            return ("failed", f"unstable program, and {why}") if why else (
                "unstable", "plain clang disagrees with its -O0")
        return "failed", why + error

    def seed(self, seed):
        """Tests one seed: (result, [(flags, level, march, reason)])."""
        source = self.generate(seed)
        if not source:
            return "timeout", []
        try:
            want, error = self.plain(source, ["-O0"], self.args.timeout)
            if error:
                return "rejected", [([], "-O0", "plain", error)]
            if want.status == "timeout":
                return "timeout", []
            worst, reasons = "passed", []
            for variant, march, level in itertools.product(
                    self.args.variants, self.args.march, self.args.levels):
                result, why = self.hardened(source, variant, level, march,
                                            want)
                if result == "failed":
                    worst = result
                elif result == "unstable" and worst == "passed":
                    worst = result
                if why:
                    reasons.append((variant, level, march, why))
            if worst == "failed":
                self.save(seed, source, reasons)
            return worst, reasons
        finally:
            if self.args.keep:
                shutil.copy(source, self.args.out)
            os.unlink(source)

    def save(self, seed, source, reasons):
        """Keeps a failing program with the commands that show the failure."""
        kept = os.path.join(self.args.out, os.path.basename(source))
        if not os.path.exists(kept):
            shutil.copy(source, kept)
        name = shlex.quote(os.path.basename(source))
        lines = ["#!/bin/sh", f"# {shlex.join(self.csmith_command(seed)[0])}",
                 'cd "$(dirname "$0")" || exit']
        plain = self.command(self.args.plain, os.path.basename(source),
                             ["-O0"], "./plain")
        lines += [shlex.join(plain), "./plain > plain.out; echo exit $?"]
        for variant, level, march, why in reasons:
            flags = self.hardened_flags(variant, level, march)
            command = self.command(self.args.cc, os.path.basename(source),
                                   flags, "./hardened")
            lines += [f"# {level} {march}: " + " ".join(why.split())[:300],
                      shlex.join(command),
                      "./hardened > hardened.out; echo exit $?",
                      f"diff plain.out hardened.out || echo {name} differs"]
        script = os.path.join(self.args.out, f"seed-{seed}.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        os.chmod(script, 0o755)


def settings(args):
    return {"cc": args.cc, "plain": args.plain, "flags": args.variants,
            "levels": args.levels, "march": args.march,
            "verify": args.verify_machineinstrs}


def open_state(args):
    """Returns (file to append to, {seed: result} of an earlier run)."""
    path = os.path.join(args.out, "state.jsonl")
    done = {}
    if args.resume and os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.endswith("\n")]
        if lines and lines[0] != settings(args):
            raise DiffError(f"{path} is of a run with other settings; remove "
                            f"it or give another --out")
        done = {line["seed"]: line["result"] for line in lines[1:]}
        return open(path, "a", encoding="utf-8"), done
    state = open(path, "w", encoding="utf-8")
    state.write(json.dumps(settings(args)) + "\n")
    return state, done


def run(args):
    split_compilers(args)
    args.variants = [args.flags] + [shlex.split(also) for also in args.also]
    if not shutil.which("csmith"):
        raise DiffError("csmith not found: apt-get install csmith "
                        "libcsmith-dev")
    os.makedirs(args.out, exist_ok=True)
    state, done = open_state(args)
    wanted = set(args.seed_list)
    counts = Counter(r for seed, r in done.items() if seed in wanted)
    todo = [seed for seed in args.seed_list if seed not in done]
    progress = Progress("csmith", len(todo))

    def finish(seed, outcome):
        result, reasons = outcome
        counts[result] += 1
        state.write(json.dumps({"seed": seed, "result": result}) + "\n")
        state.flush()
        if result in ("failed", "rejected"):
            for variant, level, march, why in reasons:
                where = shlex.join([*variant, level, march])
                progress.message(f"seed {seed} {where} {result}: "
                                 f"{essence(why)}")
        failed = f", {counts['failed']} failed" if counts["failed"] else ""
        progress.step(failed)

    with state, tempfile.TemporaryDirectory(prefix="csmith.") as folder:
        runner = Runner(args, folder)
        for_each(args.jobs, todo, runner.seed, finish)

    builds = len(args.variants) * len(args.levels) * len(args.march)
    skipped = counts["timeout"] + counts["rejected"]
    print(f"csmith: {len(wanted)} seeds x {builds} builds; "
          f"{counts['timeout']} too slow, {counts['rejected']} not accepted "
          f"by plain clang, {counts['unstable']} unstable in plain clang")
    if counts["failed"]:
        print(f"csmith: failing seeds are in {args.out}")
    print(f"{counts['passed'] + counts['unstable']} passed, "
          f"{counts['failed']} failed, {skipped} skipped")
    return 1 if counts["failed"] else 0


def main():
    args = parse_args()
    try:
        return run(args)
    except DiffError as error:
        print(f"csmith.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One small program per language construct: hardened must equal plain.

Every program in constructs/ is built plain and hardened at each level for each
CPU level, both are run, output and exit code compared. Plain clang's own
outputs must also agree over the levels, else the program itself is at fault.

Comment lines at the head of a program direct its builds:
  // FLAGS: ...     flags of both builds; several lines are several builds
  // LINK: ...      flags after the source
  // LEVELS: ...    only these levels
  // ARCH: ...      only these of: default x86-64 native avx2 avx512
  // NEEDS: ...     CPU features (as in /proc/cpuinfo) without which it is
                    compiled but not run
  // LIBRARY: ...   the source is also built as a shared library with these
                    flags, which the program is linked with
  // TWICE: ...     the source is also compiled to an object with these flags
                    by plain clang, and linked in: hardened meets unhardened
  // UNHARDENED: .. why a build may lack the section of hardened functions

  constructs.py --ci            default CPU at all levels, another at -O2
  constructs.py                 everything
  constructs.py --only sw,tls   programs whose name begins so

Exit code: 0 no difference, 1 differences, 2 cannot run.
"""

import argparse
import itertools
import os
import re
import shlex
import sys
import tempfile
from dataclasses import dataclass, field

from diffrun import (VERIFY, DiffError, Progress, add_common_arguments,
                     arguments, compile_program, cxx_of, essence, for_each,
                     run_program, section_names, split_compilers)

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAMS = os.path.join(HERE, "constructs")

LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os", "-Oz"]
# CPU level: (flags, features without which the program is not run)
ARCHS = {
    "default": ([], ""),
    "x86-64": (["-march=x86-64"], ""),
    "native": (["-march=native"], ""),
    "avx2": (["-march=x86-64-v3"], "avx2 bmi2 fma movbe f16c"),
    "avx512": (["-march=x86-64-v4"], "avx512f avx512bw avx512dq avx512vl"),
}
CI_EXTRA = ("avx512", "-O2")
BUILD = ["-ffp-contract=off", "-pthread", "-w", "-fno-crash-diagnostics"]
LANGUAGE = {".c": ["-std=gnu17"], ".cpp": ["-std=c++20"]}
RUN_SECONDS = 20


@dataclass
class Program:
    name: str
    source: str
    flags: list = field(default_factory=list)  # one list per FLAGS line
    link: list = field(default_factory=list)
    levels: list = field(default_factory=lambda: list(LEVELS))
    archs: list = field(default_factory=lambda: list(ARCHS))
    needs: list = field(default_factory=list)
    library: list = None
    twice: list = None
    unhardened: bool = False


def read_program(path):
    program = Program(os.path.splitext(os.path.basename(path))[0], path)
    with open(path, encoding="utf-8") as file:
        head = itertools.takewhile(lambda line: line.startswith("//"), file)
        for line in head:
            found = re.match(r"// ([A-Z]+):(.*)", line)
            if not found:
                continue
            key, words = found[1], shlex.split(found[2])
            if key == "FLAGS":
                program.flags.append(words)
            elif key == "UNHARDENED":
                program.unhardened = True
            elif key in ("LINK", "LEVELS", "NEEDS", "LIBRARY", "TWICE"):
                setattr(program, key.lower(), words)
            elif key == "ARCH":
                program.archs = words
            elif key != "SPDX":
                raise DiffError(f"{path}: unknown directive {key}")
    if not program.flags:
        program.flags = [[]]
    for value, known in ((program.levels, LEVELS), (program.archs, ARCHS)):
        for word in value:
            if word not in known:
                raise DiffError(f"{path}: no such level: {word}")
    return program


def cpu_features():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("flags"):
                return set(line.partition(":")[2].split())
    return set()


@dataclass
class Task:
    """A program with one set of flags for one CPU: its levels in turn."""
    program: Program
    flags: list
    arch: str
    levels: list
    number: int

    def title(self, level):
        flags = " ".join(self.flags)
        return (f"{self.program.name} {level} {self.arch}" +
                (f" {flags}" if flags else ""))


def make_tasks(args):
    tasks = []
    numbers = itertools.count()
    for name in sorted(os.listdir(PROGRAMS)):
        base, extension = os.path.splitext(name)
        if extension not in LANGUAGE:
            continue
        if args.only and not base.startswith(tuple(args.only.split(","))):
            continue
        program = read_program(os.path.join(PROGRAMS, name))
        for flags, arch in itertools.product(program.flags, program.archs):
            levels = [level for level in program.levels
                      if level in args.level_list]
            if args.ci and arch != "default":
                levels = [level for level in levels
                          if (arch, level) == CI_EXTRA]
            if arch in args.arch_list and levels:
                tasks.append(Task(program, flags, arch, levels,
                                  next(numbers)))
    return tasks


class Runner:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.features = cpu_features()

    def commands(self, task, level, hardened, program):
        """The commands that build a program; the last one links it."""
        source = task.program.source
        extension = os.path.splitext(source)[1]
        plain, used = self.args.plain, self.args.cc
        if extension == ".cpp":
            plain, used = cxx_of(plain), cxx_of(used)
        if not hardened:
            used = plain
        flags = LANGUAGE[extension] + BUILD + [level] + ARCHS[task.arch][0]
        extra = list(task.flags)
        if hardened:
            extra += self.args.flags + VERIFY
        steps, link = [], []
        if task.program.library is not None:
            library = program + ".so"
            steps.append(used + flags + extra + ["-fPIC", "-shared", source] +
                         task.program.library + ["-o", library])
            link += [library, f"-Wl,-rpath,{self.folder}"]
        if task.program.twice is not None:
            steps.append(plain + flags + task.flags + task.program.twice +
                         ["-c", source, "-o", program + ".o"])
            link.append(program + ".o")
        steps.append(used + flags + extra + [source] + link +
                     task.program.link + ["-o", program])
        return steps

    def build(self, task, level, hardened):
        """Returns (path, '') or (None, why)."""
        kind = "hardened" if hardened else "plain"
        program = os.path.join(self.folder, f"{task.number}{level}.{kind}")
        for command in self.commands(task, level, hardened, program):
            error = compile_program(command)
            if error:
                return None, error
        return program, ""

    def runnable(self, task):
        needs = set(task.program.needs) | set(ARCHS[task.arch][1].split())
        return needs <= self.features

    def level(self, task, level, want):
        """Tests one build: (result, reason, outcome of the plain build).

        `want` is the outcome of an earlier level's plain build. In CI it
        stands for this level's too, unless the hardened build differs."""
        expected = want if self.args.ci else None
        if not expected:
            plain, error = self.build(task, level, False)
            if error:
                return "failed", f"bad test, plain {error}", None
        program, error = self.build(task, level, True)
        if "cannot be used with -fsanitize=" in error:
            return "skipped", error, None
        if error:
            return "failed", error, None
        if (self.args.section and not task.program.unhardened and
                self.args.section not in section_names(program)):
            return "failed", f"no section {self.args.section}", None
        if not self.runnable(task):
            return "skipped", "compiled only: the CPU lacks features", None
        if not expected:
            expected = run_program([plain], RUN_SECONDS, self.folder)
            why = expected.differs(want) if want else ""
            if why or expected.status == "timeout":
                return "failed", (f"bad test, plain build: "
                                  f"{why or expected.status}"), None
        why = run_program([program], RUN_SECONDS,
                          self.folder).differs(expected)
        return ("failed" if why else "passed"), why, expected

    def task(self, task):
        """Tests all levels of a task: [(level, result, reason)]."""
        results, want = [], None
        for level in task.levels:
            result, why, outcome = self.level(task, level, want)
            want = want or outcome
            results.append((level, result, why))
            self.clean(task, level, keep=result == "failed")
        return results

    def clean(self, task, level, keep):
        if keep and self.args.keep:
            return
        prefix = f"{task.number}{level}."
        for name in os.listdir(self.folder):
            if name.startswith(prefix):
                os.unlink(os.path.join(self.folder, name))


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_common_arguments(parser, ROOT)
    add = parser.add_argument
    add("--only", help="comma list of program name beginnings")
    add("--levels", default=",".join(LEVELS), help="levels (all)")
    add("--archs", default=",".join(ARCHS), help="CPU levels (all)")
    add("--keep", metavar="DIR", help="keep the builds that failed here")
    add("--log", default=os.path.join(ROOT, "build/differential",
                                      "constructs.log"),
        help="whole messages and commands of failures")
    add("-v", "--verbose", action="store_true",
        help="also print why builds were skipped")
    args = parser.parse_args(arguments("--flags", "--levels"))
    args.level_list = args.levels.split(",")
    args.arch_list = args.archs.split(",")
    return args


def run(args):
    split_compilers(args)
    tasks = make_tasks(args)
    if not tasks:
        raise DiffError("nothing to do")
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    progress = Progress("constructs", sum(len(t.levels) for t in tasks))

    os.makedirs(os.path.dirname(os.path.abspath(args.log)), exist_ok=True)
    with open(args.log, "w", encoding="utf-8") as log, \
            tempfile.TemporaryDirectory(prefix="constructs.") as temporary:
        folder = temporary
        if args.keep:
            os.makedirs(args.keep, exist_ok=True)
            folder = os.path.abspath(args.keep)
        runner = Runner(args, folder)

        def finish(task, results):
            for level, result, why in results:
                counts[result] += 1
                if result == "failed" or (why and args.verbose):
                    text = f"{result.upper()}: {task.title(level)}: "
                    progress.message(text + essence(why))
                    command = runner.commands(task, level, True,
                                              "./hardened")[-1]
                    log.write(f"{text}{why}\n{shlex.join(command)}\n\n")
                failed = counts["failed"]
                progress.step(f", {failed} failed" if failed else "")

        for_each(args.jobs, tasks, runner.task, finish)

    programs = len({task.program.name for task in tasks})
    print(f"constructs: {programs} programs")
    if counts["failed"]:
        print(f"constructs: commands and messages are in {args.log}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, "
          f"{counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


def main():
    args = parse_args()
    try:
        return run(args)
    except DiffError as error:
        print(f"constructs.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fault tests: every kind of check sees its fault, and only that check does.

For each program in cases/ (its first comments say which instruction of work()
is hit and what must happen):
  plain    without a fault, hardened output is that of plain clang
  stop     the fault ends in exit 86 and a message with kind, line and function
  repaired the same fault in -fcrit=haft code is computed away: right output
  dropped  the same fault escapes once this kind of check is left out
Every instruction that fits is hit: both copies of a computation must be seen.

  run.py [NAME...]           some or all programs
  run.py --mutate [KIND...]  leave out each kind; "stop" must fail somewhere
"""
import argparse
import concurrent.futures
import dataclasses
import filecmp
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MESSAGE = re.compile(r"^crit: (?:ilr|haft|delta): mismatch (\S+) at (\S+?)(?::(\d+))? in (\S+)", re.M)
SUSPECT = re.compile(r"^crit: (?:haft|delta): core \d+ is suspect: ", re.M)
STOPPED, HANG, MISSED = 86, 124, 125
# The kernel, too, may take a program from the core that is wrong: then nobody is to
# be named (seen in CI). As often as that, it does not.
SCHEDULED = 5
# Crit's own variables would change what is tested.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("CRIT_")}


@dataclasses.dataclass
class Case:
    """A program and the directives in its first comments."""
    path: pathlib.Path
    kind: str
    fault: str
    count: str          # "3"; "3+", "3@": permanent; "3,9": twice, see flip.c
    bit: int
    flags: list
    register: str       # hit this instead of the result of the instruction
    also: set           # kinds that may answer when the second copy is hit
    result: str         # stop | any-stop | not-wrong | corrected | moved | suspect |
                        # unmoved
    dropped: set        # escape | stop | hang | skip
    known: str          # hole that is known: the fault escapes all checks
    copies: int         # places that must fit, at least
    line: int           # 0: nobody knows
    technique: str
    before: bool        # hit when the instruction before has run
    beside: str         # ",boundless": techniques beside the one
    options: str        # CRIT_OPTIONS of the run with the fault
    function: str       # where the instruction is

    @property
    def name(self):
        return self.path.stem


def read_case(path):
    text = path.read_text()
    keys = dict(re.findall(r"^// (\w+):\s*(.*?)\s*$", text, re.M))
    count, bit = keys["at"].split()
    line = next(n for n, l in enumerate(text.splitlines(), 1) if "// stop" in l) \
        if "// stop" in text else 0
    return Case(path, keys["kind"], keys["fault"], count, int(bit),
                keys.get("flags", "").split(), keys.get("register", ""),
                set(filter(None, keys.get("copy", "").split("|"))),
                keys.get("result", "stop"),
                set(keys.get("dropped", "escape").split("|")),
                keys.get("known", ""), int(keys.get("copies", 2)), line,
                keys.get("technique", "ilr"), keys.get("when") == "before",
                "".join("," + t for t in keys.get("beside", "").split()),
                keys.get("options", ""), keys.get("function", "work"))


class Problem(Exception):
    pass


def run(command, timeout=60, options=""):
    env = dict(ENVIRONMENT, CRIT_OPTIONS=options) if options else ENVIRONMENT
    return subprocess.run(list(map(str, command)), capture_output=True, text=True,
                          errors="replace", env=env, timeout=timeout)


def checked(command):
    result = run(command)
    if result.returncode:
        raise Problem(f"{' '.join(map(str, command))}\n{result.stderr[-1500:]}")
    return result.stdout


class Suite:
    def __init__(self, build, work):
        self.crit = build / "bin" / "crit-clang"
        self.clang = os.environ.get("CLANG", "clang-22")
        self.objdump = os.environ.get("OBJDUMP", "llvm-objdump-22")
        self.work = work
        self.flip = work / "flip"
        checked([self.clang, "-O1", HERE / "flip.c", "-o", self.flip])

    def compile(self, case, variant, extra):
        out = self.work / f"{case.name}.{variant}"
        compiler = self.clang if variant == "clang" else str(self.crit)
        if case.path.suffix == ".cpp":
            compiler = re.sub(r"clang(?!.*clang)", "clang++", compiler)
        technique = "haft" if variant == "haft" else case.technique
        checked([compiler] +
                ([] if variant == "clang" else [f"-fcrit={technique}{case.beside}"]) +
                extra + [flag for flag in case.flags if variant != "clang"
                         or not flag.startswith("-fcrit")] +
                ["-O2", "-g", case.path, "-o", out, "-pthread"])
        return out

    def targets(self, case, program):
        """(address, register) of every instruction that fits in work(), or
        another function the case names."""
        text = checked([self.objdump, "-d", "--no-show-raw-insn",
                        f"--disassemble-symbols={case.function}", program])
        found = []
        last = ""
        for line in text.splitlines():
            match = re.match(r"\s*([0-9a-f]+):\s+(.*?)(?:\s+#.*)?$", line)
            if match and re.search(case.fault, match[2]):
                if case.register == "first":
                    register = re.search(r"%(\w+)", match[2])[1]
                elif case.register:
                    register = case.register + \
                        (re.search(r"\d+$", match[2])[0] if case.register == "ymm" else "")
                else:
                    register = match[2].rsplit("%", 1)[-1].rstrip(")")
                found.append((last if case.before else match[1], whole(register)))
            last = match[1] if match else ""
        if not found:
            raise Problem(f"no instruction fits {case.fault}\n{text}")
        return found

    def inject(self, case, program):
        """What became of one fault at each target: (target, exit, out, err)."""
        results = []
        for address, register in self.targets(case, program):
            for _ in range(SCHEDULED):
                r = run([self.flip, address, case.count, register, case.bit, "--",
                         program], options=case.options)
                # The thread may be moved by others, between the fault and its check, too.
                if not case.count.endswith("@") or \
                        (not r.returncode and SUSPECT.search(r.stderr)):
                    break
            if r.returncode == MISSED and "ran only" in r.stderr:
                continue  # a cold path
            if r.returncode == MISSED:
                raise Problem(f"{address} {register}: {r.stderr}")
            results.append((f"{address} {register}", r.returncode, r.stdout,
                            r.stderr))
        if not results:
            raise Problem("no instruction that fits runs often enough")
        return results


def whole(register):
    """The 64-bit name of a general register."""
    if re.fullmatch(r"e[a-ds].|e[sbd][pi]", register):
        return "r" + register[1:]
    return re.sub(r"^(r\d+)[dwb]$", r"\1", register)


def answered(case, results, expected):
    """Why the results are not those of full protection; None if they are."""
    kinds = set()
    corrected = case.technique != "haft"
    if len(results) < case.copies:
        return f"only one copy: {results[0][0]}"
    for target, code, out, err in results:
        where = f"fault at {target}: exit {code}"
        if case.result in ("corrected", "moved"):
            if code or out != expected:
                return f"{where}, not corrected: {err.strip() or out}"
            corrected |= "; corrected" in err
            if case.result == "moved" and not SUSPECT.search(err):
                return f"{where}, no core named: {err}"
            continue
        if case.result == "suspect" and \
                (not SUSPECT.search(err) or "; corrected" not in err):
            return f"{where}, not tried elsewhere: {err}"
        if case.result == "not-wrong":
            if code == 0 and out != expected:
                return f"{where}, and nobody says that this is wrong:\n{out}{err}"
            continue
        message = MESSAGE.search(err)
        if code != STOPPED or not message:
            return f"{where} instead of a stop; output:\n{out}{err}"
        if case.result == "unmoved" and (SUSPECT.search(err) or
                                         "; corrected" in err and "retries=0" in case.options):
            return f"{where}, tried again: {err}"
        if case.result in ("any-stop", "suspect", "unmoved"):
            continue
        kind, file, line, function = message.groups()
        kinds.add(kind)
        if kind not in case.also | {case.kind}:
            return f"{where}, seen as {kind}, not {case.kind}"
        if function != case.function or case.line and \
                (os.path.basename(file), int(line or 0)) != \
                (case.path.name, case.line):
            return f"{where}, reported at {file}:{line} in {function}"
    if case.result in ("corrected", "moved") and not corrected:
        return "nothing had to be corrected"
    if case.result == "stop" and case.kind not in kinds:
        return f"seen as {kinds} only, never as {case.kind}"
    return None


def repaired(results, expected):
    """Why faults are not repaired by -fcrit=haft; None if they are."""
    done = False
    for target, code, out, err in results:
        if code == STOPPED and MESSAGE.search(err):
            continue  # what cannot be taken back
        if code or out != expected:
            return f"fault at {target}: exit {code}: {err.strip() or out}"
        done |= "; corrected" in err
    return None if done else "stopped at every fault"


def escaped(case, results, expected):
    """Why the fault is still caught without its check; None if it escapes."""
    seen = []
    done = False
    for target, code, out, err in results:
        message = MESSAGE.search(err)
        kind = message[1] if message else ""
        if kind == case.kind:
            return f"fault at {target} is still reported as {kind}"
        # What is written before a later stop has left as well.
        wrong = not expected.startswith(out) if code else out != expected
        done |= wrong and "escape" in case.dropped
        done |= code == STOPPED and "stop" in case.dropped
        done |= code == HANG and "hang" in case.dropped
        seen.append(f"fault at {target}: exit {code} {kind}")
    return None if done else "no fault escapes: " + "; ".join(seen)


def open_hole(results, expected):
    """A hole that was closed must lose its mark."""
    if any(code == 0 and out != expected for _, code, out, _ in results):
        return None
    return "no longer: remove the line \"known:\" from the program"


def attempt(step):
    try:
        return step()
    except (Problem, subprocess.TimeoutExpired) as e:
        return str(e)


def test(suite, case):
    """[(test name, why it failed or None)] of one program."""
    try:
        plain = suite.compile(case, "clang", [])
        full = suite.compile(case, "full", [])
        less = suite.compile(case, "dropped", [f"-fcrit-drop-check={case.kind}"])
        haft = suite.compile(case, "haft", [])
        expected = checked([plain])
    except (Problem, subprocess.TimeoutExpired) as e:
        return [(f"{case.name} plain", str(e))]

    def same():
        for program in (full, less, haft):
            if checked([program]) != expected:
                return f"{program.name} differs from clang without a fault"
        return None

    if case.known:
        return [(f"{case.name} plain", attempt(same)),
                (f"{case.name} escapes (known hole: {case.known})", attempt(
                    lambda: open_hole(suite.inject(case, full), expected)))]
    tests = [(f"{case.name} plain", attempt(same)),
             (f"{case.name} {case.result}", attempt(
                 lambda: answered(case, suite.inject(case, full), expected)))]
    # A load that runs once has happened when its address is compared.
    if case.result == "stop" and case.kind not in ("load-address", "atomic"):
        tests.append((f"{case.name} repaired", attempt(
            lambda: repaired(suite.inject(case, haft), expected))))
    if "skip" not in case.dropped:
        tests.append((f"{case.name} dropped", attempt(
            lambda: escaped(case, suite.inject(case, less), expected))))
    return tests


def test_all(suite, cases, jobs):
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for tests in pool.map(lambda c: test(suite, c), cases):
            for name, why in tests:
                print(f"ok   {name}" if why is None else f"FAIL {name}: {why}",
                      flush=True)
                passed += why is None
                failed += why is not None
    return passed, failed


def without(suite, case, kind, full, expected):
    """The "stop" test of case fails in a compiler without checks of kind."""
    less = suite.compile(case, f"no-{kind}", [f"-fcrit-drop-check={kind}"])
    # Nothing to leave out: the same file, the same result.
    if filecmp.cmp(full, less, shallow=False):
        return False
    return answered(case, suite.inject(case, less), expected) is not None


def mutate(suite, cases, kinds, jobs):
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        full = list(pool.map(lambda c: suite.compile(c, "full", []), cases))
        expected = list(pool.map(
            lambda c: checked([suite.compile(c, "clang", [])]), cases))
        for kind in kinds:
            red = [c.name for c, fails in zip(cases, pool.map(
                lambda t: without(suite, t[0], kind, t[1], t[2]),
                zip(cases, full, expected))) if fails]
            print(f"{'ok  ' if red else 'FAIL'} without {kind}: {len(red)} of "
                  f"{len(cases)} programs fail: {' '.join(red)}", flush=True)
            passed += bool(red)
            failed += not red
    return passed, failed


def check_kinds():
    text = (ROOT / "runtime/include/crit/checks.def").read_text()
    return re.findall(r'^CRIT_CHECK\(\w+, \d+, "([^"]+)"', text, re.M)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    p.add_argument("--mutate", action="store_true")
    p.add_argument("-j", type=int, default=os.cpu_count() or 1)
    p.add_argument("--keep", type=pathlib.Path, help="leave the programs here")
    p.add_argument("names", nargs="*")
    args = p.parse_args()
    kinds = check_kinds()
    cases = [c for c in map(read_case, sorted((HERE / "cases").glob("*.c*")))
             if not (args.mutate and c.known)]
    known = kinds if args.mutate else [c.name for c in cases]
    for name in args.names:
        if name not in known:
            p.error(f"unknown '{name}'; there are: {' '.join(known)}")
    cpu = pathlib.Path("/proc/cpuinfo").read_text()
    skipped = 0
    for case in list(cases):
        if case.result in ("moved", "suspect") and \
                len(os.sched_getaffinity(0)) < 2:
            print(f"skip {case.name}: there is no other core to move to")
            cases.remove(case)
            skipped += 1
        for flag in case.flags:
            if flag.startswith("-mavx") and flag[2:] not in cpu.split():
                print(f"skip {case.name}: this CPU has no {flag[2:]}")
                cases.remove(case)
                skipped += 1
    with tempfile.TemporaryDirectory(prefix="crit-faults-") as temporary:
        work = args.keep or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        suite = Suite(args.build.resolve(), work)
        if args.mutate:
            passed, failed = mutate(suite, cases, args.names or kinds, args.j)
        else:
            chosen = [c for c in cases if not args.names or c.name in args.names]
            passed, failed = test_all(suite, chosen, args.j)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())

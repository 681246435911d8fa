# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the differential runners share: building, running, comparing, reporting.

Errors of a test are returned as text; DiffError is raised only when the run as
a whole cannot go on (a missing compiler, say).
"""

import concurrent.futures
import ctypes
import os
import re
import resource
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

VERIFY = ["-Xclang", "-mllvm", "-Xclang", "-verify-machineinstrs"]
MAX_OUTPUT = 16 << 20
COMPILE_SECONDS = 300


class DiffError(Exception):
    pass


@dataclass
class Outcome:
    """How a program ended: status text ('exit 0', 'signal 11', 'timeout') and
    what it printed on stdout."""
    status: str
    output: bytes

    def differs(self, other):
        """Why this outcome is not the other, or ''."""
        if self.status != other.status:
            return f"{self.status}, expected {other.status}"
        if self.output != other.output:
            return "output differs" + first_difference(self.output,
                                                       other.output)
        return ""


def first_difference(got, want):
    got, want = got.splitlines(), want.splitlines()
    for number, (a, b) in enumerate(zip(got, want), 1):
        if a != b:
            return (f" in line {number}: {a[:80].decode('latin-1')!r}, "
                    f"expected {b[:80].decode('latin-1')!r}")
    return f": {len(got)} lines, expected {len(want)}"


def cxx_of(compiler):
    """The C++ command for a C compiler command (a list)."""
    name = re.sub(r"clang(-[0-9.]+)?$", r"clang++\1", compiler[-1])
    return compiler[:-1] + [name]


def check_compiler(command):
    try:
        done = subprocess.run(command + ["--version"], capture_output=True,
                              text=True, timeout=60)
    except OSError as error:
        raise DiffError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise DiffError(f"{shlex.join(command)} --version: exit "
                        f"{done.returncode}\n{done.stderr}")
    return done.stdout.splitlines()[0] if done.stdout else ""


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """A runner that was killed left programs without end behind, which took a
    core for half an hour."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit_child():
    end_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))


def run_program(command, seconds, cwd=None):
    """Runs a test program; every child it left is killed at the end."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.DEVNULL, cwd=cwd,
                                 start_new_session=True,
                                 preexec_fn=limit_child)
        try:
            code = child.wait(timeout=seconds)
            status = f"exit {code}" if code >= 0 else f"signal {-code}"
        except subprocess.TimeoutExpired:
            status = "timeout"
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        out.seek(0)
        return Outcome(status, out.read())


def limit_compile():
    end_with_parent()
    resource.setrlimit(resource.RLIMIT_CPU, (COMPILE_SECONDS, COMPILE_SECONDS))


def compile_program(command):
    """Returns '' or the reason why the compiler failed. The driver's children
    end with it; the limit is processor time, for machines shared with others."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.STDOUT, errors="replace",
                             process_group=0, preexec_fn=limit_compile)
    try:
        output, _ = child.communicate(timeout=10 * COMPILE_SECONDS)
    except subprocess.TimeoutExpired:
        return f"compiler: no end after {10 * COMPILE_SECONDS} s"
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    if child.returncode == 0:
        return ""
    return f"compiler: exit {child.returncode}\n{output[-4000:]}"


def section_names(path):
    """Names of the sections of a 64-bit little-endian ELF file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        return set()
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count, strings = struct.unpack_from("<HHH", data, 0x3A)
    base, = struct.unpack_from("<Q", data, table + strings * size + 0x18)
    names = set()
    for i in range(count):
        start = base + struct.unpack_from("<I", data, table + i * size)[0]
        names.add(data[start:data.index(0, start)].decode("latin-1"))
    return names


def essence(why):
    """The line of a reason that says most, for one line of a report."""
    lines = why.strip().splitlines()
    for line in lines:
        if re.search(r"error:|Bad machine code|Assertion|UNREACHABLE|"
                     r"undefined reference", line):
            return f"{lines[0]}: {line.strip()}"[:300]
    return (lines or ["?"])[0][:300]


class Progress:
    """One line on stderr: rewritten on a terminal, else now and then."""

    def __init__(self, name, total):
        self.name, self.total, self.done = name, total, 0
        self.terminal = sys.stderr.isatty()
        self.interval = 0.2 if self.terminal else 15
        self.last = self.start = time.monotonic()

    def step(self, note=""):
        self.done += 1
        now = time.monotonic()
        if self.done < self.total and now - self.last < self.interval:
            return
        self.last = now
        text = (f"{self.name}: {self.done}/{self.total}, "
                f"{now - self.start:.0f} s{note}")
        if self.terminal:
            end = "\n" if self.done == self.total else ""
            print(f"\r\033[K{text}", end=end, file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def message(self, text):
        """A line of its own."""
        print(f"\r\033[K{text}" if self.terminal else text, file=sys.stderr,
              flush=True)


def for_each(jobs, items, work, finish):
    """Calls work(item) on threads and finish(item, result) here, in the order
    the results come. An exception in work ends the run."""
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        running = {pool.submit(work, item): item for item in items}
        for future in concurrent.futures.as_completed(running):
            finish(running[future], future.result())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def add_common_arguments(parser, root):
    add = parser.add_argument
    add("--cc", default=os.path.join(root, "build/bin/crit-clang"),
        help="hardening compiler (build/bin/crit-clang)")
    add("--plain", default="clang-22", help="reference compiler (clang-22)")
    add("--flags", default="-fcrit=ilr",
        help="flags of the hardened builds (-fcrit=ilr)")
    add("--section", default="crit_funcs", metavar="NAME",
        help="a hardened program must have this ELF section, '' for no check "
             "(crit_funcs)")
    add("-j", "--jobs", type=int, default=min(2, os.cpu_count() or 1),
        help="programs at a time (2)")
    add("--ci", action="store_true", help="the selection for CI")


def arguments(*options):
    """sys.argv with '--flags -x' as '--flags=-x', which argparse needs."""
    joined, rest = [], iter(sys.argv[1:])
    for word in rest:
        value = next(rest, None) if word in options else None
        joined.append(word if value is None else f"{word}={value}")
    return joined


def split_compilers(args):
    """Turns the compiler texts into lists and checks that they run."""
    args.cc, args.plain = shlex.split(args.cc), shlex.split(args.plain)
    for name in (args.cc, args.plain):
        if not name:
            raise DiffError("empty compiler command")
        if os.sep in name[0]:
            name[0] = os.path.abspath(name[0])
        check_compiler(name)
    args.flags = shlex.split(args.flags)

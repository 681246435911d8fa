# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Running a command and counting what it took."""

import os
import re
import shlex
import struct
import subprocess
import tempfile


class RunError(Exception):
    pass


def run_timed(command, cpus=None):
    """Runs a command; returns (stdout bytes, user s, system s).

    The times are the kernel's accounting of this child and its children.
    """
    def pin():
        os.sched_setaffinity(0, cpus)

    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stdin=subprocess.DEVNULL,
                                 preexec_fn=pin if cpus else None)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RunError(f"{shlex.join(command)}: exit {child.returncode}")
        out.seek(0)
        return out.read(), usage.ru_utime, usage.ru_stime


class PeakRunner:
    """Runs programs through peak.c: user CPU and peak memory of each."""

    def __init__(self, folder):
        self.helper = os.path.join(folder, "peak")
        self.file = os.path.join(folder, "peak.txt")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                              "peak.c")
        subprocess.run(["clang-22", "-O2", "-o", self.helper, source],
                       check=True)

    def run(self, command, environment=None):
        """(stdout bytes, user s, system s, peak KiB)."""
        done = subprocess.run([self.helper, self.file, *command],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env=dict(os.environ, **(environment or {})))
        if done.returncode:
            raise RunError(f"{shlex.join(command)}: exit {done.returncode}: "
                           f"{done.stderr.decode('utf-8', 'replace')[-300:]}")
        with open(self.file, encoding="utf-8") as file:
            user, system, peak = file.read().split()
        return done.stdout, float(user), float(system), int(peak)


def count_instructions(command):
    """Instructions executed in main and what it calls, by callgrind."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         "--toggle-collect=main"] + command,
        capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found or not int(found[1]):
        raise RunError(f"callgrind {shlex.join(command)}: "
                       f"{done.stderr.strip()[-300:]}")
    return int(found[1])


def code_bytes(path):
    """Bytes of executable sections of a 64-bit little-endian ELF file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        raise RunError(f"{path}: not a 64-bit ELF file")
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    total = 0
    for i in range(count):
        flags, _, _, length = struct.unpack_from("<QQQQ", data,
                                                 table + i * size + 8)
        if flags & 4:  # SHF_EXECINSTR
            total += length
    return total

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where and when a measurement was made."""

import os
import platform
import subprocess
from datetime import datetime, timezone


def cpu_model():
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def revision(folder):
    """Commit of the sources, '+' when they were changed since."""
    def git(*args):
        return subprocess.run(["git", "-C", folder, *args],
                              capture_output=True, text=True)
    try:
        head = git("rev-parse", "--short", "HEAD")
        if head.returncode:
            return "unknown"
        return head.stdout.strip() + ("+" if git("status", "--porcelain",
                                                 "-uno").stdout else "")
    except OSError:
        return "unknown"


def describe(folder):
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": cpu_model(),
        "cpus": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "revision": revision(folder),
        "load": round(os.getloadavg()[0], 2),
    }


def sentence(info):
    return (f"{info['date']}, {info['cpu']}, {info['cpus']} CPUs, Linux "
            f"{info['kernel']}, sources {info['revision']}, load average "
            f"{info['load']} at start")

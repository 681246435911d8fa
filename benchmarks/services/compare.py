# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Several builds of memcached and Redis under the same load, side by side."""

import os
import subprocess

from .servers import FIRST, MEMCACHED_CELLS, REDIS_CELLS, Memcached, Redis

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, "test/services")
# libc's malloc, which is what Boundless replaces.
SERVICES = {"redis": (Redis, "redis-libc", REDIS_CELLS), "memcached": (Memcached, "memcached", MEMCACHED_CELLS)}


def build(variants, services):
    """{(variant, service): tree}; variants: {name: compiler command line}."""
    trees = {}
    subprocess.run([os.path.join(SCRIPTS, "fetch.sh")], check=True)
    for variant, cc in variants.items():
        for service in services:
            name = SERVICES[service][1]
            tree = os.path.join(ROOT, "build/services", variant, name)
            subprocess.run([os.path.join(SCRIPTS, "build.sh"), name, cc, tree], check=True,
                           # Programs that configure and make run leak, and would fail.
                           env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
            trees[variant, service] = tree
    return trees


def client(folder):
    path = os.path.join(folder, "mcload")
    subprocess.run(["clang-22", "-O2", "-o", path, os.path.join(ROOT, "benchmarks/services/mcload.c")], check=True)
    return path


def enough(server, cell, seconds):
    """Operations that take the plain server about that much user CPU."""
    count = FIRST[cell]
    while True:
        user, _ = server.measure(cell, count)
        if user * count >= seconds / 8:
            return max(count, round(seconds / user, -4))
        count *= 4


def measure(service, variants, trees, helper, rounds, seconds, progress):
    """({cell: {variant: [user s per operation]}}, {variant: [peak KiB]}). The
    first variant is the plain one; each round has fresh servers."""
    kind, _, cells = SERVICES[service]
    allowed = sorted(os.sched_getaffinity(0))
    cpus = tuple(allowed[:2]) if len(allowed) > 1 else (None, None)
    times = {cell: {v: [] for v in variants} for cell in cells}
    peaks, counts = {v: [] for v in variants}, {}
    for number in range(rounds):
        servers = {}
        try:
            for variant in variants:
                servers[variant] = kind(trees[variant, service], cpus, trees[variants[0], service], helper)
            for cell in cells:
                if cell not in counts:
                    counts[cell] = enough(servers[variants[0]], cell, seconds)
                    # All servers hold and have done the same when memory is read.
                order = variants[number % len(variants):] + variants[:number % len(variants)]
                for variant in order:
                    times[cell][variant].append(servers[variant].measure(cell, counts[cell])[0])
                progress(f"{service} {cell} round {number + 1}/{rounds}: us/op " + ", ".join(
                    f"{v} {times[cell][v][-1] * 1e6:.2f}" for v in variants))
            for variant in variants:
                peaks[variant].append(servers[variant].peak())
        finally:
            for server in servers.values():
                server.stop()
    return times, peaks

"""Helpers of the crit-stat tests: stat.py json | pid PROGRAM | ...
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
import json
import os
import shutil
import struct
import subprocess
import sys


def stat(*arguments):
    return subprocess.run(["crit-stat", *map(str, arguments)], capture_output=True, text=True)


def expect(condition, what):
    if not condition:
        sys.exit("failed: %s" % what)


def check_json():
    page = json.load(sys.stdin)
    expect(page["version"] == 1 and page["running"] is False, page)
    expect(page["counters"]["recovered"] == 4004, page["counters"])
    expect(sum(core["recovered"] for core in page["cores"]) == 4004, page["cores"])
    (site,) = page["sites"]
    expect(site["function"] == "place" and site["count"] == 4004, site)
    expect(site["first"] <= site["last"] and site["bits"] == "0x8000000000000022", site)
    expect(page["bits"][5] == 4004 and page["bits"][6] == 0 and page["sites_lost"] == 0, page)


class Running:
    """PROGRAM place wait, at the wait."""

    def __init__(self, *command, options=None, **keywords):
        env = dict(os.environ)
        if options:
            env["CRIT_OPTIONS"] = options
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **keywords)

    def __enter__(self):
        self.process.stdout.readline()
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def check_pid(program):
    absolute = os.path.abspath("absolute.page")
    for options, shown in (("stats=" + absolute, absolute),
                           ("stats=relative.page", os.path.abspath("relative.page"))):
        with Running(program, "place", "wait", options=options) as process:
            result = stat(process.pid)
            expect(" 1  recovered" in result.stdout, result)
            expect(result.stdout.startswith("%s: process %d, counting" % (shown, process.pid)), result)
            expect("place (count+0x" in result.stdout, result)
            # A file that is gone is still the process' page.
            os.unlink(shown)
            result = stat("--json", process.pid)
            if os.geteuid() == 0:
                expect(json.loads(result.stdout)["counters"]["recovered"] == 1, result)
    with Running(program, "place", "wait", options="stats=watch.page") as process:
        watch = subprocess.Popen(["crit-stat", "--json", "--watch", "0.05", str(process.pid)],
                                 stdout=subprocess.PIPE, text=True)
        first = json.loads(watch.stdout.readline())
        second = json.loads(watch.stdout.readline())
        expect(first["running"] and second["counters"]["recovered"] == 1, second)
    watch.communicate(timeout=20)
    expect(watch.returncode == 0, "crit-stat --watch ends with the process")


def check_pid_errors(program, clang):
    with open("plain.c", "w") as file:
        file.write("#include <stdio.h>\nint main(void) { puts(\"x\"); fflush(stdout); getchar(); }\n")
    subprocess.run([clang, "plain.c", "-o", "plain"], check=True)
    with Running("./plain") as process:
        expect("(%s) was not built with crit" % os.path.abspath("plain") in stat(process.pid).stderr,
               "plain program")
    with Running(program, "wait") as process:
        expect("counts nowhere; start it with CRIT_OPTIONS=stats=PATH" in stat(process.pid).stderr,
               "no option")
    with Running("./plain", options="stats=later.page") as process:
        expect("has counted nothing in 'later.page' yet" in stat(process.pid).stderr, "no page yet")
    if os.geteuid() == 0:
        shutil.copy(shutil.which("crit-stat"), "/tmp/crit-stat-%d" % os.getpid())
        copy = "/tmp/crit-stat-%d" % os.getpid()
        try:
            with Running(program, "wait", options="stats=root.page") as process:
                result = subprocess.run([copy, str(process.pid)], capture_output=True, text=True,
                                        user="nobody", group="nogroup", extra_groups=[])
            expect("cannot look at process" in result.stderr
                   and "be its user or root" in result.stderr, result)
        finally:
            os.unlink(copy)


def main():
    what, *rest = sys.argv[1:]
    if what == "json":
        check_json()
    elif what == "pid":
        check_pid(*rest)
    elif what == "pid-errors":
        check_pid_errors(*rest)
    elif what == "version":
        shutil.copy(rest[0], rest[1])
        with open(rest[1], "r+b") as file:
            file.seek(4)
            file.write(struct.pack("<I", 2))


main()

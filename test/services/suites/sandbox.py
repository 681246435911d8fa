# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A private, throw-away copy of a built tree, and commands run inside it as an
unprivileged user: some of the suites' tests only mean something without root,
and the built tree stays as the build left it."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time

USER = "nobody"
LEFT_OUT = shutil.ignore_patterns("*.o", "*.a", "*.xo", "*.d", "*.gcno", "debian", "autom4te.cache")
EVENT = re.compile(rb"^.*\bcrit: (?:ilr|haft|delta|boundless): .*$", re.M)


class Sandbox:
    """with Sandbox(tree) as box: box.run([...]) ; box.dir is the copy."""

    def __init__(self, tree):
        self.tree = os.path.abspath(tree)

    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="crit-suite-")
        self.dir = os.path.join(self.top, "tree")
        shutil.copytree(self.tree, self.dir, symlinks=True, ignore=LEFT_OUT)
        self.prefix = []
        if os.geteuid() == 0:
            who = pwd.getpwnam(USER)
            for path, dirs, files in os.walk(self.top):
                for name in [path] + [os.path.join(path, n) for n in dirs + files]:
                    os.chown(name, who.pw_uid, who.pw_gid, follow_symlinks=False)
            self.prefix = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
        return self

    def __exit__(self, *_):
        self.kill_left_over()
        shutil.rmtree(self.top, ignore_errors=True)

    def environment(self):
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": self.top,
            "LC_ALL": "C.UTF-8",
            # memcached's debug binary is built for coverage and would write
            # next to its objects, where the unprivileged user may not.
            "GCOV_PREFIX": os.path.join(self.top, "gcov"),
            **{k: v for k, v in os.environ.items() if k.startswith("CRIT_OPTIONS")},
        }

    def run(self, command, log, timeout, on_line=None):
        """Runs command, its output line by line to the file log and on_line.
        Returns its exit status, or None when it took longer than timeout."""
        process = subprocess.Popen(
            self.prefix + command, cwd=self.dir, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        watchdog = subprocess.Popen(
            ["sh", "-c", f"sleep {int(timeout)} && kill -9 -- -{process.pid}"],
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        start = time.monotonic()
        try:
            with open(log, "ab", buffering=0) as out:
                for line in process.stdout:
                    out.write(line)
                    if on_line:
                        on_line(line.decode("utf-8", "replace").rstrip("\n"))
            status = process.wait()
        finally:
            for group in (watchdog.pid, process.pid):
                try:
                    os.killpg(group, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            watchdog.wait()
            process.wait()
        return None if time.monotonic() - start >= timeout else status

    def kill_left_over(self):
        """Servers a failed test left behind: those running from this copy."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/exe").startswith(self.top + "/"):
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass

    def events(self, *folders):
        """Crit's own messages in the server logs under the given folders."""
        found = []
        for folder in folders:
            for path, _, files in os.walk(os.path.join(self.dir, folder)):
                for name in files:
                    try:
                        with open(os.path.join(path, name), "rb") as f:
                            found += EVENT.findall(f.read(1 << 20))
                    except OSError:
                        pass
        return [e.decode("utf-8", "replace").strip() for e in found]

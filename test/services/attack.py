#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attacks the plain and the hardened build of one service through a known hole.

Both serve the same keys. The plain build is attacked until it crashes, loses
data or leaks; the hardened one N times. It must answer every attack, keep every
key, serve between the attacks and afterwards, report what it tolerated, and use
no more memory at the end than after the first tenth."""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from attacks.protocols import BitToHex, BodyLength, Heartbeat, HyperLogLog  # noqa: E402
from attacks.server import Down  # noqa: E402

ATTACKS = {"heartbeat": Heartbeat, "CVE-2011-4971": BodyLength, "CVE-2025-32023": HyperLogLog,
           "CVE-2024-31449": BitToHex}
PLAIN_TRIES = 50
SKIPPED = 77  # exit status
FLAT = 2048  # KiB: chunks and log lines reach their number during the warm-up


def value(number):
    """Printable, of many lengths, and not like that of any other key."""
    return f"value:{number}:" + "0123456789abcdef"[number % 16] * (number * 37 % 900)


def fill(client):
    for number in range(client.KEYS):
        client.set(f"key:{number}", value(number))


def wrong_keys(client):
    return sum(client.get(f"key:{n}") != value(n).encode() for n in range(client.KEYS))


def expected(kind, answer):
    data = answer if isinstance(answer, bytes) else f":{answer}".encode()
    return data.startswith(kind.ANSWERS)


def attack_plain(kind, tree):
    """What became of it, in words; None: nothing."""
    server = kind.start(tree)
    try:
        client = kind(server)
        fill(client)
        client.prepare()
        for number in range(PLAIN_TRIES):
            try:
                answer = client.attack(number)
                leaked = client.leaked(answer) if hasattr(client, "leaked") else 0
                if leaked:
                    return f"leaked {leaked} bytes at attack {number + 1}"
                if not expected(kind, answer):
                    return f"answered {str(answer)[:60]} at attack {number + 1}"
                if number % 10 == 0 and (wrong := wrong_keys(client)):
                    return f"{wrong} keys changed after attack {number + 1}"
            except Down:
                end = server.end()
                return f"{end} at attack {number + 1}" if end else f"no answer to attack {number + 1}"
        wrong = wrong_keys(client)
        return f"{wrong} keys changed" if wrong else None
    finally:
        server.stop()


def attack_hardened(kind, tree, count):
    """(numbers, what is wrong)."""
    wrong, numbers = [], {}
    server = kind.start(tree)
    started = time.monotonic()
    answered = leaked = served = 0
    try:
        client = kind(server)
        fill(client)
        client.prepare()
        warm, begin = max(1, count // 10), server.resident()
        for number in range(count):
            answer = client.attack(number)
            answered += expected(kind, answer)
            if not expected(kind, answer) and len(wrong) < 3:
                wrong.append(f"answer {str(answer)[:80]} to attack {number + 1}")
            if hasattr(client, "leaked"):
                leaked += client.leaked(answer)
            if number % 10 == 0:
                key = number // 10 % kind.KEYS
                served += client.get(f"key:{key}") == value(key).encode()
            if number + 1 == warm:
                begin = server.resident()
        numbers["memory"] = server.resident() - begin
        numbers["wrong_keys"] = wrong_keys(client)
        client.set("after", "the attack")
        if client.get("after") != b"the attack":
            wrong.append("a key set after the attacks is not there")
    except (Down, TimeoutError) as error:
        end = server.end()
        wrong.append(f"server {'ended with ' + end if end else 'does not answer'} after {answered} attacks ({error})")
    finally:
        server.stop()
    numbers.update(answered=answered, leaked=leaked, seconds=time.monotonic() - started,
                   events=len(server.events()))
    if numbers.get("wrong_keys"):
        wrong.append(f"{numbers['wrong_keys']} keys changed")
    if leaked:
        wrong.append(f"{leaked} foreign bytes in replies")
    if not wrong and served != (count + 9) // 10:
        wrong.append("requests between the attacks were not answered")
    if numbers.get("memory", 0) > FLAT:
        wrong.append(f"memory grew by {numbers['memory']} KiB")
    if not server.events():
        wrong.append("no report: the attack reached nothing")
    numbers["report"] = server.events()[:1]
    return numbers, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attack", choices=ATTACKS)
    parser.add_argument("plain", help="tree (or program) built plainly")
    parser.add_argument("hardened", help="the same, hardened")
    parser.add_argument("--attacks", type=int, default=10000, metavar="N", help="(10000)")
    parser.add_argument("--name", help="of the row (the attack's)")
    parser.add_argument("--json", metavar="FILE", help="append the numbers there")
    args = parser.parse_args()
    kind, name = ATTACKS[args.attack], args.name or args.attack
    args.plain, args.hardened = os.path.abspath(args.plain), os.path.abspath(args.hardened)
    harm = attack_plain(kind, args.plain)
    numbers, wrong = attack_hardened(kind, args.hardened, args.attacks)
    unreachable = None if harm else getattr(kind, "UNREACHABLE", None)
    if unreachable:
        harm, wrong = f"unharmed: {unreachable}", [w for w in wrong if not w.startswith("no report")]
    if not harm:
        wrong.append(f"the plain build survived {PLAIN_TRIES} attacks unharmed: the hole is not there")
    memory = f"{numbers['memory']:+d} KiB" if "memory" in numbers else "?"
    print(f"| {name} | {harm} | {numbers['answered']} of {args.attacks} answered, {numbers.get('wrong_keys', '?')} of "
          f"{kind.KEYS} keys changed, memory {memory}, {numbers['seconds']:.0f} s | "
          f"{'; '.join(wrong) or ('skipped' if unreachable else 'passed')} |", flush=True)
    for line in numbers["report"]:
        print(f"    {line}")
    if args.json:
        with open(args.json, "a", encoding="utf-8") as f:
            f.write(json.dumps({"attack": name, "plain": harm, "wrong": wrong, "attacks": args.attacks,
                                **numbers}) + "\n")
    return 1 if wrong else SKIPPED if unreachable else 0


if __name__ == "__main__":
    sys.exit(main())

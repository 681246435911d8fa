# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compilers under comparison: a name, a command and flags each."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field


@dataclass
class Variant:
    name: str
    command: list  # the C compiler, with leading arguments if any
    flags: list = field(default_factory=list)

    def compiler(self, source):
        """The command for a source file, by its language."""
        if source.endswith((".cpp", ".cc", ".cxx")):
            return self.command[:-1] + [cxx_name(self.command[-1])]
        return self.command

    def describe(self):
        return shlex.join(self.command + self.flags)

    def version(self):
        """First line of the compiler's --version, or why there is none."""
        try:
            done = subprocess.run(self.command + ["--version"],
                                  capture_output=True, text=True, timeout=60)
        except OSError as error:
            return str(error)
        lines = (done.stdout + done.stderr).strip().splitlines()
        return lines[0] if lines else "unknown"


def cxx_name(compiler):
    """clang-22 -> clang++-22, dir/crit-clang -> dir/crit-clang++."""
    name = re.sub(r"clang(-[0-9.]+)?$", r"clang++\1", compiler)
    if name == compiler and compiler.endswith("cc"):
        name = compiler[:-2] + "++"  # gcc -> g++; plain cc stays usable for C
    return name


def parse_variant(text, default_command):
    """NAME:FLAGS, or NAME@COMPILER:FLAGS for another compiler."""
    name, colon, flags = text.partition(":")
    name, at, compiler = name.partition("@")
    if not colon or not name or (at and not compiler):
        raise ValueError(f"'{text}': expected NAME:FLAGS or "
                         f"NAME@COMPILER:FLAGS")
    command = compiler_command(compiler) if at else default_command
    return Variant(name, command, shlex.split(flags))


def compiler_command(text):
    """A command line as a list; a path stays valid in other folders."""
    command = shlex.split(text)
    if command and os.sep in command[0]:
        command[0] = os.path.abspath(command[0])
    return command


def arguments(*options):
    """sys.argv with '--opt -O3' as '--opt=-O3', which argparse needs."""
    joined, rest = [], iter(sys.argv[1:])
    for word in rest:
        value = next(rest, None) if word in options else None
        joined.append(word if value is None else f"{word}={value}")
    return joined


class BuildError(Exception):
    pass


def run_compiler(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise BuildError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise BuildError(f"{shlex.join(command)}\n{done.stderr}")

# Configuration of lit for all folders below. RUN lines find crit-clang,
# crit-clang++ and LLVM 22's tools in PATH; substitutions where a path is
# needed. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import shutil

import lit.formats

config.name = "Crit"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test", ".c", ".cpp", ".ll", ".mir"]
# These have their own runners, called by ./crit check.
config.excludes = ["Inputs", "unit", "differential", "faults", "services", "TestPlugin.cpp"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.crit_build, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.crit_build, "bin"), config.llvm_bin, config.environment["PATH"]]
)
# A user's settings must not change what the tests see.
for name in list(config.environment):
    if name.startswith(("CRIT_", "CCACHE_", "CCC_")) or name in (
        "CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "CPATH",
        "LIBRARY_PATH", "MAKEFLAGS",
    ):
        del config.environment[name]
config.environment["LC_ALL"] = "C.UTF-8"

config.substitutions += [
    ("%crit_clangxx", os.path.join(config.crit_build, "bin", "crit-clang++")),
    ("%crit_clang", os.path.join(config.crit_build, "bin", "crit-clang")),
    ("%clangxx", os.path.join(config.llvm_bin, "clang++")),
    ("%clang", os.path.join(config.llvm_bin, "clang")),
    ("%plugin", os.path.join(config.crit_build, "lib", "CritPasses.so")),
    ("%build", config.crit_build),
    ("%source", config.crit_source),
    ("%python", config.python),
]

for tool in ("ccache", "meson", "autoconf", "automake", "libtoolize", "cmake", "ninja", "gdb", "chromium",
             "memcached"):
    if shutil.which(tool, path=config.environment["PATH"]):
        config.available_features.add(tool)
if lit_config.params.get("long"):
    config.available_features.add("long")

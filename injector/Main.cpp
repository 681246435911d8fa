//===- Main.cpp - crit-inject command line --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit codes: 0 done, 1 it could not be done (or replay: not the same result),
// 2 bad usage, 130 interrupted.
//===----------------------------------------------------------------------===//
#include "Commands.h"

#include "TargetImage.h"

#include <CLI/CLI.hpp>

#include <iostream>

using namespace crit::inject;

int main(int Argc, char **Argv) {
  CLI::App App("Fault-injection campaigns on x86-64 Linux programs",
               "crit-inject");
  App.require_subcommand(1);
  std::vector<std::unique_ptr<Command>> Commands = makeCommands(App);
  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? 0 : 2;
  }
  try {
    for (auto &C : Commands)
      if (C->chosen())
        return C->run();
  } catch (const std::exception &E) {
    std::cerr << "crit-inject: error: " << E.what() << "\n";
  }
  return 1;
}

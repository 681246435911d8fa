//===- Commands.h - the subcommands of crit-inject -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_COMMANDS_H
#define CRIT_INJECT_COMMANDS_H

#include <CLI/CLI.hpp>

#include <memory>
#include <vector>

namespace crit::inject {

class Command {
public:
  virtual ~Command() = default;
  bool chosen() const { return App->parsed(); }
  virtual int run() = 0;

protected:
  CLI::App *App = nullptr;
};

std::unique_ptr<Command> makeRunCommand(CLI::App &Parent);
std::unique_ptr<Command> makeServeCommand(CLI::App &Parent);
std::vector<std::unique_ptr<Command>> makeCommands(CLI::App &Parent);

/// Ctrl-C and SIGTERM set a flag; a second one ends at once.
void catchInterrupts();
bool interrupted();

/// "2.17" or, when the store has one campaign, "17".
struct FaultName {
  int64_t Campaign;
  uint64_t Id;
};
FaultName parseFaultName(const std::string &Text,
                         const std::vector<int64_t> &Campaigns);

} // namespace crit::inject
#endif

//===- ResponseFile.cpp - @file arguments ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "ResponseFile.h"
#include "Files.h"
#include <cctype>

namespace crit {

std::vector<std::string> tokenizeResponse(const std::string &Text) {
  std::vector<std::string> Words;
  std::string Word;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (Quote) {
      if (C == Quote) {
        Quote = 0;
      } else if (C == '\\' && I + 1 < Text.size()) {
        // Also inside '...': unlike in a shell.
        Word += Text[++I];
      } else {
        Word += C;
      }
      continue;
    }
    if (isspace(static_cast<unsigned char>(C))) {
      // clang drops an empty word, even a quoted one.
      if (!Word.empty())
        Words.push_back(Word);
      Word.clear();
      continue;
    }
    if (C == '\\' && I + 1 < Text.size())
      Word += Text[++I];
    else if (C == '\'' || C == '"')
      Quote = C;
    else
      Word += C;
  }
  if (!Word.empty())
    Words.push_back(Word);
  return Words;
}

static void expandInto(const std::string &Arg, std::vector<std::string> &Open,
                       std::vector<std::string> &Out, bool &Drained) {
  std::string Text;
  if (Arg.size() < 2 || Arg[0] != '@' || !readFile(Arg.substr(1), Text)) {
    Out.push_back(Arg);
    return;
  }
  Drained |= !isRegularFile(Arg.substr(1));
  std::string Path = realPath(Arg.substr(1));
  for (const std::string &P : Open)
    if (P == Path) {
      Out.push_back(Arg);
      return;
    }
  Open.push_back(Path);
  for (const std::string &Word : tokenizeResponse(Text))
    expandInto(Word, Open, Out, Drained);
  Open.pop_back();
}

std::vector<std::string> expandResponseFile(const std::string &Arg,
                                            bool &Drained) {
  std::vector<std::string> Out, Open;
  expandInto(Arg, Open, Out, Drained);
  return Out;
}

} // namespace crit

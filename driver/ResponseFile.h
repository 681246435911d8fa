//===- ResponseFile.h - @file arguments ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clang expands @file itself; we need to see inside for the facts, and to take
// our own options out.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_RESPONSEFILE_H
#define CRIT_DRIVER_RESPONSEFILE_H

#include <string>
#include <vector>

namespace crit {

/// Words of a response file: blanks separate, '...' and "..." group, a
/// backslash takes the next character literally.
std::vector<std::string> tokenizeResponse(const std::string &Text);

/// The words \p Arg stands for: itself, or those of the file when it is @file,
/// nested ones too. A file that cannot be read or that includes itself stays a
/// word, which is what clang does with it. \p Drained is set when one was a
/// pipe: clang would find it empty, so it has to be given the words.
std::vector<std::string> expandResponseFile(const std::string &Arg,
                                            bool &Drained);

} // namespace crit
#endif

//===- Files.h - the little the driver needs of files ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_FILES_H
#define CRIT_DRIVER_FILES_H

#include <string>

namespace crit {

/// Whole content of a regular file or pipe; false with errno set if it cannot
/// be read (a directory cannot).
bool readFile(const std::string &Path, std::string &Content);

bool isRegularFile(const std::string &Path);
bool isExecutable(const std::string &Path);

/// Absolute path without symbolic links, or \p Path when it does not exist.
std::string realPath(const std::string &Path);

/// \p Path made absolute against the working directory, nothing resolved.
std::string absolutePath(const std::string &Path);

std::string dirName(const std::string &Path);
std::string baseName(const std::string &Path);

} // namespace crit
#endif

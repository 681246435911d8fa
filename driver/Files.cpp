//===- Files.cpp - the little the driver needs of files -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Files.h"
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace crit {

bool readFile(const std::string &Path, std::string &Content) {
  int Fd = open(Path.c_str(), O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return false;
  Content.clear();
  char Buffer[65536];
  ssize_t N;
  do {
    N = read(Fd, Buffer, sizeof(Buffer));
    if (N > 0)
      Content.append(Buffer, static_cast<size_t>(N));
  } while (N > 0 || (N < 0 && errno == EINTR));
  int Saved = errno;
  close(Fd);
  errno = Saved;
  return N == 0;
}

bool isRegularFile(const std::string &Path) {
  struct stat St;
  return stat(Path.c_str(), &St) == 0 && S_ISREG(St.st_mode);
}

bool isExecutable(const std::string &Path) {
  return isRegularFile(Path) && access(Path.c_str(), X_OK) == 0;
}

std::string realPath(const std::string &Path) {
  char *Real = realpath(Path.c_str(), nullptr);
  if (!Real)
    return Path;
  std::string Result = Real;
  free(Real);
  return Result;
}

std::string absolutePath(const std::string &Path) {
  char Cwd[PATH_MAX];
  if ((!Path.empty() && Path[0] == '/') || !getcwd(Cwd, sizeof(Cwd)))
    return Path;
  return std::string(Cwd) + "/" + Path;
}

std::string dirName(const std::string &Path) {
  size_t Slash = Path.rfind('/');
  if (Slash == std::string::npos)
    return ".";
  return Slash == 0 ? "/" : Path.substr(0, Slash);
}

std::string baseName(const std::string &Path) {
  size_t Slash = Path.rfind('/');
  return Slash == std::string::npos ? Path : Path.substr(Slash + 1);
}

} // namespace crit

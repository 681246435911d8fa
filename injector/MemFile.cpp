//===- MemFile.cpp - output caught in memory ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MemFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace crit::inject {

/// Well above what programs open, so that theirs keep their numbers.
constexpr int FirstInheritedFd = 700;

MemFile::MemFile(const char *Name, bool Inheritable) {
  Fd = memfd_create(Name, MFD_CLOEXEC);
  if (Fd >= 0 && Inheritable) {
    int High = fcntl(Fd, F_DUPFD, FirstInheritedFd);
    close(Fd);
    Fd = High;
  }
  if (Fd < 0)
    throw std::runtime_error(std::string("memory file: ") +
                             std::strerror(errno));
}

MemFile::~MemFile() {
  if (Fd >= 0)
    close(Fd);
}

std::string MemFile::contents() const {
  struct stat St;
  if (fstat(Fd, &St) != 0)
    return "";
  std::string S(static_cast<size_t>(St.st_size), '\0');
  size_t Have = 0;
  while (Have < S.size()) {
    ssize_t N = pread(Fd, &S[Have], S.size() - Have, static_cast<off_t>(Have));
    if (N <= 0)
      break;
    Have += static_cast<size_t>(N);
  }
  S.resize(Have);
  return S;
}

void MemFile::copyFrom(const MemFile &Other) {
  std::string S = Other.contents();
  off_t At = lseek(Other.Fd, 0, SEEK_CUR);
  if (ftruncate(Fd, 0) != 0)
    throw std::runtime_error("memory file: cannot be truncated");
  for (size_t Done = 0; Done < S.size();) {
    ssize_t N = pwrite(Fd, &S[Done], S.size() - Done, static_cast<off_t>(Done));
    if (N <= 0)
      throw std::runtime_error("memory file: cannot be written");
    Done += static_cast<size_t>(N);
  }
  lseek(Fd, At, SEEK_SET);
}

} // namespace crit::inject

//===- Page.cpp - a counters page, read -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Page.h"
#include "../Files.h"
#include "Names.h"
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace crit::stat {

static std::runtime_error error(const std::string &Message) {
  return std::runtime_error(Message);
}

static std::string linkTarget(const std::string &Path) {
  char Buffer[PATH_MAX];
  ssize_t N = readlink(Path.c_str(), Buffer, sizeof(Buffer));
  return N < 0 ? std::string() : std::string(Buffer, static_cast<size_t>(N));
}

bool isRunning(int Pid) {
  if (kill(Pid, 0) != 0 && errno != EPERM)
    return false;
  std::string Stat;
  if (!readFile("/proc/" + std::to_string(Pid) + "/stat", Stat))
    return false;
  // "pid (name) state": a zombie does not count any more.
  size_t End = Stat.rfind(')');
  return End == std::string::npos || End + 2 >= Stat.size() ||
         (Stat[End + 2] != 'Z' && Stat[End + 2] != 'X');
}

/// Reads as much of a page as there is. Throws if it is none.
static std::unique_ptr<crit_stats_page> read(const std::string &File,
                                             const std::string &Shown) {
  int Fd = open(File.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (Fd < 0)
    throw error(Shown + ": " + strerror(errno));
  auto Page = std::make_unique<crit_stats_page>();
  struct stat St;
  size_t Done = 0;
  ssize_t N = 0;
  bool Regular = fstat(Fd, &St) == 0 && S_ISREG(St.st_mode);
  while (Regular && Done < sizeof(*Page) &&
         (N = ::read(Fd, reinterpret_cast<char *>(Page.get()) + Done,
                     sizeof(*Page) - Done)) > 0)
    Done += static_cast<size_t>(N);
  int Errno = errno;
  close(Fd);
  if (N < 0)
    throw error(Shown + ": " + strerror(Errno));
  if (Done < offsetof(crit_stats_page, Size) ||
      (Page->Magic != CRIT_STATS_MAGIC && Page->Magic != 0))
    throw error(Shown + ": not a counters page (CRIT_OPTIONS=stats=PATH of a "
                        "hardened program makes one)");
  if (Page->Magic && Page->Version != CRIT_STATS_VERSION)
    throw error(Shown + ": counters page of version " +
                std::to_string(Page->Version) + "; this crit-stat reads version " +
                std::to_string(CRIT_STATS_VERSION) +
                ", use the one of the Crit that built the program");
  if (Done < sizeof(*Page) ||
      (Page->Magic && Page->Size != sizeof(crit_stats_page)))
    throw error(Shown + ": damaged counters page: " + std::to_string(Done) +
                " bytes instead of " + std::to_string(sizeof(*Page)));
  return Page;
}

std::unique_ptr<crit_stats_page> readPage(const Source &S) {
  return read(S.File, S.Shown);
}

std::string statsOption(const std::string &Options) {
  std::string Found, Part;
  std::istringstream In(Options);
  while (std::getline(In, Part, ':'))
    if (Part.compare(0, 6, "stats=") == 0)
      Found = Part.substr(6);
  return Found;
}

/// A page among the files a process has mapped; false without.
static bool findMapped(const std::string &Proc, Source &S) {
  std::string Maps, Line;
  if (!readFile(Proc + "/maps", Maps))
    throw error("cannot look at process " + std::to_string(S.Pid) + ": " +
                strerror(errno) + "; be its user or root");
  std::istringstream In(Maps);
  while (std::getline(In, Line)) {
    std::istringstream Fields(Line);
    std::string Range, Perms, Offset, Device, Inode, Path;
    Fields >> Range >> Perms >> Offset >> Device >> Inode;
    std::getline(Fields >> std::ws, Path);
    if (Perms != "rw-s" || Path.empty() || Path[0] != '/' ||
        Offset.find_first_not_of('0') != std::string::npos)
      continue;
    for (const std::string &File :
         {S.Root + Path, Proc + "/map_files/" + Range})
      try {
        if (read(File, Path)->Magic) {
          S.File = File;
          S.Shown = Path;
          return true;
        }
      } catch (const std::runtime_error &) {
        // some other shared memory
      }
  }
  return false;
}

static std::string environmentOf(const std::string &Proc,
                                 const std::string &Name) {
  std::string All, Entry;
  readFile(Proc + "/environ", All);
  std::istringstream In(All);
  while (std::getline(In, Entry, '\0'))
    if (Entry.compare(0, Name.size() + 1, Name + "=") == 0)
      return Entry.substr(Name.size() + 1);
  return "";
}

Source findByPid(int Pid) {
  std::string Number = std::to_string(Pid), Proc = "/proc/" + Number;
  if (!isRunning(Pid))
    throw error("no process " + Number +
                "; for one that ended, name its stats file");
  Source S;
  S.Pid = Pid;
  S.Root = Proc + "/root";
  if (findMapped(Proc, S))
    return S;
  std::string Program = linkTarget(Proc + "/exe");
  std::string Path = statsOption(environmentOf(Proc, "CRIT_OPTIONS"));
  if (Path.empty()) {
    if (!hasRecords(Proc + "/exe"))
      throw error("process " + Number + " (" + Program +
                  ") was not built with crit");
    throw error("process " + Number + " (" + Program +
                ") counts nowhere; start it with CRIT_OPTIONS=stats=PATH");
  }
  for (size_t At; (At = Path.find("%p")) != std::string::npos;)
    Path.replace(At, 2, Number);
  S.Shown = Path;
  S.File = Path[0] == '/' ? S.Root + Path : Proc + "/cwd/" + Path;
  if (access(S.File.c_str(), F_OK) != 0)
    throw error("process " + Number + " (" + Program +
                ") has counted nothing in '" + Path +
                "' yet (with -fcrit=ilr, the stop makes the file)");
  return S;
}

const std::vector<CounterRow> &counterRows() {
  static const std::vector<CounterRow> Rows = {
#define Counter false
#define Gauge true
#define CRIT_COUNTER(ENUM, VALUE, NAME, KIND, CORE, TEXT)                      \
  {VALUE, NAME, KIND, TEXT},
#include "crit/counters.def"
#undef Counter
#undef Gauge
  };
  return Rows;
}

const std::vector<CoreColumn> &coreColumns() {
  static const std::vector<CoreColumn> Columns = {
#define CRIT_CORE_COLUMN(ENUM, VALUE, NAME, TEXT) {VALUE, NAME, TEXT},
#include "crit/counters.def"
  };
  return Columns;
}

} // namespace crit::stat

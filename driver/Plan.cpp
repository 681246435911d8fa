//===- Plan.cpp - what the driver will run --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Plan.h"
#include "BuildConfig.h"
#include "Files.h"
#include "Sha256.h"
#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

namespace crit {
namespace {

bool isDirectory(const std::string &Path) {
  struct stat St;
  return stat(Path.c_str(), &St) == 0 && S_ISDIR(St.st_mode);
}

bool isLld(const Facts &F) {
  if (!F.LinkerChosen)
    return false;
  std::string Name = baseName(F.Linker);
  return Name == "lld" || Name.rfind("ld.lld", 0) == 0 ||
         Name.rfind("lld-", 0) == 0;
}

bool checkTarget(const Facts &F, std::string &Error) {
  const std::string &T = F.Target;
  bool Known = T.empty() ||
               ((T.rfind("x86_64-", 0) == 0 || T.rfind("amd64-", 0) == 0) &&
                T.find("linux") != std::string::npos &&
                T.find("x32") == std::string::npos);
  if (Known && F.Width.empty())
    return true;
  Error = "target '" + (F.Width.empty() ? T : F.Width) +
          "' is not supported; Crit hardens x86_64 Linux only (-fcrit=none "
          "compiles it unhardened)";
  return false;
}

/// Boundless and these each want the address space and malloc for themselves.
std::string otherAllocator(const Facts &F) {
  std::string Found;
  for (const std::string &Word : F.Words) {
    bool On = Word.rfind("-fsanitize=", 0) == 0;
    if (!On && Word.rfind("-fno-sanitize=", 0) != 0)
      continue;
    for (const char *Name : {"address", "thread", "memory", "hwaddress", "leak"})
      if (("," + Word.substr(Word.find('=') + 1) + ",")
              .find("," + std::string(Name) + ",") != std::string::npos)
        Found = On ? Name : "";
  }
  return Found;
}

bool checkSanitizers(const Facts &F, const Options &O, std::string &Error) {
  if (std::find(O.Techniques.begin(), O.Techniques.end(),
                Technique::Boundless) == O.Techniques.end())
    return true;
  std::string Found = otherAllocator(F);
  if (Found.empty())
    return true;
  Error = "-fcrit=boundless cannot be used with -fsanitize=" + Found +
          ": both replace malloc and lay out the address space; drop one "
          "(-fno-crit=boundless)";
  return false;
}

bool checkTools(const Config &C, std::string &Error) {
  if (!isExecutable(C.Clang)) {
    Error = "no clang at '" + C.Clang +
            "'; install clang-22 (./crit build does) or name it with "
            "--crit-clang=PATH";
    return false;
  }
  // Its own headers tell the version without running it.
  if (!isDirectory(dirName(C.Clang) + "/../lib/clang/" CRIT_LLVM_MAJOR)) {
    Error = "'" + C.Clang + "' is not clang " CRIT_LLVM_MAJOR
            ", which the plugin is built for; install clang-" CRIT_LLVM_MAJOR
            " or name it with --crit-clang=PATH";
    return false;
  }
  return true;
}

bool checkPlugin(const Config &C, std::string &Error) {
  if (isRegularFile(C.Plugin))
    return true;
  Error = "the compiler plugin is missing: '" + C.Plugin +
          "'; run ./crit build, or ./crit install again";
  return false;
}

void addCompileFlags(const Options &O, const Config &C,
                     std::vector<std::string> &Args) {
  auto Frontend = [&](const std::string &Arg) {
    // To cc1 only: with a plain -mllvm, assembly inputs fail, for cc1as loads
    // no plugin.
    Args.push_back("-Xclang");
    Args.push_back(Arg);
  };
  Args.push_back("-fpass-plugin=" + C.Plugin);
  // clang 22 does without -load, but it is how ccache learns of the plugin
  // when it runs between this driver and clang.
  Frontend("-load");
  Frontend(C.Plugin);
  Frontend("-mllvm");
  Frontend("-crit=" + listTechniques(O.Techniques));
  for (const std::string &Option : O.PluginOptions) {
    Frontend("-mllvm");
    Frontend("-" + Option);
  }
  Frontend("-fdepfile-entry=" + C.Plugin);
  for (const std::string &File : O.PolicyFiles)
    Frontend("-fdepfile-entry=" + File);
  // Any remark pattern makes clang track source lines without writing debug
  // information; this one matches no pass. Messages have lines without -g.
  Args.push_back("-Rpass-analysis=^crit-line-info$");
}

/// What programs of the techniques in effect need when they are linked. An
/// object for another link (-r) does not: its runtime would be there twice.
std::vector<RuntimeArchive> runtimesFor(const Facts &F, const Options &O) {
  std::vector<RuntimeArchive> Needed;
  // Where a source is missing, clang's words are the same as without us.
  for (const Input &I : F.Inputs)
    if (I.Class == InputClass::Code && I.Name != "-" &&
        access(I.Name.c_str(), F_OK) != 0)
      return Needed;
  if (F.links() && !F.Relocatable)
    for (const RuntimeArchive &R : O.Runtimes)
      if (!R.ExeOnly || !F.Shared)
        Needed.push_back(R);
  return Needed;
}

bool checkRuntimes(const std::vector<RuntimeArchive> &Needed, const Config &C,
                   std::string &Error) {
  for (const RuntimeArchive &R : Needed) {
    std::string Path = C.Libraries + "/lib" + R.Name + ".a";
    if (isRegularFile(Path))
      continue;
    Error = "the runtime library is missing: '" + Path +
            "'; run ./crit build, or ./crit install again";
    return false;
  }
  return true;
}

/// After all of the user's objects and libraries, before clang's own (libc).
/// As -Xlinker words, since after -x c a plain file name would be C source.
void addRuntimes(const std::vector<RuntimeArchive> &Needed, const Config &C,
                 std::vector<std::string> &Args) {
  auto Linker = [&](const std::string &Arg) {
    Args.push_back("-Xlinker");
    Args.push_back(Arg);
  };
  for (const RuntimeArchive &R : Needed) {
    if (R.Whole)
      Linker("--whole-archive");
    Linker(C.Libraries + "/lib" + R.Name + ".a");
    if (R.Whole)
      Linker("--no-whole-archive");
  }
}

/// The user's words without a "--", so that something can follow them.
std::vector<std::string> withoutOptionsEnd(const Facts &F) {
  std::vector<std::string> Words = F.Words;
  if (F.OptionsEnd >= Words.size())
    return F.UserArgs;
  Words.erase(Words.begin() + static_cast<std::ptrdiff_t>(F.OptionsEnd));
  for (size_t I = F.OptionsEnd; I < Words.size(); ++I)
    if (Words[I].size() > 1 && Words[I][0] == '-')
      Words[I].insert(0, "./");
  return Words;
}

/// See ccache-files.h.
void addCcacheFiles(const Options &O, const Config &C,
                    std::vector<std::string> &Args) {
  std::string Contents;
  for (size_t I = 0; I < O.PolicyFiles.size(); ++I) {
    std::string Content, Quoted;
    if (readFile(O.PolicyFiles[I], Content))
      Contents += sha256(Content);
    for (char Ch : absolutePath(O.PolicyFiles[I])) {
      if (Ch == '"' || Ch == '\\')
        Quoted += '\\';
      Quoted += Ch;
    }
    Args.push_back("-D__CRIT_FILE_" + std::to_string(I) + "=\"" + Quoted +
                   "\"");
  }
  Args.push_back("-D__CRIT_FILES_HASH=\"<crit " + sha256(Contents) + ">\"");
  // Not a plain -include: the first of those may name a precompiled header.
  Args.insert(Args.end(), {"-Xclang", "-include", "-Xclang", C.CcacheFiles});
}

} // namespace

std::vector<Technique> unfitDefaults(const Facts &F) {
  // Its runtime is a part of programs, and made with libc. Libraries have none.
  bool Alone = F.Freestanding || (F.NoLibc && !F.Shared && !F.Relocatable);
  if (Alone || !otherAllocator(F).empty())
    return {Technique::Boundless};
  return {};
}

Config findConfig(const Options &O) {
  Config C;
  C.Driver = realPath("/proc/self/exe");
  std::string Prefix = dirName(dirName(C.Driver));
  C.Plugin = Prefix + "/lib/CritPasses.so";
  C.Libraries = Prefix + "/lib";
  C.Headers = Prefix + "/lib/crit/include";
  C.CcacheFiles = Prefix + "/lib/crit/ccache-files.h";
  // /usr/bin/clang-22 is a link into LLVM's own folder; clang++ is there too.
  C.Clang = realPath(O.Clang.empty() ? CRIT_CLANG : O.Clang);
  std::string Plain = dirName(C.Clang) + "/clang";
  if (isExecutable(Plain))
    C.Clang = Plain;
  return C;
}

bool makePlan(const Facts &F, const Options &O, const Config &C, Plan &P,
              std::string &Error) {
  if (!checkTools(C, Error))
    return false;
  P.Program = C.Clang + (F.Cxx ? "++" : "");
  std::vector<std::string> &Args = P.Args;
  if (!F.TargetPrefix.empty() && !F.RawFrontend)
    Args.push_back("--target=" + F.TargetPrefix);

  // -fcrit-inject counts instructions of unhardened code too.
  bool Counts = std::find(O.PluginOptions.begin(), O.PluginOptions.end(),
                          "crit-inject=1") != O.PluginOptions.end();
  bool Wanted = !O.Techniques.empty() || Counts;
  bool Compile = Wanted && F.compiles();
  // lld compiles bitcode it finds with or without -flto.
  bool LinkCode = Wanted && F.links() && (F.Lto || isLld(F));
  std::vector<RuntimeArchive> Runtimes = runtimesFor(F, O);
  P.Hardens = Compile || LinkCode || !Runtimes.empty();
  // Ours come first: after "--" they would be file names. The brackets keep
  // clang from warning about ours where they do nothing, and only ours.
  bool Headers = Wanted && F.preprocesses();
  bool Brackets = P.Hardens || Headers;
  if (Brackets)
    Args.push_back("--start-no-unused-arguments");
  // In a folder of its own, searched last: nothing else is found because of it.
  if (Headers)
    Args.insert(Args.end(), {"-idirafter", C.Headers});
  if (P.Hardens) {
    if (F.ClMode) {
      Error = "--driver-mode= other than gcc, g++ and cpp is not supported";
      return false;
    }
    if (!checkTarget(F, Error) || !checkSanitizers(F, O, Error) || !checkRuntimes(Runtimes, C, Error))
      return false;
    if ((Compile || LinkCode) && !checkPlugin(C, Error))
      return false;
    if (LinkCode && F.Lto && F.LinkerChosen && !isLld(F)) {
      Error = "-flto needs lld: code generated by linker '" + F.Linker +
              "' would not be hardened; use -fuse-ld=lld or drop it";
      return false;
    }
    if (Compile)
      addCompileFlags(O, C, Args);
    if (LinkCode) {
      if (!F.LinkerChosen)
        Args.push_back("-fuse-ld=lld");
      Args.push_back("-Xlinker");
      Args.push_back("--load-pass-plugin=" + C.Plugin);
    }
    if (!Runtimes.empty()) {
      // One state for all hardened images of a process: runtime/Shared.h.
      Args.push_back("-Xlinker");
      Args.push_back("--export-dynamic-symbol=__crit_shared_*");
    }
  }
  if (Brackets)
    Args.push_back("--end-no-unused-arguments");
  if (Wanted && F.PreprocessedText && !O.PolicyFiles.empty())
    addCcacheFiles(O, C, Args);
  if (Runtimes.empty()) {
    Args.insert(Args.end(), F.UserArgs.begin(), F.UserArgs.end());
    return true;
  }
  std::vector<std::string> Words = withoutOptionsEnd(F);
  Args.insert(Args.end(), Words.begin(), Words.end());
  addRuntimes(Runtimes, C, Args);
  return true;
}

std::string describe(const Plan &P) {
  std::string S = " \"" + P.Program + "\"";
  for (const std::string &Arg : P.Args) {
    S += " \"";
    for (char C : Arg) {
      if (C == '"' || C == '\\' || C == '$')
        S += '\\';
      S += C;
    }
    S += '"';
  }
  return S;
}

} // namespace crit

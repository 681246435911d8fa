//===- Audit.cpp - what a file is protected by ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Audit.h"

#include "Disassembler.h"
#include "Sites.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Object/Archive.h"

using namespace llvm;

namespace crit::audit {

static void checkSites(FileReport &Report, const CodeSites &Sites) {
  for (const Record &R : Report.Records) {
    static const std::vector<FoundSite> None;
    auto It = Sites.ByRecord.find(R.Address);
    const auto &Found = It == Sites.ByRecord.end() ? None : It->second;
    Report.SitesOf.push_back(Found.size());
    for (const std::string &Line : compareSites(R, Found))
      Report.Mismatches.push_back(R.Name + ": " + Line);
  }
}

static bool isAllowed(const Requirement &R, const std::string &Name) {
  std::string Readable = demangle(Name);
  for (const GlobPattern &P : R.Allowed)
    if (P.match(Name) || P.match(Readable))
      return true;
  return false;
}

static void checkRequirement(FileReport &Report, const Requirement &R) {
  if (!R.Modes)
    return;
  for (const Function &F : Report.Functions) {
    bool Asked = F.Kind == Function::Plain || F.Kind == Function::Recorded;
    bool Met = F.Rec && R.Modes & 1u << F.Rec->Mode;
    if (Asked && !Met && !isAllowed(R, F.Name))
      Report.Missing.push_back(&F);
  }
}

static Expected<FileReport> auditFile(StringRef Data, std::string Name,
                                      const Requirement &R,
                                      const Disassembler &D) {
  FileReport Report;
  Report.Name = std::move(Name);
  Expected<std::unique_ptr<Image>> Code = Image::create(Data);
  if (!Code)
    return Code.takeError();
  Report.Code = std::move(*Code);
  Expected<std::vector<Record>> Records = readRecords(*Report.Code);
  if (!Records)
    return Records.takeError();
  Report.Records = std::move(*Records);
  auto Functions = findFunctions(*Report.Code, D, Report.Records);
  if (!Functions)
    return Functions.takeError();
  Report.Functions = std::move(*Functions);
  if (!Report.Records.empty()) {
    std::vector<uint64_t> Starts;
    for (const Function &F : Report.Functions)
      Starts.push_back(F.Address);
    checkSites(Report, findSites(*Report.Code, D, Starts, Report.Records));
  }
  checkRequirement(Report, R);
  return std::move(Report);
}

// LLVM's reader wants its structures aligned; archives align to 2.
static Expected<FileReport> auditMember(StringRef Data, std::string Name,
                                        const Requirement &R,
                                        const Disassembler &D) {
  if (reinterpret_cast<uintptr_t>(Data.data()) % 8 == 0)
    return auditFile(Data, std::move(Name), R, D);
  auto Copy = MemoryBuffer::getMemBufferCopy(Data);
  Expected<FileReport> Report =
      auditFile(Copy->getBuffer(), std::move(Name), R, D);
  if (Report)
    Report->Copy = std::move(Copy);
  return Report;
}

static Error auditArchive(MemoryBufferRef Buffer, const Requirement &R,
                          const Disassembler &D,
                          function_ref<void(FileReport &&)> Consume) {
  Expected<std::unique_ptr<object::Archive>> Members =
      object::Archive::create(Buffer);
  if (!Members)
    return Members.takeError();
  Error Problem = Error::success();
  for (const object::Archive::Child &Child : (*Members)->children(Problem)) {
    Expected<StringRef> Name = Child.getName();
    Expected<MemoryBufferRef> Data = Child.getMemoryBufferRef();
    if (!Name || !Data)
      return joinErrors(joinErrors(std::move(Problem), Name.takeError()),
                        Data.takeError());
    // LLVM believes the size in a member's header.
    StringRef Whole = Buffer.getBuffer();
    if (!(*Members)->isThin() && Data->getBufferEnd() > Whole.end())
      return joinErrors(std::move(Problem),
                        createStringError("damaged archive: member " + *Name +
                                          " is cut off"));
    std::string Full = (Buffer.getBufferIdentifier() + "(" + *Name + ")").str();
    Expected<FileReport> Report = auditMember(Data->getBuffer(), Full, R, D);
    if (!Report)
      return joinErrors(std::move(Problem),
                        createStringError("member " + *Name + ": " +
                                          toString(Report.takeError())));
    Consume(std::move(*Report));
  }
  return Problem;
}

Error auditBuffer(MemoryBufferRef Buffer, const Requirement &R,
                  function_ref<void(FileReport &&)> Consume) {
  Expected<std::unique_ptr<Disassembler>> D = Disassembler::create();
  if (!D)
    return D.takeError();
  StringRef Data = Buffer.getBuffer();
  file_magic Magic = identify_magic(Data);
  if (Magic == file_magic::archive)
    return auditArchive(Buffer, R, **D, Consume);
  if (Magic == file_magic::bitcode)
    return createStringError(
        "LLVM bitcode: Crit protects at code generation, audit the linked file");
  Expected<FileReport> Report =
      auditFile(Data, Buffer.getBufferIdentifier().str(), R, **D);
  if (!Report)
    return Report.takeError();
  Consume(std::move(*Report));
  return Error::success();
}

} // namespace crit::audit

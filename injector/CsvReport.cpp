//===- CsvReport.cpp - results for spreadsheets ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"

#include <cstdio>
#include <fstream>

namespace crit::inject {

/// Quoted where it must be (RFC 4180).
static std::string field(const std::string &S) {
  if (S.find_first_of(",\"\n\r") == std::string::npos)
    return S;
  std::string Out = "\"";
  for (char C : S)
    Out += C == '"' ? std::string("\"\"") : std::string(1, C);
  return Out + "\"";
}

static std::string hex(uint64_t V) {
  char Buf[32];
  std::snprintf(Buf, sizeof Buf, "0x%llx", static_cast<unsigned long long>(V));
  return Buf;
}

std::string csvReport(const CampaignResult &R) {
  std::string S = "id,instant,pc,where,function,bytes,text,opcode,class,"
                  "register,kind,access,address,bit,width,old,new,outcome,"
                  "exit,signal,event\n";
  for (const FaultRecord &F : R.Faults) {
    const std::string Fields[] = {std::to_string(F.Id),
                                  std::to_string(F.Instant),
                                  hex(F.PC),
                                  F.Where,
                                  F.Function,
                                  F.Bytes,
                                  F.Text,
                                  F.Opcode,
                                  F.Class,
                                  F.Register,
                                  F.RegKind,
                                  F.Access,
                                  F.IsAddress ? "1" : "0",
                                  std::to_string(F.Bit),
                                  std::to_string(F.Width),
                                  hex(F.Old),
                                  hex(F.New),
                                  outcomeName(F.Result),
                                  std::to_string(F.ExitCode),
                                  std::to_string(F.Signal),
                                  F.Event};
    bool First = true;
    for (const std::string &One : Fields) {
      S += (First ? "" : ",") + field(One);
      First = false;
    }
    S += '\n';
  }
  return S;
}

void writeFile(const std::string &Path, const std::string &Text) {
  std::ofstream Out(Path, std::ios::trunc | std::ios::binary);
  Out << Text;
  if (!Out.flush())
    throw InputError(Path + ": cannot be written");
}

} // namespace crit::inject

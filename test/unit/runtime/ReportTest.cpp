//===- ReportTest.cpp -----------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "Report.h"
}

#include <gtest/gtest.h>
#include <vector>

namespace {

/// A record with one site, in memory as in the section.
struct FakeRecord {
  crit_func_record Head = {};
  crit_site Site = {};
  char Strings[64] = {};

  FakeRecord(const char *Function, const char *File) {
    Head.Magic = CRIT_RECORD_MAGIC;
    Head.Size = sizeof(*this);
    Head.Mode = CRIT_MODE_ILR;
    Head.AbiVersion = CRIT_ABI_VERSION;
    Head.NumSites = 1;
    Head.NumFiles = File ? 1 : 0;
    strcpy(Strings, Function);
    if (File)
      strcpy(Strings + strlen(Function) + 1, File);
  }
};

class Report : public testing::Test {
protected:
  crit_event &describe(const FakeRecord &R, int64_t Index = 0) {
    Frame.Record = &R.Head;
    Frame.Index = Index;
    memset(&Event, 0, sizeof(Event));
    memset(&Names, 0, sizeof(Names));
    critIlrDescribe(&Frame, nullptr, &Vectors, &Names, &Event);
    return Event;
  }

  std::string print() {
    char Buffer[3584];
    crit_text Out{Buffer, 0, sizeof(Buffer)};
    critIlrPrint(&Out, &Event);
    return std::string(Buffer, Out.Length);
  }

  crit_ilr_frame Frame = {};
  crit_ilr_vectors Vectors = {};
  crit_ilr_names Names = {};
  crit_event Event = {};
};

TEST_F(Report, EveryWidthOfAGeneralRegister) {
  FakeRecord R("f", "f.c");
  R.Site.Master = 0;
  R.Site.Shadow = 15;
  Frame.Gpr[0] = 0x0123456789abcdef;
  Frame.Gpr[15] = ~0x0123456789abcdefull;
  const uint64_t Masks[] = {0xff, 0xffff, 0xffffffff, ~0ull};
  for (unsigned Log2 = 0; Log2 < 4; ++Log2) {
    R.Site.LineWidth = CRIT_SITE_LINE_WIDTH(7, Log2);
    describe(R);
    EXPECT_EQ(Event.Width, 1u << Log2);
    EXPECT_EQ(Event.Bits[0], Masks[Log2]);
    EXPECT_EQ(Event.Master[0], 0x0123456789abcdefull & Masks[Log2]);
  }
  // Wider than the register, or unknown: the register.
  for (unsigned Log2 : {4u, 6u, 7u, CRIT_WIDTH_UNKNOWN}) {
    R.Site.LineWidth = CRIT_SITE_LINE_WIDTH(7, Log2);
    EXPECT_EQ(describe(R).Width, 8u);
  }
}

TEST_F(Report, LineAndFileLimits) {
  FakeRecord R("f", "f.c");
  R.Site.LineWidth = CRIT_SITE_LINE_WIDTH(CRIT_LINE_MAX, 3);
  EXPECT_EQ(describe(R).Line, CRIT_LINE_MAX);
  R.Site.LineWidth = CRIT_SITE_LINE_WIDTH(CRIT_LINE_MAX + 1, 3);
  EXPECT_EQ(describe(R).Line, 0u);
  R.Site.File = 255;
  EXPECT_STREQ(describe(R).File, "");
  R.Site.File = 1;
  EXPECT_STREQ(describe(R).File, "");
  R.Site.File = 0;
  EXPECT_STREQ(describe(R).File, "f.c");
  EXPECT_STREQ(Event.Function, "f");
}

TEST_F(Report, IndexOutOfRange) {
  FakeRecord R("f", "f.c");
  for (int64_t Index : {int64_t(1), int64_t(-1), INT64_MAX, INT64_MIN}) {
    describe(R, Index);
    EXPECT_STREQ(Event.Check, "");
    EXPECT_EQ(Event.Width, 0u);
    EXPECT_NE(print().find("mismatch ? at "), std::string::npos);
  }
}

TEST_F(Report, ModuleOfCodeWithoutLine) {
  FakeRecord R("f", "f.c");
  R.Site.Master = R.Site.Shadow = CRIT_REG_NONE;
  // A record in this program's data, with code where the record is.
  static FakeRecord Mapped = R;
  describe(Mapped);
  EXPECT_NE(strstr(Event.Module, "RuntimeTests"), nullptr) << Event.Module;
  EXPECT_EQ(Event.Code, &Mapped.Head.CodeOffset);
}

TEST_F(Report, EveryCheckKindHasItsName) {
  FakeRecord R("f", nullptr);
#define CRIT_CHECK(ENUM, VALUE, NAME, TEXT)                                    \
  R.Site.Kind = VALUE;                                                         \
  EXPECT_STREQ(describe(R).Check, NAME);
#include "crit/checks.def"
}

TEST_F(Report, EveryRegisterHasItsName) {
  char Name[8];
  const std::pair<uint32_t, const char *> Cases[] = {
      {0, "rax"},   {1, "rcx"},   {2, "rdx"},   {3, "rbx"}, {4, "rsp"},
      {5, "rbp"},   {6, "rsi"},   {7, "rdi"},   {8, "r8"},  {9, "r9"},
      {15, "r15"},  {16, "xmm0"}, {47, "xmm31"}, {48, "k0"}, {55, "k7"}};
  for (auto [Reg, Expected] : Cases) {
    memset(Name, 0, sizeof(Name));
    critIlrRegisterName(Reg, 8, Name);
    EXPECT_STREQ(Name, Expected);
  }
  critIlrRegisterName(26, 32, Name);
  EXPECT_STREQ(Name, "ymm10");
  critIlrRegisterName(16, 64, Name);
  EXPECT_STREQ(Name, "zmm0");
}

TEST_F(Report, LongestReportFits) {
  FakeRecord R("f", nullptr);
  describe(R);
  std::string Long(5000, 'n');
  Event.Function = Event.File = Event.Module = Long.c_str();
  Event.Check = "store-address";
  Event.MasterName = Event.ShadowName = "zmm31";
  Event.Line = CRIT_LINE_MAX;
  Event.Core = Event.Pid = Event.Tid = INT32_MIN;
  Event.Time = INT64_MIN;
  Event.Width = 64;
  for (int I = 0; I < 8; ++I)
    Event.Bits[I] = Event.Master[I] = Event.Shadow[I] = ~0ull;
  std::string Line = print();
  EXPECT_EQ(Line.substr(Line.size() - 10), "; stopped\n");
  std::vector<char> Buffer(3584);
  crit_text Out{Buffer.data(), 0, 3584};
  critIlrPrintJson(&Out, &Event);
  EXPECT_EQ(std::string(Out.Data + Out.Length - 3, 3), "\"}\n");
  // Names full of what JSON has to escape are cut, at worst, not overflowing.
  std::string Bad(5000, '\n');
  Event.Function = Event.File = Event.Module = Bad.c_str();
  Out.Length = 0;
  critIlrPrintJson(&Out, &Event);
  EXPECT_LE(Out.Length, Out.Capacity);
}

} // namespace

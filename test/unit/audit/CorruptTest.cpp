//===- CorruptTest.cpp - damaged files: an error or a report, never a crash ==//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Input.h"
#include "Report.h"

#include "llvm/BinaryFormat/ELF.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace crit::audit;
using namespace llvm;

namespace {

/// Audits and prints Data; what comes out is judged by the caller.
std::string audit(StringRef Data) {
  auto Buffer = MemoryBuffer::getMemBufferCopy(Data, "damaged");
  std::string Text;
  raw_string_ostream OS(Text);
  json::OStream J(OS);
  J.arrayBegin();
  Requirement R;
  R.Modes = 1u << CRIT_MODE_ILR;
  Error E = auditBuffer(Buffer->getMemBufferRef(), R, [&](FileReport &&F) {
    printText(OS, F, true);
    printJson(J, F, true);
  });
  J.arrayEnd();
  return toString(std::move(E));
}

class Corrupt : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    Data = readInput(GetParam());
    ASSERT_EQ(audit(Data), "");
  }
  std::string Data;
};

TEST_P(Corrupt, EveryLength) {
  unsigned Errors = 0;
  for (size_t Size = 0; Size < Data.size(); ++Size)
    Errors += !audit(StringRef(Data).take_front(Size)).empty();
  // The section table is at the end: every cut is noticed.
  EXPECT_EQ(Errors, Data.size());
}

TEST_P(Corrupt, EveryByteOfTheHeader) {
  for (size_t At = 0; At < sizeof(ELF::Elf64_Ehdr); ++At)
    for (int Value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string Bad = Data;
      Bad[At] = static_cast<char>(Value);
      audit(Bad);
    }
}

TEST_P(Corrupt, RandomBytes) {
  std::mt19937 Random(1);
  for (int Round = 0; Round < 6000; ++Round) {
    std::string Bad = Data;
    for (int I = Random() % 8; I >= 0; --I)
      Bad[Random() % Bad.size()] = static_cast<char>(Random());
    audit(Bad);
  }
}

TEST_P(Corrupt, RandomWordsOfTheSectionTable) {
  ELF::Elf64_Ehdr Header;
  memcpy(&Header, Data.data(), sizeof(Header));
  std::mt19937_64 Random(2);
  const uint64_t Values[] = {0,          1,          ~0ull,      1ull << 63,
                             0xffffffff, 0x80000000, 0x7fffffff, Data.size()};
  size_t Size = size_t(Header.e_shnum) * sizeof(ELF::Elf64_Shdr);
  for (int Round = 0; Round < 6000; ++Round) {
    std::string Bad = Data;
    size_t At = Header.e_shoff + Random() % (Size / 8) * 8;
    uint64_t Value = Round % 2 ? Random() : Values[Random() % 8];
    memcpy(&Bad[At], &Value, Round % 3 ? 8 : 4);
    audit(Bad);
  }
}

INSTANTIATE_TEST_SUITE_P(ObjectAndLinked, Corrupt,
                         testing::Values("hand.o", "hand.exe"));

TEST(CorruptRecords, EveryFieldIsChecked) {
  std::string Data = readInput("hand.exe");
  const char Magic[] = "CRT1";
  size_t At = Data.find(Magic);
  ASSERT_NE(At, std::string::npos);
  auto With = [&](size_t Offset, uint32_t Value) {
    std::string Bad = Data;
    memcpy(&Bad[At + Offset], &Value, 4);
    return audit(Bad);
  };
  EXPECT_NE(With(0, 0x32545243).find("no record starts here"),
            std::string::npos);
  for (uint32_t Size : {0u, 1u, 8u, 39u, 44u})
    EXPECT_NE(With(4, Size).find("impossible size"), std::string::npos) << Size;
  EXPECT_NE(With(4, 0xfffffff8).find("cut off"), std::string::npos);
  EXPECT_NE(With(8, 0x7fffffff).find("points outside the code"),
            std::string::npos);
  EXPECT_NE(With(12, 0x00010004).find("unknown mode 4"), std::string::npos)
      << With(12, 0x00010004);
  EXPECT_NE(With(12, 0x00020001).find("record format 2"), std::string::npos);
  for (size_t Count : {28, 32, 36})
    EXPECT_NE(With(Count, 0xffffffff).find("tables larger than the record"),
              std::string::npos)
        << Count;
}

TEST(CorruptFiles, OneClearLine) {
  EXPECT_EQ(audit(""), "not an ELF file or an archive of them");
  EXPECT_EQ(audit("hello"), "not an ELF file or an archive of them");
  EXPECT_EQ(audit("\177ELF"), "damaged ELF file: shorter than its header");
  EXPECT_NE(audit("BC\xc0\xde").find("LLVM bitcode"), std::string::npos);
  std::string Data = readInput("hand.exe");
  std::string Bad = Data;
  Bad[ELF::EI_CLASS] = ELF::ELFCLASS32;
  EXPECT_EQ(audit(Bad), "not a 64-bit x86-64 file");
  Bad = Data;
  Bad[offsetof(ELF::Elf64_Ehdr, e_machine)] = static_cast<char>(ELF::EM_AARCH64);
  EXPECT_EQ(audit(Bad), "not for x86-64 (ELF machine 183)");
  Bad = Data;
  Bad[offsetof(ELF::Elf64_Ehdr, e_type)] = ELF::ET_CORE;
  EXPECT_EQ(audit(Bad), "neither object, executable nor shared object");
  Bad = Data;
  memset(&Bad[offsetof(ELF::Elf64_Ehdr, e_shoff)], 0, 8);
  memset(&Bad[offsetof(ELF::Elf64_Ehdr, e_shnum)], 0, 4);
  EXPECT_EQ(audit(Bad), "no section table: nothing to audit by");
}

TEST(CorruptArchives, RandomBytes) {
  std::string Object = readInput("hand.o");
  char Header[61];
  snprintf(Header, sizeof(Header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", "hand.o/",
           0, 0, 0, 0644, Object.size());
  // The second member is at an address that is not a multiple of 8.
  std::string Archive = std::string("!<arch>\n") + Header + Object + Header +
                        Object;
  ASSERT_EQ(audit(Archive), "");
  std::mt19937 Random(3);
  for (int Round = 0; Round < 3000; ++Round) {
    std::string Bad = Archive;
    size_t Range = Round % 2 ? 68 : Bad.size();
    for (int I = Random() % 4; I >= 0; --I)
      Bad[Random() % Range] = static_cast<char>(Random());
    audit(Bad);
  }
  for (size_t Size = 0; Size < Archive.size(); Size += 7)
    audit(StringRef(Archive).take_front(Size));
}

} // namespace

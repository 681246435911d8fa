//===- StatsTest.cpp - counters page and /proc/self/maps ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Maps.h"
#include "Stats.h"
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace {

class Stats : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(Folder), nullptr);
    Path = std::string(Folder) + "/page";
  }
  void TearDown() override {
    unlink(Path.c_str());
    rmdir(Folder);
  }
  crit_stats_page *open() {
    crit_text Errors = {Buffer, 0, sizeof(Buffer)};
    crit_stats_page *Page = critStatsOpen(Path.c_str(), &Errors);
    Message.assign(Buffer, Errors.Length);
    return Page;
  }
  static crit_stats_event event(uint64_t Offset, const uint64_t *Bits = nullptr,
                                uint32_t Words = 0) {
    return {CRIT_COUNTER_Recovered, 3, 100, 0, Offset, Bits, Words};
  }

  char Folder[32] = "/tmp/crit-stats-XXXXXX";
  char Buffer[1024];
  std::string Path, Message;
};

TEST_F(Stats, FileIsPrivateAndShared) {
  crit_stats_page *Page = open();
  ASSERT_NE(Page, nullptr) << Message;
  struct stat St;
  ASSERT_EQ(stat(Path.c_str(), &St), 0);
  EXPECT_EQ(St.st_mode & 07777, 0600u);
  EXPECT_EQ(St.st_size, off_t(sizeof(crit_stats_page)));
  // Blocks are there: a full disk later is no SIGBUS.
  EXPECT_GE(St.st_blocks * 512, St.st_size);
  critStatsAdd(Page, CRIT_COUNTER_Retries, 5);
  crit_stats_page *Again = open();
  ASSERT_NE(Again, nullptr);
  EXPECT_EQ(Again->Counters[CRIT_COUNTER_Retries], 5u);
  EXPECT_EQ(Again->Made, Page->Made);
}

TEST_F(Stats, ForeignFilesStayAsTheyAre) {
  int Fd = ::open(Path.c_str(), O_CREAT | O_WRONLY, 0600);
  ASSERT_EQ(write(Fd, "data", 4), 4);
  close(Fd);
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Message.find("not a counters page"), std::string::npos) << Message;
  EXPECT_EQ(Message.back(), '\n');
  struct stat St;
  ASSERT_EQ(stat(Path.c_str(), &St), 0);
  EXPECT_EQ(St.st_size, 4);
}

TEST_F(Stats, EventGoesIntoAllTables) {
  crit_stats_page *Page = open();
  const uint64_t Bits[2] = {1, 1ull << 63 | 1};
  crit_stats_event E = event(0x1234, Bits, 2);
  critStatsEvent(Page, &E);
  E.Time = 200;
  critStatsEvent(Page, &E);
  EXPECT_EQ(Page->Counters[CRIT_COUNTER_Recovered], 2u);
  EXPECT_EQ(Page->Cores[3].Count[CRIT_CORE_Recovered], 2u);
  EXPECT_EQ(Page->Bits[0], 4u);
  EXPECT_EQ(Page->Bits[63], 2u);
  unsigned Found = 0;
  for (const crit_stats_site &S : Page->Sites)
    if (S.Key) {
      ++Found;
      EXPECT_EQ(CRIT_SITE_KEY_COUNTER(S.Key), uint32_t(CRIT_COUNTER_Recovered));
      EXPECT_EQ(CRIT_SITE_KEY_MODULE(S.Key), 0);
      EXPECT_EQ(CRIT_SITE_KEY_OFFSET(S.Key), 0x1234u);
      EXPECT_EQ(S.Count, 2u);
      EXPECT_EQ(S.First, 100);
      EXPECT_EQ(S.Last, 200);
      EXPECT_EQ(S.Bits, 1ull << 63 | 1);
    }
  EXPECT_EQ(Found, 1u);
  // Not counted per core; a core beyond the table; none.
  E.Counter = CRIT_COUNTER_Retries;
  critStatsEvent(Page, &E);
  E.Counter = CRIT_COUNTER_Stopped;
  E.Core = 100000;
  critStatsEvent(Page, &E);
  E.Core = -1;
  critStatsEvent(Page, &E);
  EXPECT_EQ(Page->Cores[CRIT_STATS_CORES - 1].Count[CRIT_CORE_Stopped], 1u);
}

TEST_F(Stats, ThreadsLoseNothing) {
  crit_stats_page *Page = open();
  constexpr unsigned Threads = 4, Times = 5000, Places = 2000;
  std::vector<std::thread> All;
  for (unsigned T = 0; T < Threads; ++T)
    All.emplace_back([&] {
      for (unsigned I = 0; I < Times; ++I) {
        crit_stats_event E = event(I % Places);
        critStatsEvent(Page, &E);
      }
    });
  for (std::thread &T : All)
    T.join();
  uint64_t Sum = Page->SitesLost;
  for (const crit_stats_site &S : Page->Sites)
    Sum += S.Count;
  EXPECT_EQ(Page->Counters[CRIT_COUNTER_Recovered], Threads * Times);
  EXPECT_EQ(Sum, Threads * Times);
  EXPECT_GT(Page->SitesLost, 0u);
}

TEST_F(Stats, ModulesAreFoundAgain) {
  crit_stats_page *Page = open();
  EXPECT_EQ(critStatsModule(Page, "/a"), 0);
  EXPECT_EQ(critStatsModule(Page, "/ab"), 1);
  EXPECT_EQ(critStatsModule(Page, "/a"), 0);
  std::string Long(1000, 'x');
  EXPECT_EQ(critStatsModule(Page, Long.c_str()), 2);
  EXPECT_EQ(critStatsModule(Page, Long.c_str()), 2);
  for (int I = 3; I < CRIT_STATS_MODULES; ++I)
    EXPECT_EQ(critStatsModule(Page, ("/m" + std::to_string(I)).c_str()), I);
  EXPECT_EQ(critStatsModule(Page, "/more"), -1);
  EXPECT_EQ(critStatsModule(Page, "/ab"), 1);
}

TEST(Maps, FindsFileAndStart) {
  crit_mapping M = {};
  ASSERT_TRUE(critFindMapping(uint64_t(&critStatsOpen), &M));
  EXPECT_NE(strstr(M.Path, "RuntimeTests"), nullptr) << M.Path;
  EXPECT_EQ(memcmp(reinterpret_cast<const char *>(M.Start), "\177ELF", 4), 0);
  EXPECT_LE(M.Start, M.Low);
  EXPECT_LT(uint64_t(&critStatsOpen), M.High);
  void *Page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  M = {};
  EXPECT_TRUE(critFindMapping(uint64_t(Page), &M));
  EXPECT_EQ(M.Start, 0u);
  EXPECT_FALSE(critFindMapping(1, &M));
}

} // namespace

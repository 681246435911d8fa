//===- TextTest.cpp -------------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Text.h"

#include <gtest/gtest.h>

namespace {

struct Text : crit_text {
  char Buffer[64];
  explicit Text(uint32_t Size = sizeof(Buffer)) : crit_text{Buffer, 0, Size} {}
  std::string str() const { return std::string(Data, Length); }
};

std::string dec(int64_t Value) {
  Text T;
  critTextDec(&T, Value);
  return T.str();
}

TEST(Text, NeverOverflows) {
  for (uint32_t Size = 0; Size < 20; ++Size) {
    Text T(Size);
    memset(T.Buffer, '#', sizeof(T.Buffer));
    critTextPut(&T, "0123456789");
    critTextDec(&T, -12345);
    critTextName(&T, "name", 100);
    critTextJson(&T, "a\"b", 100);
    EXPECT_EQ(T.Length, Size);
    EXPECT_EQ(T.Buffer[Size], '#');
  }
}

TEST(Text, DecimalLimits) {
  EXPECT_EQ(dec(0), "0");
  EXPECT_EQ(dec(-1), "-1");
  EXPECT_EQ(dec(INT64_MAX), "9223372036854775807");
  EXPECT_EQ(dec(INT64_MIN), "-9223372036854775808");
  for (int64_t Power = 1; Power < INT64_MAX / 10; Power *= 10) {
    EXPECT_EQ(dec(Power), std::to_string(Power));
    EXPECT_EQ(dec(Power - 1), std::to_string(Power - 1));
  }
}

TEST(Text, HexDropsLeadingZerosAcrossWords) {
  auto Hex = [](std::initializer_list<uint64_t> Words) {
    Text T;
    critTextHex(&T, Words.begin(), Words.size());
    return T.str();
  };
  EXPECT_EQ(Hex({0}), "0x0");
  EXPECT_EQ(Hex({0, 0}), "0x0");
  EXPECT_EQ(Hex({0xabcdef}), "0xabcdef");
  EXPECT_EQ(Hex({1, 1}), "0x10000000000000001");
  EXPECT_EQ(Hex({~0ull, 0}), "0xffffffffffffffff");
}

TEST(Text, NamesStayOneLineAndShort) {
  Text T;
  critTextName(&T, "a\nb\tc\x7f", 100);
  EXPECT_EQ(T.str(), "a?b?c?");
  Text U;
  critTextName(&U, "abcdef", 3);
  EXPECT_EQ(U.str(), "abc...");
  Text V;
  critTextName(&V, "abc", 3);
  EXPECT_EQ(V.str(), "abc");
}

TEST(Text, JsonEscapes) {
  Text T;
  critTextJson(&T, "a\"b\\c\n\x1f\xc3\xa9", 100);
  EXPECT_EQ(T.str(), "\"a\\\"b\\\\c\\u000a\\u001f\xc3\xa9\"");
}

} // namespace

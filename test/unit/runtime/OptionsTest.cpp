//===- OptionsTest.cpp ----------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Options.h"

#include <gtest/gtest.h>

namespace {

class Options : public testing::Test {
protected:
  Options() { critOptionsReset(&O); }

  std::string parse(const char *String) {
    char Buffer[4096];
    crit_text Errors{Buffer, 0, sizeof(Buffer)};
    Wrong = critOptionsParse(&O, String, "CRIT_OPTIONS", &Errors);
    return std::string(Buffer, Errors.Length);
  }

  crit_options O;
  unsigned Wrong = 0;
};

TEST_F(Options, Defaults) {
  EXPECT_EQ(O.on_stop, 0u);
  EXPECT_STREQ(O.log, "");
  EXPECT_EQ(O.quiet, 0u);
  EXPECT_EQ(O.hook_seconds, 10u);
  EXPECT_EQ(O.help, 0u);
}

TEST_F(Options, NothingToParse) {
  EXPECT_EQ(parse(nullptr), "");
  EXPECT_EQ(parse(""), "");
  EXPECT_EQ(parse("::"), "");
  EXPECT_EQ(Wrong, 0u);
}

TEST_F(Options, LastWins) {
  EXPECT_EQ(parse("on_stop=abort:quiet=1:on_stop=hook:log=/a/b=c"), "");
  EXPECT_EQ(O.on_stop, 2u);
  EXPECT_EQ(O.quiet, 1u);
  EXPECT_STREQ(O.log, "/a/b=c");
}

TEST_F(Options, NearestKey) {
  const std::pair<const char *, const char *> Cases[] = {
      {"onstop=exit", "on_stop"}, {"logs=x", "log"},   {"quit=1", "quiet"},
      {"hook_second=1", "hook_seconds"}, {"hlep=1", "help"}, {"=1", "log"},
  };
  for (auto [Input, Nearest] : Cases) {
    std::string Text = parse(Input);
    EXPECT_EQ(Wrong, 1u) << Input;
    EXPECT_NE(Text.find("did you mean '" + std::string(Nearest) + "'?"),
              std::string::npos)
        << Input << ": " << Text;
  }
}

TEST_F(Options, KeysAreWholeWords) {
  parse("qui=1");
  EXPECT_EQ(Wrong, 1u);
  parse("quietly=1");
  EXPECT_EQ(Wrong, 1u);
  EXPECT_EQ(O.quiet, 0u);
}

TEST_F(Options, ValuesAreWholeWords) {
  for (const char *Bad :
       {"on_stop=", "on_stop=ex", "on_stop=exits", "on_stop=exit|abort",
        "on_stop", "quiet=2", "quiet=", "quiet=01", "hook_seconds=",
        "hook_seconds=-1", "hook_seconds=1s", "hook_seconds=4294967296",
        "hook_seconds=99999999999999999999999"}) {
    std::string Text = parse(Bad);
    EXPECT_EQ(Wrong, 1u) << Bad;
    EXPECT_EQ(std::count(Text.begin(), Text.end(), '\n'), 1) << Text;
  }
  EXPECT_EQ(O.on_stop, 0u);
  EXPECT_EQ(O.hook_seconds, 10u);
  EXPECT_EQ(parse("hook_seconds=4294967295"), "");
  EXPECT_EQ(O.hook_seconds, 4294967295u);
}

TEST_F(Options, PathLimit) {
  std::string Fits(CRIT_PATH_MAX - 1, 'p'), TooLong(CRIT_PATH_MAX, 'q');
  EXPECT_EQ(parse(("log=" + Fits).c_str()), "");
  EXPECT_EQ(O.log, Fits);
  EXPECT_NE(parse(("log=" + TooLong).c_str()), "");
  EXPECT_EQ(O.log, Fits);
}

TEST_F(Options, ErrorsOfAnyLengthStayInTheirBuffer) {
  for (uint32_t Size : {0u, 1u, 10u, 50u}) {
    std::string Buffer(64, '#'), Key(5000, 'x');
    crit_text Errors{Buffer.data(), 0, Size};
    EXPECT_EQ(critOptionsParse(&O, Key.c_str(), "CRIT_OPTIONS", &Errors), 1u);
    EXPECT_EQ(Buffer[Size], '#');
  }
}

TEST_F(Options, HelpNamesEveryOption) {
  char Buffer[4096];
  crit_text Out{Buffer, 0, sizeof(Buffer)};
  critOptionsHelp(&Out);
  std::string Help(Buffer, Out.Length);
#define CRIT_RUNTIME_OPTION(TYPE, NAME, VALUES, DEFAULT, TEXT)                 \
  EXPECT_NE(Help.find("\n  " #NAME "=" VALUES "  " TEXT), std::string::npos);
#include "RuntimeOptions.def"
  EXPECT_LT(Out.Length, 2500u) << "Fail.c prints it from a 3,584-byte buffer";
}

} // namespace

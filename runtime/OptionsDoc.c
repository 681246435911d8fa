//===- OptionsDoc.c - prints docs/runtime-options.md ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The page is in the repository; test/runtime/options-doc.test compares.
//===----------------------------------------------------------------------===//
#include <stdio.h>

int main(void) {
  puts("# Options of a running program\n\n"
       "<!-- Generated: crit-options-doc > docs/runtime-options.md -->\n\n"
       "`CRIT_OPTIONS=key=value:key=value` in the environment of a hardened "
       "program. A program\n"
       "can bring its own by defining `const char *crit_default_options(void)` "
       "(`<crit/crit.h>`);\n"
       "the environment wins over that, except in set-user-id programs, where "
       "it is not read.\n\n"
       "`-fcrit=ilr` has no start-up code: options are read, and wrong ones "
       "reported, when a\n"
       "check fails. A wrong option changes nothing else; the program still "
       "stops.\n\n"
       "| key | values | default | meaning |\n|---|---|---|---|");
#define CRIT_RUNTIME_OPTION(TYPE, NAME, VALUES, DEFAULT, TEXT)                 \
  for (const char *C = "| `" #NAME "` | `" VALUES "` | "; *C; ++C)             \
    if (*C == '|' && C[-1] != ' ' && C[1] != ' ' && C[1])                      \
      fputs("\\|", stdout);                                                    \
    else                                                                       \
      putchar(*C == '\0' ? ' ' : *C);                                          \
  printf("%s | %s |\n", *DEFAULT ? "`" DEFAULT "`" : "none", TEXT);
#include "RuntimeOptions.def"
  return 0;
}

//===- Options.c - CRIT_OPTIONS of the running program --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table is one string and an array of offsets rather than structs with
// pointers: those would need relocations, and a failure can come before the
// dynamic loader has applied them.
//===----------------------------------------------------------------------===//
#include "Options.h"

#include <stddef.h>

enum option_type { Enum, Bool, UInt, Path };

// name, values, default, text of each option, in order.
static const char Strings[] =
#define CRIT_RUNTIME_OPTION(TYPE, NAME, VALUES, DEFAULT, TEXT)                 \
#NAME "\0" VALUES "\0" DEFAULT "\0" TEXT "\0"
#include "RuntimeOptions.def"
    ;

static const struct {
  uint16_t Type;
  uint16_t Offset;
} Rows[] = {
#define CRIT_RUNTIME_OPTION(TYPE, NAME, VALUES, DEFAULT, TEXT)                 \
  {TYPE, offsetof(struct crit_options, NAME)},
#include "RuntimeOptions.def"
};

#define NUM_ROWS (sizeof(Rows) / sizeof(Rows[0]))
#define MAX_KEY 24

static const char *next(const char *String) {
  while (*String++)
    ;
  return String;
}

// String of length Length at A equals the Terminator-terminated one at B.
static int equals(const char *A, uint32_t Length, const char *B) {
  for (; Length; --Length)
    if (!*B || *B == '|' || *A++ != *B++)
      return 0;
  return *B == 0 || *B == '|';
}

static int setOption(struct crit_options *Options, unsigned Row,
                     const char *Values, const char *Value, uint32_t Length) {
  char *Field = (char *)Options + Rows[Row].Offset;
  uint64_t Number = 0;
  switch (Rows[Row].Type) {
  case Path:
    if (Length >= CRIT_PATH_MAX)
      return 0;
    for (uint32_t I = 0; I < Length; ++I)
      Field[I] = Value[I];
    Field[Length] = 0;
    return 1;
  case UInt:
    if (!Length)
      return 0;
    for (; Length; --Length, ++Value) {
      if (*Value < '0' || *Value > '9')
        return 0;
      Number = Number * 10 + (uint64_t)(*Value - '0');
      if (Number > 0xffffffffu)
        return 0;
    }
    break;
  default: // Enum and Bool: index of the word
    while (!Length || !equals(Value, Length, Values)) {
      while (*Values && *Values != '|')
        ++Values;
      if (!*Values++)
        return 0;
      ++Number;
    }
  }
  *(uint32_t *)(void *)Field = (uint32_t)Number;
  return 1;
}

// Edit distance between a key and an option's name, for "did you mean".
static unsigned distance(const char *Key, uint32_t Length, const char *Name) {
  uint8_t Row[MAX_KEY + 1];
  for (uint32_t I = 0; I <= Length; ++I)
    Row[I] = (uint8_t)I;
  for (unsigned J = 1; *Name; ++Name, ++J) {
    unsigned Diagonal = Row[0];
    Row[0] = (uint8_t)J;
    for (uint32_t I = 1; I <= Length; ++I) {
      unsigned Best = Diagonal + (Key[I - 1] != *Name);
      Diagonal = Row[I];
      if (Diagonal + 1 < Best)
        Best = Diagonal + 1;
      if (Row[I - 1] + 1u < Best)
        Best = Row[I - 1] + 1u;
      Row[I] = (uint8_t)Best;
    }
  }
  return Row[Length];
}

static void putSlice(struct crit_text *T, const char *String, uint32_t Length) {
  critTextChar(T, '\'');
  for (uint32_t I = 0; I < Length && I < 80; ++I)
    critTextChar(T, (unsigned char)String[I] < 0x20 ? '?' : String[I]);
  critTextChar(T, '\'');
}

static void reportUnknown(struct crit_text *Errors, const char *Key,
                          uint32_t Length) {
  const char *Nearest = Strings, *Name = Strings;
  unsigned Least = ~0u;
  critTextPut(Errors, "unknown option ");
  putSlice(Errors, Key, Length);
  for (unsigned Row = 0; Row < NUM_ROWS; ++Row) {
    unsigned D = distance(Key, Length < MAX_KEY ? Length : MAX_KEY, Name);
    if (D < Least) {
      Least = D;
      Nearest = Name;
    }
    Name = next(next(next(next(Name))));
  }
  critTextPut(Errors, ", did you mean '");
  critTextPut(Errors, Nearest);
  critTextPut(Errors, "'? (help=1 lists all)\n");
}

void critOptionsReset(struct crit_options *Options) {
  const char *Name = Strings;
  for (unsigned Row = 0; Row < NUM_ROWS; ++Row) {
    const char *Values = next(Name), *Default = next(Values);
    const char *Text = next(Default);
    setOption(Options, Row, Values, Default, (uint32_t)(Text - Default - 1));
    Name = next(Text);
  }
}

static unsigned parseOne(struct crit_options *Options, const char *Part,
                         uint32_t Length, const char *Source,
                         struct crit_text *Errors) {
  const char *Name = Strings;
  uint32_t Key = 0;
  while (Key < Length && Part[Key] != '=')
    ++Key;
  for (unsigned Row = 0; Row < NUM_ROWS; ++Row) {
    const char *Values = next(Name);
    if (equals(Part, Key, Name)) {
      const char *Value = Part + Key + 1;
      if (Key < Length &&
          setOption(Options, Row, Values, Value, Length - Key - 1))
        return 0;
      critTextPut(Errors, "crit: ");
      critTextPut(Errors, Source);
      critTextPut(Errors, ": bad value in ");
      putSlice(Errors, Part, Length);
      critTextPut(Errors, ", expected ");
      critTextPut(Errors, Name);
      critTextChar(Errors, '=');
      critTextPut(Errors, Values);
      critTextChar(Errors, '\n');
      return 1;
    }
    Name = next(next(next(Values)));
  }
  critTextPut(Errors, "crit: ");
  critTextPut(Errors, Source);
  critTextPut(Errors, ": ");
  reportUnknown(Errors, Part, Key);
  return 1;
}

unsigned critOptionsParse(struct crit_options *Options, const char *String,
                          const char *Source, struct crit_text *Errors) {
  unsigned Wrong = 0;
  while (String && *String) {
    const char *End = String;
    while (*End && *End != ':')
      ++End;
    if (End != String)
      Wrong +=
          parseOne(Options, String, (uint32_t)(End - String), Source, Errors);
    String = *End ? End + 1 : End;
  }
  return Wrong;
}

void critOptionsHelp(struct crit_text *Out) {
  const char *Name = Strings;
  critTextPut(Out, "CRIT_OPTIONS=key=value:key=value\n");
  for (unsigned Row = 0; Row < NUM_ROWS; ++Row) {
    const char *Values = next(Name), *Default = next(Values);
    const char *Text = next(Default);
    critTextPut(Out, "  ");
    critTextPut(Out, Name);
    critTextChar(Out, '=');
    critTextPut(Out, Values);
    critTextPut(Out, "  ");
    critTextPut(Out, Text);
    critTextPut(Out, " (default: ");
    critTextPut(Out, *Default ? Default : "none");
    critTextPut(Out, ")\n");
    Name = next(Text);
  }
}

//===- Report.c - from a failed check to a line of text -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"

#include "Syscall.h"

#include <stddef.h>

static const char CheckNames[] =
#define CRIT_CHECK(ENUM, VALUE, NAME, TEXT) NAME "\0"
#include "crit/checks.def"
    ;

static void findCheckName(uint32_t Kind, struct crit_ilr_names *Names) {
  const char *Name = CheckNames;
  for (; Kind && Name < CheckNames + sizeof(CheckNames) - 1; --Kind)
    while (*Name++)
      ;
  for (uint32_t I = 0; I + 1 < sizeof(Names->Check) && *Name; ++I)
    Names->Check[I] = *Name++;
}

static const char *findFile(const struct crit_func_record *Record,
                            const char *String, uint32_t File) {
  const char *End = (const char *)Record + Record->Size;
  if (File >= Record->NumFiles)
    return "";
  for (++File; File && String < End; --File) // skips the function's name first
    while (String < End && *String++)
      ;
  return String < End ? String : "";
}

static void describeValues(const struct crit_ilr_frame *Frame,
                           const struct crit_ilr_vectors *Vectors,
                           const struct crit_site *Site,
                           struct crit_ilr_names *Names,
                           struct crit_event *Event) {
  uint32_t Log2 = CRIT_SITE_LOG2_BYTES(Site->LineWidth);
  uint32_t Bytes =
      critIlrReadRegister(Frame, Vectors, Site->Master, Event->Master);
  uint32_t Other =
      critIlrReadRegister(Frame, Vectors, Site->Shadow, Event->Shadow);
  if (Other < Bytes && Site->Shadow != CRIT_REG_NONE)
    Bytes = Other;
  if (Log2 <= 6 && 1u << Log2 < Bytes)
    Bytes = 1u << Log2;
  Event->Width = Bytes;
  for (uint32_t I = 0; I < 8; ++I) {
    uint64_t Keep = I * 8 + 8 <= Bytes ? ~0ull
                    : I * 8 >= Bytes   ? 0
                                       : (1ull << Bytes % 8 * 8) - 1;
    Event->Master[I] &= Keep;
    Event->Shadow[I] &= Keep;
    Event->Bits[I] = Event->Master[I] ^ Event->Shadow[I];
  }
  if (Bytes) {
    critIlrRegisterName(Site->Master, Bytes, Names->Master);
    if (Other)
      critIlrRegisterName(Site->Shadow, Bytes, Names->Shadow);
  }
}

static void describeProcess(struct crit_event *Event) {
  struct {
    int64_t Seconds, Nanoseconds;
  } Now = {0, 0};
  uint32_t Core = 0;
  Event->Core = CRIT_SYSCALL(getcpu, &Core, 0, 0, 0) == 0 ? (int32_t)Core : -1;
  CRIT_SYSCALL(clock_gettime, 0 /*CLOCK_REALTIME*/, &Now, 0, 0);
  Event->Time = Now.Seconds * 1000000000 + Now.Nanoseconds;
  Event->Pid = (int32_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0);
  Event->Tid = (int32_t)CRIT_SYSCALL(gettid, 0, 0, 0, 0);
}

void critIlrDescribe(const struct crit_ilr_frame *Frame, const char *ImageStart,
                     const struct crit_ilr_vectors *Vectors,
                     struct crit_ilr_names *Names, struct crit_event *Event) {
  const struct crit_func_record *Record = Frame->Record;
  uint64_t Index = (uint64_t)Frame->Index & ~(uint64_t)CRIT_SITE_RECOVERABLE;
  Event->Size = sizeof(*Event);
  Event->Technique = CRIT_TECHNIQUE_ILR;
  Event->Check = Names->Check;
  Event->MasterName = Names->Master;
  Event->ShadowName = Names->Shadow;
  Event->Function = Event->File = Event->Module = "";
  describeProcess(Event);
  // The fault may have hit the way here: nothing of the record is used before
  // it looks like one.
  struct crit_mapping *Mapping = &Names->Mapping;
  if (Record->Magic != CRIT_RECORD_MAGIC) {
    Mapping->Low = Mapping->High = Mapping->Start = 0;
    return;
  }
  if (Record->Mode == CRIT_MODE_HAFT)
    Event->Technique = CRIT_TECHNIQUE_HAFT;
  if (Record->Mode == CRIT_MODE_DELTA)
    Event->Technique = CRIT_TECHNIQUE_DELTA;
  Event->Code = (const char *)&Record->CodeOffset + Record->CodeOffset;
  if (ImageStart)
    Event->Offset = (uint64_t)((const char *)Event->Code - ImageStart);
  const struct crit_site *Site = (const struct crit_site *)(Record + 1);
  const char *String = (const char *)(Site + Record->NumSites) +
                       Record->NumReasons * sizeof(struct crit_reason_count);
  Event->Function = String;
  if (Index < Record->NumSites) {
    Site += Index;
    findCheckName(CRIT_SITE_KIND(Site->Kind), Names);
    Event->Line = CRIT_SITE_LINE(Site->LineWidth);
    Event->File = findFile(Record, String, Site->File);
    describeValues(Frame, Vectors, Site, Names, Event);
  }
  uint64_t Code = (uint64_t)Event->Code;
  if (Code < Mapping->Low || Code >= Mapping->High) {
    Mapping->Low = Mapping->High = Mapping->Start = 0;
    Mapping->Path[0] = 0;
    critFindMapping(Code, Mapping);
  }
  if (Mapping->High && !Event->Line)
    Event->Module = Mapping->Path;
}

static const char Techniques[4][8] = {"ilr", "ilr", "haft", "delta"};

void critIlrPrint(struct crit_text *Out, const struct crit_event *Event) {
  critTextPut(Out, "crit: ");
  critTextPut(Out, Techniques[Event->Technique % 4]);
  critTextPut(Out, ": mismatch ");
  critTextPut(Out, *Event->Check ? Event->Check : "?");
  critTextPut(Out, " at ");
  if (Event->Line) {
    critTextName(Out, *Event->File ? Event->File : "?", 512);
    critTextChar(Out, ':');
    critTextDec(Out, Event->Line);
  } else {
    critTextName(Out, *Event->Module ? Event->Module : "?", 512);
    critTextChar(Out, '+');
    critTextHex(Out, &Event->Offset, 1);
  }
  critTextPut(Out, " in ");
  critTextName(Out, *Event->Function ? Event->Function : "?", 512);
  critTextPut(Out, " core=");
  critTextDec(Out, Event->Core);
  critTextPut(Out, " bits=");
  if (Event->Width) {
    critTextHex(Out, Event->Bits, 8);
    critTextPut(Out, " (");
    critTextPut(Out, Event->MasterName);
    critTextChar(Out, '=');
    critTextHex(Out, Event->Master, 8);
    if (*Event->ShadowName) {
      critTextChar(Out, ' ');
      critTextPut(Out, Event->ShadowName);
      critTextChar(Out, '=');
      critTextHex(Out, Event->Shadow, 8);
    }
    critTextChar(Out, ')');
  } else {
    critTextChar(Out, '?');
  }
  critTextPut(Out, " pid=");
  critTextDec(Out, Event->Pid);
  critTextPut(Out, " tid=");
  critTextDec(Out, Event->Tid);
  critTextPut(Out, Event->Action == CRIT_ACTION_HOOK
                       ? "; handed to crit_on_event\n"
                   : Event->Action == CRIT_ACTION_RECOVER ? "; corrected\n"
                                                          : "; stopped\n");
}

static void putField(struct crit_text *Out, const char *Name) {
  critTextPut(Out, ",\"");
  critTextPut(Out, Name);
  critTextPut(Out, "\":");
}

static void putStringField(struct crit_text *Out, const char *Name,
                           const char *Value) {
  putField(Out, Name);
  critTextJson(Out, Value, 512);
}

static void putDecField(struct crit_text *Out, const char *Name,
                        int64_t Value) {
  putField(Out, Name);
  critTextDec(Out, Value);
}

static void putHexField(struct crit_text *Out, const char *Name,
                        const uint64_t *Words, uint32_t Count) {
  putField(Out, Name);
  critTextChar(Out, '"');
  critTextHex(Out, Words, Count);
  critTextChar(Out, '"');
}

void critIlrPrintJson(struct crit_text *Out, const struct crit_event *Event) {
  static const char Actions[4][8] = {"exit", "abort", "hook", "recover"};
  critTextPut(Out, "{\"technique\":\"");
  critTextPut(Out, Techniques[Event->Technique % 4]);
  critTextPut(Out, "\"");
  critTextPut(Out, ",\"event\":\"mismatch\"");
  putStringField(Out, "action", Actions[Event->Action % 4]);
  putDecField(Out, "time", Event->Time);
  putStringField(Out, "check", Event->Check);
  putStringField(Out, "function", Event->Function);
  putStringField(Out, "file", Event->File);
  putDecField(Out, "line", Event->Line);
  putStringField(Out, "module", Event->Module);
  putHexField(Out, "offset", &Event->Offset, 1);
  putDecField(Out, "core", Event->Core);
  putDecField(Out, "pid", Event->Pid);
  putDecField(Out, "tid", Event->Tid);
  putDecField(Out, "width", Event->Width);
  putHexField(Out, "bits", Event->Bits, 8);
  putStringField(Out, "master_register", Event->MasterName);
  putHexField(Out, "master", Event->Master, 8);
  putStringField(Out, "shadow_register", Event->ShadowName);
  putHexField(Out, "shadow", Event->Shadow, 8);
  critTextPut(Out, "}\n");
}

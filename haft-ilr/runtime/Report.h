//===- Report.h - from a failed check to a line of text ---------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_REPORT_H
#define CRIT_ILR_REPORT_H

#include "Maps.h"
#include "Registers.h"
#include "Text.h"
#include "crit/crit.h"
#include "crit/records.h"

/// What an event points to besides constant data and the record.
struct crit_ilr_names {
  char Master[8];
  char Shadow[8];
  char Check[16];
  struct crit_mapping Mapping; ///< that the function is in; kept, since all
                               ///< functions that come here are of one image
};

/// Describes the failed check. Event, Names and Vectors are zero before. A
/// damaged record or an index out of range gives an event without place.
/// ImageStart is where the ELF image is loaded, null if unknown.
void critIlrDescribe(const struct crit_ilr_frame *Frame, const char *ImageStart,
                     const struct crit_ilr_vectors *Vectors,
                     struct crit_ilr_names *Names, struct crit_event *Event);

/// The stderr line:
///   crit: ilr: mismatch CHECK at FILE:LINE in FUNCTION core=N bits=0xX
///     (REG=0xX REG=0xX) pid=N tid=N; stopped
/// (one line; one register if it holds the difference). Without debug info
/// MODULE+0xOFFSET stands for FILE:LINE, where OFFSET is the function's in the
/// image. bits=? if the copies are not in registers. "handed to crit_on_event"
/// instead of "stopped" for on_stop=hook.
void critIlrPrint(struct crit_text *Out, const struct crit_event *Event);

/// The log line, one JSON object; fields as in crit_event.
void critIlrPrintJson(struct crit_text *Out, const struct crit_event *Event);

#endif

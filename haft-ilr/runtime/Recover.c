//===- Recover.c - whether to compute again -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   mismatch -> again -> again ... (retries) -> other cores -> again ... (retries)
//            -> again ... (LastTries) -> stop
//
// The last ones tell faults that have nothing to do with each other, in code that runs all the
// time, from one that is there to stay: that one is met again within microseconds. Of the
// stops of servers hit ten times in a second some were such faults.
//===----------------------------------------------------------------------===//
#include "Recover.h"
#include "Syscall.h"

enum { CpuWords = 16 }; // 1024 cores, as in libc
enum { LastTries = 16 };

static int leaveCore(int32_t Core) {
  uint64_t Mask[CpuWords];
  for (uint32_t I = 0; I != CpuWords; ++I)
    Mask[I] = 0;
  if (Core < 0 || Core >= CpuWords * 64 ||
      CRIT_SYSCALL(sched_getaffinity, 0, sizeof(Mask), Mask, 0) < 0)
    return 0;
  Mask[Core / 64] &= ~(1ull << Core % 64);
  uint64_t Others = 0;
  for (uint32_t I = 0; I != CpuWords; ++I)
    Others |= Mask[I];
  return Others &&
         CRIT_SYSCALL(sched_setaffinity, 0, sizeof(Mask), Mask, 0) == 0;
}

int critMayRecover(struct crit_recoveries *Past,
                   const struct crit_options *Options, uint32_t Retries,
                   int32_t Tid, int32_t Core, int64_t Time, uint64_t Place,
                   uint64_t Site, int32_t *Suspect) {
  uint32_t At = 0;
  for (uint32_t I = 0; I != CRIT_RECOVERY_THREADS; ++I) {
    if (Past->Last[I].Tid == Tid) {
      At = I;
      break;
    }
    if (Past->Last[I].Time < Past->Last[At].Time)
      At = I;
  }
  int Again = Past->Last[At].Tid == Tid && Past->Last[At].Place == Place &&
              Time - Past->Last[At].Time < 1000000000 &&
              Time >= Past->Last[At].Time;
  if (!Again) {
    Past->Last[At].Tid = Tid;
    Past->Last[At].Place = Place;
    Past->Last[At].Tries = Past->Last[At].All = Past->Last[At].Moved = 0;
  }
  Past->Last[At].Time = Time;
  if (Past->Last[At].Site != Site) {
    Past->Last[At].Site = Site;
    Past->Last[At].Tries = 0;
  }
  if (!Options->retries)
    return 0;
  uint32_t Tries = ++Past->Last[At].Tries, All = ++Past->Last[At].All;
  if (Tries > Retries || All > 2 * Retries + 2) {
    int Moves = !Past->Last[At].Moved && Options->migrate && leaveCore(Core);
    uint32_t More = Retries ? LastTries : 0;
    if (Moves) {
      Past->Last[At].Tries = Past->Last[At].All = 0;
      Past->Last[At].Moved = 1;
      *Suspect = Core;
    } else if (Tries > Retries + More || All > 2 * Retries + 2 + More) {
      return 0;
    }
  }
  ++Past->Total;
  return 1;
}

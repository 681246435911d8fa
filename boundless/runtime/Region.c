//===- Region.c - bounds for custom allocators ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An allocator that cuts large pieces of memory into items of one size takes
// them from here, and each item is an object of its own. One region of the
// address space per item size.
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "crit/crit.h"

#include <errno.h>
#include <sys/mman.h>

static struct {
  uint64_t Item, Next; // bytes of the region used
} Regions[CRIT_BL_CUSTOM_REGIONS];
static crit_lock Lock;

CRIT_EXPORT void *crit_region_create(size_t Item, size_t Bytes) {
  bool Exact = Item <= 1u << 20 || !(Item & (Item - 1)); // Abi.h
  if (Item < 16 || Item > 256u << 20 || Item % 8 || !Exact || !Bytes ||
      Bytes > 1ull << 35) {
    errno = EINVAL;
    return NULL;
  }
  critBlInit();
  critBlLock(&Lock);
  uint32_t R = 0;
  while (R < CRIT_BL_CUSTOM_REGIONS && Regions[R].Item &&
         Regions[R].Item != Item)
    ++R;
  uint64_t Result = 0;
  if (R < CRIT_BL_CUSTOM_REGIONS) {
    uint64_t Region = CRIT_BL_CUSTOM_REGION + R;
    // From an item's start; pages are not shared with the piece before.
    uint64_t At = REGION_START(Region) + (Regions[R].Next + 4095) / 4096 * 4096;
    At = (At + Item - 1) / Item * Item;
    uint64_t From = At & ~4095ull, To = (At + Bytes + 4095) & ~4095ull;
    if (To <= REGION_START(Region + 1) &&
        mmap((void *)From, To - From, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | 0x100000, -1, 0) == (void *)From) {
      Regions[R].Item = Item;
      Regions[R].Next = To - REGION_START(Region);
      TABLE[Region].Magic = critMagicOf(Item);
      TABLE[Region].Size = Item;
      Result = At;
    }
  }
  critBlUnlock(&Lock);
  if (!Result)
    errno = ENOMEM;
  return (void *)Result;
}

CRIT_EXPORT void crit_region_renew(void *Item) {
  if (critOverlayUsed)
    critOverlayDrop((uint64_t)Item);
}

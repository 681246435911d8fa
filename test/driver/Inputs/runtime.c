/* Says where the shared state is that this image sees; needs libcrit_rt.a. */
#include "Runtime.h"
#include "Shared.h"

#ifndef NAME
#define NAME state
#endif

void *NAME(void) {
  return critOptions()->quiet ? 0 : &__crit_shared_state_1;
}

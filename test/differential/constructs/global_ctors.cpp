// Global constructors and destructors, guards of local statics.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <pthread.h>

namespace {

int Order = 0;

struct Announce {
  const char *Name;
  int At;
  explicit Announce(const char *Name) : Name(Name), At(++Order) {
    printf("construct %s %d\n", Name, At);
  }
  ~Announce() { printf("destroy %s %d\n", Name, At); }
};

Announce Third("third");
Announce Second __attribute__((init_priority(500)))("second");
Announce First __attribute__((init_priority(400)))("first");

__attribute__((constructor(300))) void early() { printf("early %d\n", Order); }
__attribute__((destructor)) void late() { printf("late\n"); }
void atEnd() { printf("at exit\n"); }

uint64_t compute() { return hide(42) * 3; }
uint64_t Dynamic = compute();

NOINLINE Announce &local(int X) {
  static Announce Place("local");
  static uint64_t Once = hide((uint64_t)X + 7);
  if (Once == 8)
    return Place;
  abort();
}

struct Fails {
  explicit Fails(int &Count) {
    if (++Count < 3)
      throw Count;
  }
};
NOINLINE int retry(int &Count) {
  try {
    static Fails Place(Count);
    return 0;
  } catch (int I) {
    return I;
  }
}

void *threadMain(void *) {
  local(2);
  return nullptr;
}

thread_local struct PerThread {
  uint64_t Value = hide(11);
  ~PerThread() { Value = 0; }
} Mine;

} // namespace

int main() {
  atexit(atEnd);
  showValue("dynamic", Dynamic);
  pthread_t Threads[4];
  local(1);
  for (pthread_t &T : Threads)
    if (pthread_create(&T, nullptr, threadMain, nullptr))
      return 1;
  for (pthread_t &T : Threads)
    pthread_join(T, nullptr);
  showValue("local", (uint64_t)local(5).At);
  int Count = 0;
  for (int I = 0; I < 5; ++I)
    showValue("retry", (uint64_t)retry(Count));
  showValue("mine", Mine.Value);
  static Announce Inner("inner");
  return 7;
}

// What a campaign cannot work with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *nothing(void *P) { return P; }

int main(int Argc, char **Argv) {
  const char *How = Argc > 1 ? Argv[1] : "";
  if (!strcmp(How, "time")) {
    struct timespec T;
    clock_gettime(CLOCK_MONOTONIC, &T);
    printf("%ld\n", T.tv_nsec);
  } else if (!strcmp(How, "thread")) {
    pthread_t T;
    pthread_create(&T, 0, nothing, 0);
    pthread_join(T, 0);
  } else if (!strcmp(How, "fork")) {
    if (fork() == 0)
      _exit(0);
  } else if (!strcmp(How, "die")) {
    *(volatile int *)0 = 1;
  }
  return 0;
}

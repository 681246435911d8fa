// A thread's first call of the allocator may be free: of small objects, which
// rest in its queue, and of large ones, which do not.
// RUN: %crit_bl -O2 %s -pthread -o %t
// RUN: env CRIT_OPTIONS=log=%t.log %t | FileCheck %s
// RUN: not test -s %t.log
// CHECK: 300 freed
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *work(void *p) {
  free(p);
  // What was freed here is handed out again, and once only.
  char *a = malloc(40), *b = malloc(40);
  memset(a, 1, 40);
  memset(b, 2, 40);
  void *same = a == b || a[39] != 1 ? NULL : p;
  free(a);
  free(b);
  return same;
}

int main(void) {
  static const size_t sizes[] = {16, 600, 3000, 50000, 2000000};
  int freed = 0;
  for (int i = 0; i < 300; ++i) {
    pthread_t t;
    void *back;
    pthread_create(&t, NULL, work, malloc(sizes[i % 5]));
    pthread_join(t, &back);
    freed += back != NULL;
  }
  printf("%d freed\n", freed);
}

// A string whose object ends in a zero byte is libc's business; one that fills its
// object to the end does not go on in the next one.
// RUN: %crit_bl -O2 -fno-builtin %s -o %t && %t 2>%t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=ERR --input-file=%t.err
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char Filled[31], Behind[32] = "behind";

static void fill(char *p, int n) {
  for (int i = 0; i < n; ++i)
    p[i] = 'a';
}

static void all(const char *What, char *p, int n) {
  char Copy[400], *End;
  printf("%s %d", What, (int)strlen(p) - n);
  printf(" %d", (int)strnlen(p, 1000) - n);
  strcpy(Copy, p);
  printf(" %d", (int)strlen(Copy) - n);
  printf(" %d %d", strcmp(p, Copy), strcasecmp(Copy, p));
  printf(" %d %d", strncmp(p, Copy, 1000), strncasecmp(p, Copy, 1000));
  printf(" %d", strchr(p, 'b') != NULL);
  printf(" %d", strrchr(p, 'a') == p + n - 1);
  printf(" %d", strstr(p, "ab") != NULL);
  fill(p, n);
  p[0] = '1', p[1] = '7', p[n - 1] = 'a';
  printf(" %ld %d\n", strtol(p, &End, 10), (int)(End - p));
}

int main(int argc, char **argv) {
  // The whole slot, its last byte, too.
  char *p = malloc(100 * argc), *q = malloc(100 * argc);
  memset(q, 'b', 100);
  fill(p, 112 * argc);
  all("heap", p, 112);
  // CHECK: heap 0 0 0 0 0 0 0 0 1 0 17 2
  fill(p, 99);
  p[99] = 0;
  all("short", p, 99);
  // CHECK: short 0 0 0 0 0 0 0 0 1 0 17 2
  char Local[31];
  fill(Local, 32 * argc);
  all("stack", Local, 32);
  // CHECK: stack 0 0 0 0 0 0 0 0 1 0 17 2
  fill(Filled, 32 * argc);
  all("global", Filled, 32);
  // CHECK: global 0 0 0 0 0 0 0 0 1 0 17 2
  printf("%s %.2s\n", Behind, q);
  // CHECK: behind bb
  // A slot that was full once and is used again.
  free(p);
  for (int i = 0; i < 100; ++i)
    free(malloc(100));
  printf("%s\n", strcpy(malloc(100), "again"));
  // CHECK: again
}
// ERR: read of {{.*}} by strlen at offset 0 of a heap object
// ERR-NOT: write of

// A report that cannot be written does not hold up the stop: stderr closed,
// read-only, or a full pipe whose reader does not read.
//
// RUN: %fail_clang %s -o %t
// RUN: %run --reports 0 %t closed
// RUN: %run --reports 0 %t readonly
// RUN: %run --reports 0 --timeout 20 %t full
// RUN: %run --reports 0 %t broken
#include "check.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(int Argc, char **Argv) {
  int Ends[2];
  close(2);
  if (!strcmp(Argv[1], "readonly"))
    open("/dev/null", O_RDONLY);
  if (!strcmp(Argv[1], "full") || !strcmp(Argv[1], "broken")) {
    if (pipe(Ends) != 0) // the reading end gets number 2
      return 1;
    int Reader = dup(Ends[0]);
    dup2(Ends[1], 2);
    close(Ends[1]);
    if (!strcmp(Argv[1], "broken")) {
      close(Reader);
    } else {
      fcntl(2, F_SETFL, O_NONBLOCK);
      while (write(2, Argv, 1) == 1)
        ;
      fcntl(2, F_SETFL, 0);
    }
  }
  failGpr(1, 2);
  return 1;
}

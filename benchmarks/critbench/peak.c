// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Usage: peak FILE PROGRAM ARGUMENT...
// Runs a program and writes "user-seconds system-seconds peak-KiB" to FILE. The
// kernel counts the memory of who starts a program as the program's, so that must
// be a small process.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int Argc, char **Argv) {
  if (Argc < 3)
    return 2;
  pid_t Child = fork();
  if (Child == 0) {
    execv(Argv[2], Argv + 2);
    _exit(127);
  }
  int Status;
  struct rusage Usage;
  if (Child < 0 || wait4(Child, &Status, 0, &Usage) != Child)
    return 3;
  FILE *Out = fopen(Argv[1], "w");
  if (!Out)
    return 3;
  fprintf(Out, "%ld.%06ld %ld.%06ld %ld\n", (long)Usage.ru_utime.tv_sec,
          (long)Usage.ru_utime.tv_usec, (long)Usage.ru_stime.tv_sec,
          (long)Usage.ru_stime.tv_usec, Usage.ru_maxrss);
  fclose(Out);
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status);
}

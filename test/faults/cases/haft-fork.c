// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parent and child each go on from their own copy of the slots.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 31
// result: corrected
// dropped: skip
#include "fault.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  int Status = 0;
  pid_t Child = fork();
  if (!Child)
    _exit((X ^ X >> 13) & 0x7f);
  if (Child < 0 || waitpid(Child, &Status, 0) != Child)
    abort();
  *Out = (X ^ X >> 7) + WEXITSTATUS(Status);
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}

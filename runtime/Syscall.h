//===- Syscall.h - Linux system calls without libc --------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fail path must work in programs without libc and must not touch errno,
// locks or lazily bound symbols. Results are the kernel's: negative errno.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_SYSCALL_H
#define CRIT_RUNTIME_SYSCALL_H

#include <stdint.h>

#if !defined(__x86_64__) || defined(__ILP32__)
#error "x86-64 with 64-bit pointers only"
#endif

enum {
  CRIT_SYS_write = 1,
  CRIT_SYS_open = 2,
  CRIT_SYS_read = 0,
  CRIT_SYS_close = 3,
  CRIT_SYS_fstat = 5,
  CRIT_SYS_poll = 7,
  CRIT_SYS_mmap = 9,
  CRIT_SYS_munmap = 11,
  CRIT_SYS_rt_sigaction = 13,
  CRIT_SYS_rt_sigprocmask = 14,
  CRIT_SYS_pwrite64 = 18,
  CRIT_SYS_sched_yield = 24,
  CRIT_SYS_madvise = 28,
  CRIT_SYS_nanosleep = 35,
  CRIT_SYS_getpid = 39,
  CRIT_SYS_getuid = 102,
  CRIT_SYS_getgid = 104,
  CRIT_SYS_geteuid = 107,
  CRIT_SYS_getegid = 108,
  CRIT_SYS_arch_prctl = 158,
  CRIT_SYS_gettid = 186,
  CRIT_SYS_timer_create = 222,
  CRIT_SYS_timer_settime = 223,
  CRIT_SYS_clock_gettime = 228,
  CRIT_SYS_sched_setaffinity = 203,
  CRIT_SYS_sched_getaffinity = 204,
  CRIT_SYS_exit_group = 231,
  CRIT_SYS_tgkill = 234,
  CRIT_SYS_timer_delete = 226,
  CRIT_SYS_fallocate = 285,
  CRIT_SYS_sigaltstack = 131,
  CRIT_SYS_rt_tgsigqueueinfo = 297,
  CRIT_SYS_prlimit64 = 302,
  CRIT_SYS_process_vm_readv = 310,
  CRIT_SYS_getcpu = 309,
};

static inline int64_t critSyscall(long Number, uint64_t A, uint64_t B,
                                  uint64_t C, uint64_t D) {
  int64_t Result;
  register uint64_t R10 __asm__("r10") = D;
  __asm__ volatile("syscall"
                   : "=a"(Result)
                   : "a"(Number), "D"(A), "S"(B), "d"(C), "r"(R10)
                   : "rcx", "r11", "memory");
  return Result;
}

static inline int64_t critSyscall6(long Number, uint64_t A, uint64_t B,
                                   uint64_t C, uint64_t D, uint64_t E,
                                   uint64_t F) {
  int64_t Result;
  register uint64_t R10 __asm__("r10") = D;
  register uint64_t R8 __asm__("r8") = E;
  register uint64_t R9 __asm__("r9") = F;
  __asm__ volatile("syscall"
                   : "=a"(Result)
                   : "a"(Number), "D"(A), "S"(B), "d"(C), "r"(R10), "r"(R8),
                     "r"(R9)
                   : "rcx", "r11", "memory");
  return Result;
}

#define CRIT_SYSCALL(NAME, A, B, C, D)                                         \
  critSyscall(CRIT_SYS_##NAME, (uint64_t)(A), (uint64_t)(B), (uint64_t)(C),    \
              (uint64_t)(D))

#endif

//===- LibcIo.c - read, write, sockets, streams ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What fits is handed to the kernel as it is. Else one more buffer: one call of
// the kernel, so that message borders and short counts stay what they are.
//===----------------------------------------------------------------------===//
#define _GNU_SOURCE
#include "Libc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST (64ull << 20) // kept in memory for one call

// A length no object has: answered like an empty buffer, not with an error that
// callers retry for ever.
static bool absurd(const char *Name, const void *P, uint64_t N, bool Write) {
  if (LIKELY(N <= 0x7fffffffffffffffull))
    return false;
  critLibcReport(Name, (uint64_t)P, N, Write);
  return true;
}

#define INPUT(NAME, P, N, CALL)                                                \
  if (LIKELY(N <= critAvailable((uint64_t)P)))                                 \
    return CALL(P, N);                                                         \
  if (absurd(NAME, P, N, true))                                                \
    return 0;                                                                  \
  uint64_t Want = N < MOST ? N : MOST;                                         \
  char *B = malloc(Want + 1);                                                  \
  if (!B)                                                                      \
    return CALL(P, critAvailable((uint64_t)P));                                \
  ssize_t R = CALL(B, Want);                                                   \
  if (R > 0)                                                                   \
    critCopyIn(NAME, (uint64_t)P, B, (uint64_t)R < Want ? (uint64_t)R : Want); \
  int Saved = errno;                                                           \
  free(B);                                                                     \
  errno = Saved;                                                               \
  return R;

#define OUTPUT(NAME, P, N, CALL)                                               \
  if (LIKELY(N <= critAvailable((uint64_t)P)))                                 \
    return CALL(P, N);                                                         \
  if (absurd(NAME, P, N, false))                                               \
    return 0;                                                                  \
  uint64_t Want = N < MOST ? N : MOST;                                         \
  char *B = malloc(Want + 1);                                                  \
  if (!B)                                                                      \
    return CALL(P, critAvailable((uint64_t)P));                                \
  critCopyOut(NAME, B, (uint64_t)P, Want);                                     \
  ssize_t R = CALL(B, Want);                                                   \
  int Saved = errno;                                                           \
  free(B);                                                                     \
  errno = Saved;                                                               \
  return R;

ssize_t crit_bl_read(int F, void *P, size_t N) {
#define CALL(P, N) read(F, P, N)
  INPUT("read", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_pread(int F, void *P, size_t N, off_t At) {
#define CALL(P, N) pread(F, P, N, At)
  INPUT("pread", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_pread64(int F, void *P, size_t N, off_t At) {
  return crit_bl_pread(F, P, N, At);
}
ssize_t crit_bl_recv(int F, void *P, size_t N, int Flags) {
#define CALL(P, N) recv(F, P, N, Flags)
  INPUT("recv", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_recvfrom(int F, void *P, size_t N, int Flags,
                         struct sockaddr *A, socklen_t *L) {
#define CALL(P, N) recvfrom(F, P, N, Flags, A, L)
  INPUT("recvfrom", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_write(int F, const void *P, size_t N) {
#define CALL(P, N) write(F, P, N)
  OUTPUT("write", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_pwrite(int F, const void *P, size_t N, off_t At) {
#define CALL(P, N) pwrite(F, P, N, At)
  OUTPUT("pwrite", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_pwrite64(int F, const void *P, size_t N, off_t At) {
  return crit_bl_pwrite(F, P, N, At);
}
ssize_t crit_bl_send(int F, const void *P, size_t N, int Flags) {
#define CALL(P, N) send(F, P, N, Flags)
  OUTPUT("send", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_sendto(int F, const void *P, size_t N, int Flags,
                       const struct sockaddr *A, socklen_t L) {
#define CALL(P, N) sendto(F, P, N, Flags, A, L)
  OUTPUT("sendto", P, N, CALL)
#undef CALL
}

static bool fits(const struct iovec *V, int Num) {
  for (int I = 0; I < Num; ++I)
    if (V[I].iov_len > critAvailable((uint64_t)V[I].iov_base))
      return false;
  return true;
}

// One buffer for all: what Total is at most, absurd parts left out.
static char *joined(const char *Name, const struct iovec *V, int Num,
                    bool Input, uint64_t *Total) {
  *Total = 0;
  for (int I = 0; I < Num; ++I)
    if (!absurd(Name, V[I].iov_base, V[I].iov_len, Input))
      *Total += V[I].iov_len < MOST ? V[I].iov_len : MOST;
  if (*Total > MOST)
    *Total = MOST;
  char *B = malloc(*Total + 1);
  uint64_t At = 0;
  for (int I = 0; B && !Input && I < Num && At < *Total; ++I) {
    uint64_t N = V[I].iov_len < *Total - At ? V[I].iov_len : *Total - At;
    if (V[I].iov_len > 0x7fffffffffffffffull)
      continue;
    critCopyOut(Name, B + At, (uint64_t)V[I].iov_base, N);
    At += N;
  }
  return B;
}

static void scatter(const char *Name, const struct iovec *V, int Num,
                    const char *B, uint64_t Have) {
  for (int I = 0; I < Num && Have; ++I) {
    if (V[I].iov_len > 0x7fffffffffffffffull)
      continue;
    uint64_t N = V[I].iov_len < Have ? V[I].iov_len : Have;
    critCopyIn(Name, (uint64_t)V[I].iov_base, B, N);
    B += N;
    Have -= N;
  }
}

ssize_t crit_bl_readv(int F, const struct iovec *V, int Num) {
  uint64_t Total;
  char *B;
  if (LIKELY(Num > 1024 || fits(V, Num)) ||
      !(B = joined("readv", V, Num, true, &Total)))
    return readv(F, V, Num);
  ssize_t R = read(F, B, Total);
  if (R > 0)
    scatter("readv", V, Num, B, (uint64_t)R);
  int Saved = errno;
  free(B);
  errno = Saved;
  return R;
}

ssize_t crit_bl_writev(int F, const struct iovec *V, int Num) {
  uint64_t Total;
  char *B;
  if (LIKELY(Num > 1024 || fits(V, Num)) ||
      !(B = joined("writev", V, Num, false, &Total)))
    return writev(F, V, Num);
  ssize_t R = write(F, B, Total);
  int Saved = errno;
  free(B);
  errno = Saved;
  return R;
}

ssize_t crit_bl_recvmsg(int F, struct msghdr *M, int Flags) {
  uint64_t Total;
  char *B;
  if (LIKELY(M->msg_iovlen > 1024 || fits(M->msg_iov, (int)M->msg_iovlen)) ||
      !(B = joined("recvmsg", M->msg_iov, (int)M->msg_iovlen, true, &Total)))
    return recvmsg(F, M, Flags);
  struct iovec One = {B, Total};
  struct msghdr Copy = *M;
  Copy.msg_iov = &One;
  Copy.msg_iovlen = 1;
  ssize_t R = recvmsg(F, &Copy, Flags);
  if (R > 0)
    scatter("recvmsg", M->msg_iov, (int)M->msg_iovlen, B,
            (uint64_t)R < Total ? (uint64_t)R : Total);
  M->msg_namelen = Copy.msg_namelen;
  M->msg_controllen = Copy.msg_controllen;
  M->msg_flags = Copy.msg_flags;
  int Saved = errno;
  free(B);
  errno = Saved;
  return R;
}

ssize_t crit_bl_sendmsg(int F, const struct msghdr *M, int Flags) {
  uint64_t Total;
  char *B;
  if (LIKELY(M->msg_iovlen > 1024 || fits(M->msg_iov, (int)M->msg_iovlen)) ||
      !(B = joined("sendmsg", M->msg_iov, (int)M->msg_iovlen, false, &Total)))
    return sendmsg(F, M, Flags);
  struct iovec One = {B, Total};
  struct msghdr Copy = *M;
  Copy.msg_iov = &One;
  Copy.msg_iovlen = 1;
  ssize_t R = sendmsg(F, &Copy, Flags);
  int Saved = errno;
  free(B);
  errno = Saved;
  return R;
}

char *crit_bl_fgets(char *P, int N, FILE *F) {
  if (N <= 0 || (uint64_t)N <= critAvailable((uint64_t)P))
    return fgets(P, N, F);
  char *B = malloc((uint64_t)N);
  char *R = B ? fgets(B, N, F) : NULL;
  if (R)
    critCopyIn("fgets", (uint64_t)P, B, strlen(B) + 1);
  free(B);
  return R ? P : NULL;
}

size_t crit_bl_fread(void *P, size_t Size, size_t Num, FILE *F) {
  size_t N;
  if (__builtin_mul_overflow(Size, Num, &N) || !N)
    return 0;
  if (LIKELY(N <= critAvailable((uint64_t)P)))
    return fread(P, Size, Num, F);
  size_t Done = 0;
  char Piece[4096];
  while (Done < N) {
    size_t Want = N - Done < sizeof(Piece) ? N - Done : sizeof(Piece);
    size_t Got = fread(Piece, 1, Want, F);
    if (Got)
      critCopyIn("fread", (uint64_t)critPointer((uint64_t)P, (int64_t)Done),
                 Piece, Got);
    Done += Got;
    if (Got < Want)
      break;
  }
  return Done / Size;
}

size_t crit_bl_fwrite(const void *P, size_t Size, size_t Num, FILE *F) {
  size_t N;
  if (__builtin_mul_overflow(Size, Num, &N) || !N)
    return 0;
  if (LIKELY(N <= critAvailable((uint64_t)P)))
    return fwrite(P, Size, Num, F);
  size_t Done = 0;
  char Piece[4096];
  while (Done < N) {
    size_t Want = N - Done < sizeof(Piece) ? N - Done : sizeof(Piece);
    critCopyOut("fwrite", Piece,
                (uint64_t)critPointer((uint64_t)P, (int64_t)Done), Want);
    size_t Put = fwrite(Piece, 1, Want, F);
    Done += Put;
    if (Put < Want)
      break;
  }
  return Done / Size;
}

ssize_t crit_bl_getrandom(void *P, size_t N, unsigned Flags) {
#define CALL(P, N) getrandom(P, N, Flags)
  INPUT("getrandom", P, N, CALL)
#undef CALL
}
ssize_t crit_bl_readlink(const char *Path, char *P, size_t N) {
#define CALL(P, N) readlink(Path, P, N)
  INPUT("readlink", P, N, CALL)
#undef CALL
}

// Functions that write a text of at most N bytes, end included.
#define TEXT(NAME, RESULT, P, N, CALL, OF_COPY)                                \
  if (LIKELY(!P || N <= critAvailable((uint64_t)P)))                           \
    return CALL(P);                                                            \
  uint64_t Want = N < MOST ? N : MOST;                                         \
  char *B = calloc(1, Want + 1);                                               \
  if (!B)                                                                      \
    return 0;                                                                  \
  RESULT R = CALL(B);                                                          \
  if (R)                                                                       \
    critCopyIn(NAME, (uint64_t)P, B, strlen(B) + 1);                           \
  int Saved = errno;                                                           \
  free(B);                                                                     \
  errno = Saved;                                                               \
  return OF_COPY;

char *crit_bl_getcwd(char *P, size_t N) {
#define CALL(P) getcwd(P, N)
  TEXT("getcwd", char *, P, N, CALL, R ? P : NULL)
#undef CALL
}
const char *crit_bl_inet_ntop(int Family, const void *From, char *P,
                              socklen_t N) {
#define CALL(P) inet_ntop(Family, From, P, N)
  TEXT("inet_ntop", const char *, P, N, CALL, R ? P : NULL)
#undef CALL
}
size_t crit_bl_strftime(char *P, size_t N, const char *Format,
                        const struct tm *Time) {
#define CALL(P) strftime(P, N, Format, Time)
  TEXT("strftime", size_t, P, N, CALL, R)
#undef CALL
}

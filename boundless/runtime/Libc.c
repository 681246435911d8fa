//===- Libc.c - memory and strings across the boundary --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libc knows no bounds: here its functions get the part that is in bounds, and
// the rest is done on chunks. A string that does not end in its object goes on
// in the object's chunks, where the first byte never written ends it.
//===----------------------------------------------------------------------===//
#define _GNU_SOURCE
#include "Libc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PIECE 4096u
#define LONGEST (1u << 20) // of a string that had to be copied

static struct crit_object at(uint64_t P) {
  struct crit_object O = critObjectOf(P, P, 0);
  return O;
}

void critLibcReport(const char *Name, uint64_t P, uint64_t N, bool Write) {
  struct crit_object O = at(P);
  if (O.Size == ~0ull)
    return;
  const struct crit_bl_site *Call = critStacks.Call;
  critReportAccess(Call ? Call : critLibcSite(Name), &O, N,
                   Write ? CRIT_BL_KIND_WRITE : CRIT_BL_KIND_READ, Name,
                   Write ? "kept aside" : "kept or invented value");
}

// Libc has no business with more; -33 as a length is this.
static uint64_t sane(uint64_t N) { return N > 1ull << 46 ? 0 : N; }

void critCopyIn(const char *Name, uint64_t To, const void *From, uint64_t N) {
  uint64_t Room = critAvailable(To);
  if (LIKELY(N <= Room)) {
    memcpy((void *)To, From, N);
    return;
  }
  struct crit_object O = at(To);
  critLibcReport(Name, To, N, true);
  critObjectWrite(&O, O.Offset, From, N);
}

void critCopyOut(const char *Name, void *To, uint64_t From, uint64_t N) {
  uint64_t Room = critAvailable(From);
  if (LIKELY(N <= Room)) {
    memcpy(To, (const void *)From, N);
    return;
  }
  struct crit_object O = at(From);
  critLibcReport(Name, From, N, false);
  critObjectRead(&O, O.Offset, To, N);
}

static void release(char *Copy) {
  if (UNLIKELY(Copy != NULL))
    free(Copy);
}

static void readAt(struct crit_object *O, uint64_t P, int64_t By, void *To,
                   uint64_t N) {
  if (O->Size == ~0ull)
    memcpy(To, (const void *)(P + (uint64_t)By), N);
  else
    critObjectRead(O, O->Offset + By, To, N);
}

static void writeAt(struct crit_object *O, uint64_t P, int64_t By,
                    const void *From, uint64_t N) {
  if (O->Size == ~0ull)
    memcpy((void *)(P + (uint64_t)By), From, N);
  else
    critObjectWrite(O, O->Offset + By, From, N);
}

static __attribute__((noinline, cold)) void moveSlow(const char *Name,
                                                     uint64_t D, uint64_t S,
                                                     uint64_t N) {
  struct crit_object To = at(D), From = at(S);
  char Piece[PIECE];
  if (critAvailable(D) < N)
    critLibcReport(Name, D, N, true);
  if (critAvailable(S) < N)
    critLibcReport(Name, S, N, false);
  N = sane(N);
  bool Backward = To.Base == From.Base && To.Size != ~0ull
                      ? To.Offset > From.Offset
                      : D > S;
  for (uint64_t Done = 0; Done < N;) {
    uint64_t Part = N - Done < PIECE ? N - Done : PIECE;
    int64_t By = (int64_t)(Backward ? N - Done - Part : Done);
    readAt(&From, S, By, Piece, Part);
    writeAt(&To, D, By, Piece, Part);
    Done += Part;
  }
}

static bool fast(const void *P, size_t N) {
  return LIKELY(N <= critAvailableFast((uint64_t)P));
}

static __attribute__((noinline)) void *copy(const char *Name, void *D,
                                            const void *S, size_t N) {
  if (N <= critAvailable((uint64_t)D) && N <= critAvailable((uint64_t)S))
    return memmove(D, S, N);
  moveSlow(Name, (uint64_t)D, (uint64_t)S, N);
  return D;
}

void *crit_bl_memmove(void *D, const void *S, size_t N) {
  return fast(D, N) && fast(S, N) ? memmove(D, S, N) : copy("memmove", D, S, N);
}

void *crit_bl_memcpy(void *D, const void *S, size_t N) {
  return fast(D, N) && fast(S, N) ? memcpy(D, S, N) : copy("memcpy", D, S, N);
}

void *crit_bl_mempcpy(void *D, const void *S, size_t N) {
  crit_bl_memcpy(D, S, N);
  return critPointer((uint64_t)D, (int64_t)N);
}

static __attribute__((noinline)) void *set(void *D, int C, size_t N) {
  if (LIKELY(N <= critAvailable((uint64_t)D)))
    return memset(D, C, N);
  struct crit_object O = at((uint64_t)D);
  char Piece[PIECE];
  critLibcReport("memset", (uint64_t)D, N, true);
  memset(Piece, C, sizeof(Piece));
  N = sane(N);
  for (uint64_t Done = 0; Done < N; Done += PIECE)
    writeAt(&O, (uint64_t)D, (int64_t)Done, Piece,
            N - Done < PIECE ? N - Done : PIECE);
  return D;
}

void *crit_bl_memset(void *D, int C, size_t N) {
  return fast(D, N) ? memset(D, C, N) : set(D, C, N);
}

void *critPointer(uint64_t P, int64_t By) {
  struct crit_object O = at(P);
  if (O.Size == ~0ull)
    return (void *)(P + (uint64_t)By);
  O.Offset += By;
  if ((uint64_t)O.Offset < O.Size ||
      ((uint64_t)O.Offset == O.Size && !critIsSlot(O.Base)))
    return (void *)(O.Base + (uint64_t)O.Offset);
  uint64_t W = critWindowAddress(&O, true);
  return (void *)(W ? W : P + (uint64_t)By);
}

// A copy with an end: of a string that does not end in bounds.
static __attribute__((noinline, cold)) const char *
copyString(const char *Name, const char *S, uint64_t Max, char **Copy) {
  struct crit_object O = at((uint64_t)S);
  uint64_t Have = 0, Room = PIECE;
  char *B = malloc(Room);
  critLibcReport(Name, (uint64_t)S, Max == ~0ull ? 0 : Max, false);
  while (B) {
    critObjectRead(&O, O.Offset + (int64_t)Have, B + Have, Room - Have);
    if (memchr(B + Have, 0, Room - Have) || Room >= LONGEST || Room >= Max)
      break;
    Have = Room;
    Room *= 2;
    char *Larger = realloc(B, Room);
    if (!Larger)
      free(B);
    B = Larger;
  }
  if (B && Room < Max)
    B[Room - 1] = 0;
  *Copy = B;
  return B ? B : "";
}

const char *critString(const char *Name, const char *S, uint64_t Max,
                       char **Copy) {
  *Copy = NULL;
  if (!S || LIKELY(critEnds(S)))
    return S;
  uint64_t Room = critAvailable((uint64_t)S);
  if (LIKELY(Room == ~0ull || Max <= Room || memchr(S, 0, Room)))
    return S;
  return copyString(Name, S, Max, Copy);
}

static __attribute__((noinline)) size_t length(const char *S) {
  if (critEndsSlow((uint64_t)S))
    return strlen(S);
  uint64_t Room = critAvailable((uint64_t)S);
  uint64_t N = strnlen(S, Room);
  if (LIKELY(N < Room))
    return N;
  char *Copy;
  N = strlen(critString("strlen", S, ~0ull, &Copy));
  release(Copy);
  return N;
}

size_t crit_bl_strlen(const char *S) {
  return LIKELY(critEndsFast(S)) ? strlen(S) : length(S);
}

size_t crit_bl_strnlen(const char *S, size_t Max) {
  uint64_t Room = critAvailable((uint64_t)S);
  if (LIKELY(Max <= Room))
    return strnlen(S, Max);
  uint64_t N = crit_bl_strlen(S);
  return N < Max ? N : Max;
}

static __attribute__((noinline)) char *copyTo(char *D, const char *S) {
  char *Copy;
  S = critString("strcpy", S, ~0ull, &Copy);
  uint64_t N = strlen(S);
  critCopyIn("strcpy", (uint64_t)D, S, N + 1);
  release(Copy);
  return critPointer((uint64_t)D, (int64_t)N);
}

char *crit_bl_stpcpy(char *D, const char *S) {
  if (UNLIKELY(!critEnds(S)))
    return copyTo(D, S);
  uint64_t N = strlen(S);
  if (UNLIKELY(N >= critAvailableFast((uint64_t)D)))
    return copyTo(D, S);
  memcpy(D, S, N + 1);
  return D + N;
}

char *crit_bl_strcpy(char *D, const char *S) {
  crit_bl_stpcpy(D, S);
  return D;
}

char *crit_bl_stpncpy(char *D, const char *S, size_t Max) {
  uint64_t N = crit_bl_strnlen(S, Max);
  if (LIKELY(Max <= critAvailable((uint64_t)D) &&
             N <= critAvailable((uint64_t)S)))
    return stpncpy(D, S, Max);
  crit_bl_memcpy(D, S, N);
  if (N < Max)
    crit_bl_memset(critPointer((uint64_t)D, (int64_t)N), 0, Max - N);
  return critPointer((uint64_t)D, (int64_t)N);
}

char *crit_bl_strncpy(char *D, const char *S, size_t Max) {
  crit_bl_stpncpy(D, S, Max);
  return D;
}

char *crit_bl_strcat(char *D, const char *S) {
  crit_bl_strcpy(critPointer((uint64_t)D, (int64_t)crit_bl_strlen(D)), S);
  return D;
}

char *crit_bl_strncat(char *D, const char *S, size_t Max) {
  uint64_t N = crit_bl_strnlen(S, Max), L = crit_bl_strlen(D);
  crit_bl_memcpy(critPointer((uint64_t)D, (int64_t)L), S, N);
  critCopyIn("strncat", (uint64_t)critPointer((uint64_t)D, (int64_t)(L + N)),
             "", 1);
  return D;
}

static uint64_t least(uint64_t A, uint64_t B) { return A < B ? A : B; }

// Both as they are where they end or differ in bounds.
#define COMPARE(NAME, CALL, LIMITED)                                           \
  uint64_t Room = least(critAvailable((uint64_t)A), critAvailable((uint64_t)B)); \
  int R = LIMITED(A, B, least(Room, Max));                                     \
  if (R || Max <= Room || memchr(A, 0, Room))                                  \
    return R;                                                                  \
  char *CopyA, *CopyB;                                                         \
  A = critString(NAME, A, Max, &CopyA);                                        \
  B = critString(NAME, B, Max, &CopyB);                                        \
  R = CALL;                                                                    \
  release(CopyA);                                                               \
  release(CopyB);                                                               \
  return R;

#define COMPARES(NAME, ARGS, MAX, CALL, LIMITED)                                 \
  static __attribute__((noinline)) int NAME##_slow ARGS {                      \
    MAX if (critEnds(A) && critEnds(B)) return CALL;                           \
    COMPARE(#NAME, CALL, LIMITED)                                              \
  }
COMPARES(strcmp, (const char *A, const char *B), const size_t Max = ~0ull;,
         strcmp(A, B), strncmp)
COMPARES(strcasecmp, (const char *A, const char *B), const size_t Max = ~0ull;,
         strcasecmp(A, B), strncasecmp)
COMPARES(strncmp, (const char *A, const char *B, size_t Max), ,
         strncmp(A, B, Max), strncmp)
COMPARES(strncasecmp, (const char *A, const char *B, size_t Max), ,
         strncasecmp(A, B, Max), strncasecmp)
int crit_bl_strcmp(const char *A, const char *B) {
  return critEndsFast(A) && critEndsFast(B) ? strcmp(A, B) : strcmp_slow(A, B);
}
int crit_bl_strcasecmp(const char *A, const char *B) {
  return critEndsFast(A) && critEndsFast(B) ? strcasecmp(A, B) : strcasecmp_slow(A, B);
}
int crit_bl_strncmp(const char *A, const char *B, size_t Max) {
  return critEndsFast(A) && critEndsFast(B) ? strncmp(A, B, Max)
                                    : strncmp_slow(A, B, Max);
}
int crit_bl_strncasecmp(const char *A, const char *B, size_t Max) {
  return critEndsFast(A) && critEndsFast(B) ? strncasecmp(A, B, Max)
                                    : strncasecmp_slow(A, B, Max);
}

static __attribute__((noinline)) int compare(const void *A, const void *B,
                                             size_t N) {
  uint64_t Room = least(critAvailable((uint64_t)A), critAvailable((uint64_t)B));
  if (LIKELY(N <= Room))
    return memcmp(A, B, N);
  struct crit_object X = at((uint64_t)A), Y = at((uint64_t)B);
  char P[PIECE], Q[PIECE];
  if (critAvailable((uint64_t)A) < N)
    critLibcReport("memcmp", (uint64_t)A, N, false);
  if (critAvailable((uint64_t)B) < N)
    critLibcReport("memcmp", (uint64_t)B, N, false);
  N = sane(N);
  for (uint64_t Done = 0; Done < N; Done += PIECE) {
    uint64_t Part = least(N - Done, PIECE);
    readAt(&X, (uint64_t)A, (int64_t)Done, P, Part);
    readAt(&Y, (uint64_t)B, (int64_t)Done, Q, Part);
    int R = memcmp(P, Q, Part);
    if (R)
      return R;
  }
  return 0;
}
int crit_bl_memcmp(const void *A, const void *B, size_t N) {
  return fast(A, N) && fast(B, N) ? memcmp(A, B, N) : compare(A, B, N);
}
int crit_bl_bcmp(const void *A, const void *B, size_t N) {
  return crit_bl_memcmp(A, B, N);
}

static __attribute__((noinline)) void *findByte(const void *S, int C,
                                                size_t N) {
  uint64_t Room = critAvailable((uint64_t)S);
  if (LIKELY(N <= Room))
    return memchr(S, C, N);
  // rawmemchr in disguise: a length that only says "it is there".
  void *Found = memchr(S, C, Room);
  if (Found)
    return Found;
  struct crit_object O = at((uint64_t)S);
  critLibcReport("memchr", (uint64_t)S, N, false);
  N = least(N, Room + LONGEST);
  for (uint64_t Done = Room; Done < N; Done += PIECE) {
    char Piece[PIECE];
    uint64_t Part = least(N - Done, PIECE);
    critObjectRead(&O, O.Offset + (int64_t)Done, Piece, Part);
    char *At = memchr(Piece, C, Part);
    if (At)
      return critPointer((uint64_t)S, (int64_t)Done + (At - Piece));
  }
  return NULL;
}

void *crit_bl_memchr(const void *S, int C, size_t N) {
  return fast(S, N) ? memchr(S, C, N) : findByte(S, C, N);
}

void *crit_bl_memrchr(const void *S, int C, size_t N) {
  if (LIKELY(N <= critAvailable((uint64_t)S)))
    return memrchr(S, C, N);
  char *Copy = malloc(sane(N) + 1);
  if (!Copy)
    return NULL;
  critCopyOut("memrchr", Copy, (uint64_t)S, sane(N));
  char *At = memrchr(Copy, C, sane(N));
  void *R = At ? critPointer((uint64_t)S, At - Copy) : NULL;
  release(Copy);
  return R;
}

void *crit_bl_memmem(const void *S, size_t N, const void *T, size_t M) {
  if (LIKELY(N <= critAvailable((uint64_t)S) && M <= critAvailable((uint64_t)T)))
    return memmem(S, N, T, M);
  char *A = malloc(sane(N) + 1), *B = malloc(sane(M) + 1);
  void *R = NULL;
  if (A && B) {
    critCopyOut("memmem", A, (uint64_t)S, sane(N));
    critCopyOut("memmem", B, (uint64_t)T, sane(M));
    char *At = memmem(A, sane(N), B, sane(M));
    R = At ? critPointer((uint64_t)S, At - A) : NULL;
  }
  free(A);
  free(B);
  return R;
}

// Functions that read one or two strings; a pointer into the first that comes
// back is turned into one into the original.
#define POINTER1(NAME, ARGS, CALL)                                             \
  char *crit_bl_##NAME ARGS {                                                  \
    char *Copy;                                                                \
    const char *Old = S;                                                       \
    S = critString(#NAME, S, ~0ull, &Copy);                                    \
    char *R = CALL;                                                            \
    if (Copy) {                                                                \
      R = R ? critPointer((uint64_t)Old, R - Copy) : NULL;                     \
      release(Copy);                                                           \
    }                                                                          \
    return R;                                                                  \
  }
static char *strchr1(const char *S, int C);
static __attribute__((noinline)) char *find(const char *S, int C) {
  // What stops it comes before the end of the object: nothing is out of bounds,
  // terminated or not.
  uint64_t Room = critAvailable((uint64_t)S);
  return Room != ~0ull && memchr(S, C, Room) ? strchr(S, C) : strchr1(S, C);
}
char *crit_bl_strchr(const char *S, int C) {
  return LIKELY(critEndsFast(S)) ? strchr(S, C) : find(S, C);
}
#define crit_bl_strchr1 strchr1
static POINTER1(strchr1, (const char *S, int C), strchr(S, C))
POINTER1(strchrnul, (const char *S, int C), strchrnul(S, C))
POINTER1(strrchr, (const char *S, int C), strrchr(S, C))

#define SECOND(NAME, RESULT, CALL)                                             \
  char *Copy2;                                                                 \
  T = critString(#NAME, T, ~0ull, &Copy2);                                     \
  RESULT R = CALL;                                                             \
  release(Copy2);                                                              \
  return R;
POINTER1(strstr1, (const char *S, const char *T), strstr(S, T))
POINTER1(strpbrk1, (const char *S, const char *T), strpbrk(S, T))
char *crit_bl_strstr(const char *S, const char *T) {
  SECOND(strstr, char *, crit_bl_strstr1(S, T))
}
char *crit_bl_strpbrk(const char *S, const char *T) {
  SECOND(strpbrk, char *, crit_bl_strpbrk1(S, T))
}

#define VALUE(NAME, RESULT, ARGS, CALL)                                        \
  RESULT crit_bl_##NAME ARGS {                                                 \
    char *Copy;                                                                \
    S = critString(#NAME, S, ~0ull, &Copy);                                    \
    RESULT R = CALL;                                                           \
    release(Copy);                                                             \
    return R;                                                                  \
  }
VALUE(strspn1, size_t, (const char *S, const char *T), strspn(S, T))
VALUE(strcspn1, size_t, (const char *S, const char *T), strcspn(S, T))
size_t crit_bl_strspn(const char *S, const char *T) {
  SECOND(strspn, size_t, crit_bl_strspn1(S, T))
}
size_t crit_bl_strcspn(const char *S, const char *T) {
  SECOND(strcspn, size_t, crit_bl_strcspn1(S, T))
}
VALUE(strdup, char *, (const char *S), strdup(S))
char *crit_bl_strndup(const char *S, size_t Max) {
  uint64_t N = crit_bl_strnlen(S, Max);
  char *R = malloc(N + 1);
  if (R) {
    critCopyOut("strndup", R, (uint64_t)S, N);
    R[N] = 0;
  }
  return R;
}

static const char *numberString(const char *Name, const char *S, char **Copy) {
  *Copy = NULL;
  if (!S || LIKELY(critEnds(S)))
    return S;
  uint64_t Room = critAvailable((uint64_t)S), N = 0;
  while (N < Room && (S[N] == ' ' || (S[N] >= 9 && S[N] <= 13)))
    ++N;
  while (N < Room && (S[N] == '+' || S[N] == '-' || S[N] == '.' ||
                      (S[N] >= '0' && S[N] <= '9') ||
                      ((S[N] | 32) >= 'a' && (S[N] | 32) <= 'z')))
    ++N;
  return N < Room ? S : critString(Name, S, ~0ull, Copy);
}

// Ends in bounds, and there is room for where it stopped: libc's business.
static bool plainNumber(const char *S, char **End) {
  return LIKELY(critEndsFast(S)) &&
         LIKELY(critAvailableFast((uint64_t)End) >= sizeof(*End));
}

#define NUMBER(NAME, RESULT, ARGS, PLAIN, CALL)                                \
  static __attribute__((noinline)) RESULT NAME##_slow ARGS {                   \
    char *Copy, *Stop;                                                         \
    const char *Old = S;                                                       \
    S = numberString(#NAME, S, &Copy);                                         \
    RESULT R = CALL;                                                           \
    if (End) {                                                                 \
      Stop = Copy ? critPointer((uint64_t)Old, Stop - Copy) : Stop;            \
      critCopyIn(#NAME, (uint64_t)End, &Stop, sizeof(Stop));                   \
    }                                                                          \
    release(Copy);                                                             \
    return R;                                                                  \
  }                                                                            \
  RESULT crit_bl_##NAME ARGS {                                                 \
    return plainNumber(S, End) ? NAME PLAIN : NAME##_slow PLAIN;               \
  }
NUMBER(strtol, long, (const char *S, char **End, int B), (S, End, B),
       strtol(S, &Stop, B))
NUMBER(strtoll, long long, (const char *S, char **End, int B), (S, End, B),
       strtoll(S, &Stop, B))
NUMBER(strtoul, unsigned long, (const char *S, char **End, int B), (S, End, B),
       strtoul(S, &Stop, B))
NUMBER(strtoull, unsigned long long, (const char *S, char **End, int B), (S, End, B),
       strtoull(S, &Stop, B))
long crit_bl_atol(const char *S) { return crit_bl_strtol(S, NULL, 10); }
int crit_bl_atoi(const char *S) { return (int)crit_bl_atol(S); }
long long crit_bl_atoll(const char *S) { return crit_bl_strtoll(S, NULL, 10); }
NUMBER(strtod, double, (const char *S, char **End), (S, End),
       strtod(S, &Stop))
NUMBER(strtof, float, (const char *S, char **End), (S, End),
       strtof(S, &Stop))

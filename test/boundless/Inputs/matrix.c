// Every kind of object x operation x way x distance. Hardened, one process goes
// through all cases: neighbours unchanged, what was written is read back, what
// was never written reads 0. With an argument only that case runs, to see what a
// plain build does with it. Prints "N cases, N wrong".
#include <crit/crit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))
enum { Size = 64, Guards = 8 };
enum object { Heap, Stack, Global, Slab, Objects };
enum way { Direct, Loop, Escaped, Memcpy, Memset, Strcpy, Sprintf, Read, Recv, Update, Ways };
static const char *const ObjectNames[] = {"heap", "stack", "global", "slab"};
static const char *const WayNames[] = {"direct", "loop", "escaped", "memcpy", "memset", "strcpy",
                                       "sprintf", "read", "recv", "update"};
static const long Distances[] = {80, 96, 200, 1000, 4096, 70000, 1 << 20, 64 << 20,
                                 -1, -16, -80, -1000, -70000, -(1 << 20), -(64 << 20)};
enum { NumDistances = sizeof(Distances) / sizeof(Distances[0]) };

static char GuardBefore[256];
char TheGlobal[Size];
static char GuardAfter[256];
static char *HeapGuards[Guards], *TheHeap, *TheSlab, *SlabPiece;
static int Pipe[2], Socket[2];
static unsigned Wrong, Cases;
char *volatile Handed;
volatile long Zero;

static void fill(char *P, size_t N) { memset(P, 0x5a, N); }
static int intact(const char *P, size_t N) {
  for (size_t I = 0; I < N; ++I)
    if (P[I] != 0x5a)
      return 0;
  return 1;
}

NOINLINE char peek(const char *P, long At) { return P[At]; }
NOINLINE void direct(char *P, long At, char V) { P[At] = V; }
NOINLINE void update(char *P, long At, char V) { P[At] += V; }
NOINLINE void loop(char *P, long From, long To, char V) {
  for (long I = From; I < To; ++I)
    P[I] = V;
}
NOINLINE void escape(char *P, long At) { Handed = P + At; }
NOINLINE void through(char V) { *Handed = V; }

// Writes V at At, and what else the way needs around it.
static void act(enum way W, char *P, long At, char V) {
  char Bytes[8] = {V, V, V, V, V, V, V, 0};
  switch (W) {
  case Direct: direct(P, At, V); break;
  case Loop: loop(P, At, At + 4, V); break;
  case Escaped: escape(P, At); through(V); break;
  case Memcpy: memcpy(P + At, Bytes, (size_t)(4 + Zero)); break;
  case Memset: memset(P + At, V, (size_t)(4 + Zero)); break;
  case Strcpy: strcpy(P + At, Bytes); break;
  case Sprintf: sprintf(P + At, "%c%s", V, Bytes); break;
  case Read:
    if (write(Pipe[1], Bytes, 4) != 4 || read(Pipe[0], P + At, 4) != 4)
      ++Wrong;
    break;
  case Recv:
    if (send(Socket[1], Bytes, 4, 0) != 4 || recv(Socket[0], P + At, 4, 0) != 4)
      ++Wrong;
    break;
  default: // Update
    direct(P, At, 0);
    update(P, At, (char)(V - 5));
    update(P, At, 5);
  }
}

// An allocator's own arithmetic goes from item to item.
CRIT_NO_BOUNDLESS static char *item(int I) { return SlabPiece + I * Size; }

static int guardsIntact(void) {
  int Good = intact(GuardBefore, sizeof(GuardBefore)) && intact(GuardAfter, sizeof(GuardAfter));
  for (int I = 0; I < Guards; ++I)
    Good &= intact(HeapGuards[I], Size);
  for (int I = 0; I < 64; ++I)
    Good &= item(I) == TheSlab || intact(item(I), Size);
  return Good;
}

NOINLINE static void inFrame(enum object O, enum way W, long At, char V) {
  char Before[64], Mine[Size], After[64];
  fill(Before, sizeof(Before));
  fill(After, sizeof(After));
  char *P = O == Heap ? TheHeap : O == Stack ? Mine : O == Global ? TheGlobal : TheSlab;
  fill(P, Size);
  int Good = 1;
  // Other objects keep what earlier cases wrote.
  if ((O == Heap || O == Slab) && W == Direct)
    Good &= peek(P, At) == 0;
  act(W, P, At, V);
  Good &= peek(P, At) == V;
  Good &= intact(P, Size) && intact(Before, sizeof(Before)) && intact(After, sizeof(After));
  Good &= guardsIntact();
  ++Cases;
  if (!Good) {
    ++Wrong;
    printf("wrong: %s %s %ld\n", ObjectNames[O], WayNames[W], At);
  }
  fill(P, Size);
}

static void one(int Case) {
  enum object O = (enum object)(Case % Objects);
  enum way W = (enum way)(Case / Objects % Ways);
  long At = Distances[Case / Objects / Ways];
  // Each case on fresh bytes.
  TheHeap = malloc(Size);
  crit_region_renew(TheSlab);
  inFrame(O, W, At + Case / Objects % Ways * 16 * (At < 0 ? -1 : 1), (char)(Case % 90 + 33));
  free(TheHeap);
}

int main(int Argc, char **Argv) {
  fill(GuardBefore, sizeof(GuardBefore));
  fill(GuardAfter, sizeof(GuardAfter));
  for (int I = 0; I < Guards; ++I)
    fill(HeapGuards[I] = malloc(Size), Size);
  SlabPiece = crit_region_create ? crit_region_create(Size, 64 * Size) : malloc(64 * Size);
  for (int I = 0; I < 64; ++I)
    fill(item(I), Size);
  TheSlab = item(20);
  if (pipe(Pipe) || socketpair(AF_UNIX, SOCK_STREAM, 0, Socket))
    return 3;
  enum { All = Objects * Ways * NumDistances };
  for (int Case = 0; Case < All; ++Case)
    one(Case);
  printf("%u cases, %u wrong\n", Cases, Wrong);
  return Wrong != 0;
}

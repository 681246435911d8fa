// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A server with a hole of Heartbleed's shape, for attack.sh: a heartbeat is
// answered with as many bytes as the request claims to have. Usage: heartbeat PORT
//
//   S key value\n      keep a value (each in an object of its own)
//   G key\n            -> value\n
//   H hi lo payload\n  -> 'h' and the hi*256+lo bytes that begin with payload
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MaxClients = 64, MaxLine = 2048, MaxKeys = 4096, MaxMessage = 32 };

struct record {
  char *Key, *Value;
};
static struct record Records[MaxKeys];
static unsigned NumRecords;

struct client {
  int Socket;
  unsigned Have;
  unsigned char *Message; // last heartbeat
  unsigned char Line[MaxLine];
};

static struct record *find(const char *Key) {
  for (unsigned I = 0; I < NumRecords; ++I)
    if (!strcmp(Records[I].Key, Key))
      return &Records[I];
  return NULL;
}

static void sendAll(int Socket, const void *Bytes, size_t N) {
  const char *P = Bytes;
  while (N) {
    ssize_t Sent = send(Socket, P, N, MSG_NOSIGNAL);
    if (Sent <= 0)
      return;
    P += Sent;
    N -= (size_t)Sent;
  }
}

static void keep(char *Key) {
  char *Value = strchr(Key, ' ');
  if (!Value || NumRecords == MaxKeys)
    return;
  *Value++ = 0;
  struct record *R = find(Key);
  if (!R) {
    R = &Records[NumRecords++];
    R->Key = strdup(Key);
    R->Value = NULL;
  }
  free(R->Value);
  R->Value = strdup(Value);
}

// The length that is claimed is believed.
static void heartbeat(struct client *C, size_t N) {
  if (N < 3 || N - 3 > MaxMessage)
    return;
  size_t Claimed = (size_t)C->Line[1] << 8 | C->Line[2];
  memcpy(C->Message, C->Line + 3, N - 3);
  unsigned char *Answer = malloc(Claimed + 1);
  Answer[0] = 'h';
  memcpy(Answer + 1, C->Message, Claimed);
  sendAll(C->Socket, Answer, Claimed + 1);
  free(Answer);
}

static void serve(struct client *C, size_t N) {
  unsigned char *Line = C->Line;
  int Socket = C->Socket;
  Line[N] = 0;
  if (Line[0] == 'H') {
    heartbeat(C, N);
  } else if (Line[0] == 'S') {
    keep((char *)Line + 2);
    sendAll(Socket, "ok\n", 3);
  } else if (Line[0] == 'G') {
    struct record *R = find((char *)Line + 2);
    char Answer[MaxLine + 1];
    int Length = snprintf(Answer, sizeof(Answer), "%s\n", R ? R->Value : "");
    sendAll(Socket, Answer, (size_t)Length);
  }
}

int main(int Argc, char **Argv) {
  int Listener = socket(AF_INET, SOCK_STREAM, 0), One = 1;
  struct sockaddr_in Address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(Argc > 1 ? Argv[1] : "0")),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(Listener, SOL_SOCKET, SO_REUSEADDR, &One, sizeof(One));
  if (bind(Listener, (struct sockaddr *)&Address, sizeof(Address)) || listen(Listener, 16))
    return 1;
  static struct client Clients[MaxClients];
  struct pollfd Polled[MaxClients + 1];
  unsigned Num = 0;
  for (;;) {
    Polled[0] = (struct pollfd){Listener, POLLIN, 0};
    for (unsigned I = 0; I < Num; ++I)
      Polled[I + 1] = (struct pollfd){Clients[I].Socket, POLLIN, 0};
    if (poll(Polled, Num + 1, -1) < 0)
      return 1;
    for (unsigned I = Num; I-- > 0;) {
      if (!Polled[I + 1].revents)
        continue;
      struct client *C = &Clients[I];
      ssize_t Got = recv(C->Socket, C->Line + C->Have, MaxLine - 1 - C->Have, 0);
      if (Got <= 0) {
        close(C->Socket);
        free(C->Message);
        *C = Clients[--Num];
        continue;
      }
      C->Have += (unsigned)Got;
      for (unsigned char *End; (End = memchr(C->Line, '\n', C->Have));) {
        size_t N = (size_t)(End - C->Line);
        serve(C, N);
        C->Have -= (unsigned)N + 1;
        memmove(C->Line, End + 1, C->Have);
      }
    }
    if (Polled[0].revents && Num < MaxClients) {
      Clients[Num].Have = 0;
      Clients[Num].Socket = accept(Listener, NULL, NULL);
      Clients[Num].Message = calloc(1, MaxMessage);
      Num += Clients[Num].Socket >= 0;
    }
  }
}

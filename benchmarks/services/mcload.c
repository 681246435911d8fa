// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pipelined memcached load whose replies are all compared with what they must
// be. One thread; every key has the same length and every value a content that
// follows from its key, so each reply is known to the byte.
//
//   mcload PORT fill|set|get|multiget COUNT [KEYS [SIZE [PIPELINE [CONNECTIONS]]]]
//
// COUNT operations (multiget: keys fetched, 16 to a request). Exit status 1 and
// a message at the first wrong reply.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MultigetKeys = 16, BufferSize = 1 << 18, MaxConnections = 16 };
enum Mode { Fill, Set, Get, Multiget };

static unsigned Keys = 100000, Size = 64, Pipeline = 16, Connections = 4;
static uint64_t State = 88172645463325252u;

static struct {
  int Socket;
  char Expected[BufferSize];
  size_t Length;
} Links[MaxConnections];

static void fail(const char *What) {
  perror(What);
  exit(1);
}

static unsigned draw(void) {
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return (unsigned)((State >> 20) % Keys);
}

static char *putText(char *To, const char *Text) {
  size_t Length = strlen(Text);
  memcpy(To, Text, Length);
  return To + Length;
}

static char *putKey(char *To, unsigned Key) {
  To = putText(To, "key:");
  for (unsigned I = 8; I-- > 0; Key /= 10)
    To[I] = (char)('0' + Key % 10);
  return To + 8;
}

static char *putValue(char *To, unsigned Key) {
  for (unsigned I = 0; I < Size; ++I)
    To[I] = (char)('a' + (Key * 7 + I * 3) % 26);
  return putText(To + Size, "\r\n");
}

static char *putHit(char *To, unsigned Key) {
  To = putKey(putText(To, "VALUE "), Key);
  To += sprintf(To, " 0 %u\r\n", Size);
  return putValue(To, Key);
}

// One request, and the reply it must get. Returns the operations it counts for.
static unsigned putRequest(enum Mode Mode, unsigned Next, char **Request, char **Reply) {
  if (Mode == Fill || Mode == Set) {
    unsigned Key = Mode == Fill ? Next % Keys : draw();
    *Request = putKey(putText(*Request, "set "), Key);
    *Request += sprintf(*Request, " 0 0 %u\r\n", Size);
    *Request = putValue(*Request, Key);
    *Reply = putText(*Reply, "STORED\r\n");
    return 1;
  }
  unsigned Count = Mode == Multiget ? MultigetKeys : 1;
  *Request = putText(*Request, "get");
  for (unsigned I = 0; I < Count; ++I) {
    unsigned Key = draw();
    *Request = putKey(putText(*Request, " "), Key);
    *Reply = putHit(*Reply, Key);
  }
  *Request = putText(*Request, "\r\n");
  *Reply = putText(*Reply, "END\r\n");
  return Count;
}

static void sendAll(int Socket, const char *Data, size_t Length) {
  while (Length) {
    ssize_t Sent = send(Socket, Data, Length, MSG_NOSIGNAL);
    if (Sent <= 0)
      fail("mcload: send");
    Data += Sent;
    Length -= (size_t)Sent;
  }
}

static void receive(int Socket, const char *Expected, size_t Length) {
  static char Buffer[BufferSize];
  for (size_t Have = 0; Have < Length;) {
    ssize_t Got = recv(Socket, Buffer + Have, Length - Have, 0);
    if (Got <= 0)
      fail("mcload: recv");
    if (memcmp(Buffer + Have, Expected + Have, (size_t)Got) != 0) {
      fprintf(stderr, "mcload: wrong reply: %.*s\n", (int)Got, Buffer + Have);
      exit(1);
    }
    Have += (size_t)Got;
  }
}

static int connectTo(unsigned Port) {
  struct sockaddr_in Address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)Port)};
  Address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int One = 1, Socket = socket(AF_INET, SOCK_STREAM, 0);
  if (Socket < 0 || connect(Socket, (struct sockaddr *)&Address, sizeof Address) != 0)
    fail("mcload: connect");
  setsockopt(Socket, IPPROTO_TCP, TCP_NODELAY, &One, sizeof One);
  return Socket;
}

static unsigned argument(int Argc, char **Argv, int Index, unsigned Default) {
  return Argc > Index ? (unsigned)strtoul(Argv[Index], NULL, 10) : Default;
}

int main(int Argc, char **Argv) {
  static const char *const Modes[] = {"fill", "set", "get", "multiget"};
  unsigned Mode = 0;
  while (Argc >= 4 && Mode < 4 && strcmp(Argv[2], Modes[Mode]) != 0)
    ++Mode;
  Keys = argument(Argc, Argv, 4, Keys);
  Size = argument(Argc, Argv, 5, Size);
  Pipeline = argument(Argc, Argv, 6, Pipeline);
  Connections = argument(Argc, Argv, 7, Connections);
  bool TooMuch = (size_t)Pipeline * MultigetKeys * (Size + 64) > BufferSize;
  if (Argc < 4 || Mode == 4 || !Keys || !Pipeline || !Connections ||
      Connections > MaxConnections || TooMuch) {
    fprintf(stderr, "usage: mcload PORT fill|set|get|multiget COUNT "
                    "[KEYS [SIZE [PIPELINE [CONNECTIONS]]]]\n");
    return 2;
  }
  for (unsigned I = 0; I < Connections; ++I)
    Links[I].Socket = connectTo(argument(Argc, Argv, 1, 0));
  unsigned long Count = strtoul(Argv[3], NULL, 10), Done = 0;
  static char Requests[BufferSize];
  while (Done < Count) {
    for (unsigned I = 0; I < Connections; ++I) {
      char *Request = Requests, *Reply = Links[I].Expected;
      for (unsigned J = 0; J < Pipeline && Done < Count; ++J)
        Done += putRequest((enum Mode)Mode, (unsigned)Done, &Request, &Reply);
      Links[I].Length = (size_t)(Reply - Links[I].Expected);
      sendAll(Links[I].Socket, Requests, (size_t)(Request - Requests));
    }
    for (unsigned I = 0; I < Connections; ++I)
      receive(Links[I].Socket, Links[I].Expected, Links[I].Length);
  }
  printf("%lu\n", Done);
  return 0;
}

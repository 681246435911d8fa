// Threads: mutexes, condition variables, barriers, thread stacks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <pthread.h>

enum { Slots = 8, Items = 500 };
static struct {
  pthread_mutex_t Lock;
  pthread_cond_t NotEmpty, NotFull;
  int Ring[Slots], Head, Count;
} Queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
           PTHREAD_COND_INITIALIZER, {0}, 0, 0};
static pthread_once_t Once = PTHREAD_ONCE_INIT;
static pthread_key_t Key;
static int Created;

static void createKey(void) {
  pthread_key_create(&Key, free);
  ++Created;
}

static void *producer(void *Arg) {
  int Base = *(int *)Arg;
  for (int I = 0; I < Items; ++I) {
    pthread_mutex_lock(&Queue.Lock);
    while (Queue.Count == Slots)
      pthread_cond_wait(&Queue.NotFull, &Queue.Lock);
    Queue.Ring[(Queue.Head + Queue.Count++) % Slots] = Base + I;
    pthread_cond_signal(&Queue.NotEmpty);
    pthread_mutex_unlock(&Queue.Lock);
  }
  return NULL;
}
static void *consumer(void *Arg) {
  pthread_once(&Once, createKey);
  uint64_t *Sum = calloc(1, sizeof(*Sum));
  pthread_setspecific(Key, Sum);
  for (int I = 0; I < Items; ++I) {
    pthread_mutex_lock(&Queue.Lock);
    while (!Queue.Count)
      pthread_cond_wait(&Queue.NotEmpty, &Queue.Lock);
    int X = Queue.Ring[Queue.Head];
    Queue.Head = (Queue.Head + 1) % Slots;
    --Queue.Count;
    pthread_cond_signal(&Queue.NotFull);
    pthread_mutex_unlock(&Queue.Lock);
    *(uint64_t *)pthread_getspecific(Key) += (uint64_t)X * 3;
  }
  *(uint64_t *)Arg = *Sum;
  return NULL;
}

int main(void) {
  pthread_t Ids[4];
  int Bases[2] = {1000, 50000};
  uint64_t Sums[2];
  for (int I = 0; I < 2; ++I)
    if (pthread_create(&Ids[I], NULL, producer, &Bases[I]) ||
        pthread_create(&Ids[I + 2], NULL, consumer, &Sums[I]))
      return 1;
  for (int I = 0; I < 4; ++I)
    pthread_join(Ids[I], NULL);
  showValue("sum", Sums[0] + Sums[1]); // who got what varies, the sum does not
  showValue("created", (uint64_t)Created);
  return 0;
}

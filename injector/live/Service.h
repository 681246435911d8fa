//===- Service.h - a server and traffic it must answer rightly -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One client of a server: real client library, random requests with a model of
// the data beside them, every reply compared. The same seed gives the same
// requests.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_SERVICE_H
#define CRIT_INJECT_SERVICE_H

#include "Random.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace crit::inject {

/// What a client saw instead of the right reply.
struct ServiceFailure : std::runtime_error {
  enum Kind { Wrong, Error, Timeout, Gone };
  ServiceFailure(Kind K, const std::string &What)
      : std::runtime_error(What), Why(K) {}
  Kind Why;
};

class Client {
public:
  virtual ~Client() = default;
  /// One random request.
  virtual void request() = 0;
  /// All data it has stored, compared.
  virtual void readBack() = 0;
  /// Counts every reply there.
  void countIn(std::atomic<uint64_t> *To) { Replies = To; }

protected:
  void answered() {
    if (Replies)
      ++*Replies;
  }

private:
  std::atomic<uint64_t> *Replies = nullptr;
};

struct ServiceKind {
  const char *Name;
  /// Arguments that make it listen at Socket only and write nothing elsewhere.
  std::vector<std::string> (*arguments)(const std::string &Socket,
                                        const std::string &Directory);
  /// Throws ServiceFailure when it cannot connect. Number: of this client, its
  /// keys are its own.
  std::unique_ptr<Client> (*connect)(const std::string &Socket, unsigned Number,
                                     uint64_t Seed, double TimeoutSeconds);
};

/// True if something accepts connections there.
bool accepts(const std::string &Socket);

const ServiceKind *findService(const std::string &Name);
std::string serviceNames();

extern const ServiceKind MemcachedService, RedisService;

/// For messages: at most 60 characters, printable.
std::string shortened(const std::string &Text);

} // namespace crit::inject
#endif

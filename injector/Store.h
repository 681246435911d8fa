//===- Store.h - campaigns in one SQLite file ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One file holds any number of campaigns. A campaign is identified by all that
// its results depend on (binary, arguments, input, environment, model, seed,
// functions), but not by how many faults are wanted: a second run with the
// same settings continues where the first one was, and shards of one campaign
// merge into one. Rows hold no times, so that equal campaigns are equal rows.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_STORE_H
#define CRIT_INJECT_STORE_H

#include "Campaign.h"

#include <memory>
#include <optional>
#include <set>

struct sqlite3;

namespace crit::inject {

/// A campaign as stored.
struct StoredCampaign {
  int64_t Number = 0; // in this file, from 1
  std::string Key;
  CampaignOptions Options;
  std::string Directory; // where it was run
  CampaignResult Result; // Faults only when asked for
};

class Store {
public:
  /// Opens or (unless MustExist) creates. Throws InputError.
  Store(const std::string &Path, bool MustExist);
  ~Store();
  Store(const Store &) = delete;
  Store &operator=(const Store &) = delete;

  /// Number of the campaign with this key, if it is there.
  std::optional<int64_t> find(const std::string &Key);
  int64_t add(const StoredCampaign &C);
  std::vector<int64_t> campaigns();
  StoredCampaign load(int64_t Number, bool WithFaults);
  std::set<uint64_t> faultIds(int64_t Number);
  FaultRecord loadFault(int64_t Number, uint64_t Id);

  /// Rows become durable in small groups and at flush().
  void addFault(int64_t Number, const FaultRecord &F);
  void flush();

  struct MergeCounts {
    uint64_t Added = 0;
    uint64_t Present = 0;
  };
  /// Takes over everything from another store. Throws InputError if the two
  /// contradict each other.
  MergeCounts merge(const std::string &OtherPath);

private:
  class Statement;
  void exec(const char *Sql);
  [[noreturn]] void fail(const std::string &What);

  std::string Path;
  sqlite3 *Db = nullptr;
  unsigned Pending = 0;
  double PendingSince = 0;
};

/// Identity of a campaign: hash over everything its results depend on.
std::string campaignKey(const CampaignOptions &O);

} // namespace crit::inject
#endif

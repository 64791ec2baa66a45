// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/run/prefix_fingerprint.h"
#include "core/run/runtime.h"

namespace ew {

/// Tensors by name within a limit of bytes; who was asked for least recently leaves first.
class TensorCache {
 public:
  explicit TensorCache(std::size_t limitBytes) : limit_(limitBytes) {}
  /// nullptr when it is not there. Valid until the next put().
  const Tensor* get(const std::string& key);
  void put(const std::string& key, Tensor tensor);
  std::size_t limit() const { return limit_; }
  std::size_t bytes() const { return bytes_; }
  std::size_t count() const { return entries_.size(); }

 private:
  using Entry = std::pair<std::string, Tensor>;
  std::size_t limit_, bytes_ = 0;
  std::list<Entry> entries_;  ///< the last asked for first
  std::map<std::string, std::list<Entry>::iterator> places_;
};

/// Runs models that differ from each other in a few layers without computing again what comes before the first
/// difference: values there are kept for each input, within a limit of bytes. Cuts are made in the graph as backends run
/// it (fused nodes may be cut apart, integer layers are not), so that results equal those of a full run: bytes of integer
/// layers exactly, float32 within the contract. For one thread.
class PrefixRunner {
 public:
  static constexpr std::size_t defaultBytes = std::size_t{256} << 20;

  struct Counters {
    std::int64_t runs = 0;
    std::int64_t nodesRun = 0, nodesSkipped = 0;  ///< of the lowered graphs, over all runs
    std::int64_t lastRun = 0, lastSkipped = 0;    ///< of the last run
    std::int64_t compilations = 0;                ///< parts of graphs that were compiled
  };

  /// A graph made ready for inputs of one combination of shapes.
  class Model;

  static Result<PrefixRunner> create(const BackendSet& backends, const std::string& backendId, CompileOptions options = {},
                                     std::size_t limitBytes = defaultBytes);
  PrefixRunner(PrefixRunner&&) noexcept;
  PrefixRunner& operator=(PrefixRunner&&) noexcept;
  ~PrefixRunner();

  Result<std::shared_ptr<const Model>> prepare(const Graph& graph, std::span<const Tensor> inputs);
  /// Inputs in the order of the graph's inputs.
  Result<std::vector<Tensor>> run(const std::shared_ptr<const Model>& model, std::span<const Tensor> inputs, Observer& observer);
  Result<std::vector<Tensor>> run(const Graph& graph, std::span<const Tensor> inputs);

  const Counters& counters() const { return counters_; }
  std::size_t keptBytes() const { return kept_.bytes(); }

 private:
  PrefixRunner(BodyBackends backends, CompileOptions options, std::size_t limitBytes);
  struct Part;
  struct Work;
  static std::string keyOf(const Model& model, const std::set<NodeId>& nodes);
  Result<std::shared_ptr<Part>> partOf(const Model& model, const std::set<NodeId>& nodes);
  Status runPart(Part& part, Work& work, Observer& observer);
  std::vector<ValueId> frontier(const Model& model, const std::set<NodeId>& changed) const;
  Result<bool> makeFrontier(const Model& model, const std::vector<ValueId>& frontier, Work& work, Observer& observer);
  std::set<NodeId> changedNodes(const Model& model) const;
  void remember(const std::shared_ptr<const Model>& model);

  BodyBackends backends_;
  CompileOptions options_;
  TensorCache kept_;
  Fingerprints fingerprints_;
  std::shared_ptr<const Model> first_, last_, before_;  ///< models whose nodes count as known
  std::list<std::shared_ptr<Part>> parts_;              ///< the last few, the last used first
  Counters counters_;
};

}  // namespace ew

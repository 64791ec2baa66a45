// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ops/op.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "core/run/values.h"

namespace ew {

/// The graph of one attribute, made ready to run. The first few combinations of input shapes are compiled for the wanted
/// backend; further ones (a value that grows in a loop) run on the reference code, which needs no shapes.
class Body {
 public:
  /// Captured values that are constants of `outer` become constants of the body.
  static Result<Body> create(const Graph& outer, const Subgraph& subgraph, std::span<const ValueId> captures,
                             const CompileOptions& options, const BodyBackends& backends);

  Result<std::vector<Tensor>> run(std::span<const Tensor> formalInputs, const ValueTable& outerValues, Observer& observer);

 private:
  using Types = std::vector<std::pair<DType, Dims>>;
  Result<bool> compiledFor(const std::vector<Tensor>& inputs);

  Graph graph_;
  std::size_t formalInputs_ = 0;
  std::vector<ValueId> captured_;  ///< values of the outer graph behind the inputs that follow the formal ones
  CompileOptions options_;
  BodyBackends backends_;
  std::unique_ptr<Executable> reference_;
  std::shared_ptr<Runtime> runtime_;
  std::vector<Types> known_;       ///< inputs that runtime_ is compiled for
};

/// The bodies of one node by attribute.
using Bodies = std::map<std::string, Body>;
Result<Bodies> makeBodies(const Graph& graph, const Node& node, const CompileOptions& options, const BodyBackends& backends);

/// Runs them during one run of the graph around.
class BodyRunner final : public ops::SubgraphRunner {
 public:
  BodyRunner(Bodies& bodies, const ValueTable& values, Observer& observer)
      : bodies_(bodies), values_(values), observer_(observer) {}
  Result<std::vector<Tensor>> run(const std::string& attribute, std::span<const Tensor> inputs) override;

 private:
  Bodies& bodies_;
  const ValueTable& values_;
  Observer& observer_;
};

}  // namespace ew

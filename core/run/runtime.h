// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/run/backend.h"
#include "core/run/plan.h"
#include "core/run/reference_backend.h"

namespace ew {

/// The backends that a program has, by id; the last resort "reference" is always among them.
class BackendSet {
 public:
  BackendSet();  ///< with the reference backend only
  void add(std::shared_ptr<const Backend> backend);
  std::vector<std::shared_ptr<const Backend>> all() const { return backends_; }
  /// Usage error with the known ids, or the backend's own Unavailable.
  Result<std::shared_ptr<const Backend>> get(const std::string& id) const;
  /// What takes the nodes that the wanted backend refuses: "cpu" when present, else "reference".
  std::shared_ptr<const Backend> fallback() const;

 private:
  std::vector<std::shared_ptr<const Backend>> backends_;
};

/// A model on a backend, ready for inputs of any shape that it accepts: compiled for each new combination of input
/// shapes (the last few are kept). This is what the command line, evaluation, calibration and the studio use.
class Runtime {
 public:
  static Result<Runtime> create(Graph graph, const BackendSet& backends, const std::string& backendId,
                                CompileOptions options = {});
  /// The same on backends that are there already: the graph inside a node.
  static Result<Runtime> create(Graph graph, const BodyBackends& backends, CompileOptions options);

  /// Inputs in the order of the graph's inputs. Invalid when type or shape does not fit the model.
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer);
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs);

  /// Compiles for these inputs without running.
  Status prepare(std::span<const Tensor> inputs, Progress& progress);
  /// The plan of the last prepared or run shapes; nullptr before.
  const Plan* plan() const;
  /// Where intermediate values of the same shapes lie and when, a plan for each segment; nullptr for a segment whose
  /// backend does not plan its memory. Valid until other shapes are prepared or run.
  std::vector<const MemoryPlan*> memoryPlans() const;
  double compileMilliseconds() const { return compileMs_; }
  const Graph& graph() const { return graph_; }
  std::string backendId() const { return backend_->id(); }
  const CompileOptions& options() const { return options_; }

 private:
  struct Compiled;
  Result<std::unique_ptr<Executable>> compile(const std::string& backend, const Graph& part, Progress& progress) const;
  Result<Compiled*> compiledFor(std::span<const Tensor> inputs, Progress& progress);

  Graph graph_;
  std::shared_ptr<const Backend> backend_, fallback_;
  CompileOptions options_;
  std::vector<std::shared_ptr<Compiled>> cache_;
  double compileMs_ = 0;
};

/// An input for each graph input: zeros, or values drawn from a fixed seed when `seed` is not 0; dynamic
/// dimensions become `dynamicExtent`. For benchmarks and shape checks.
Result<std::vector<Tensor>> syntheticInputs(const Graph& graph, std::int64_t dynamicExtent, std::uint64_t seed);

}  // namespace ew

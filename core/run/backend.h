// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/reason.h"
#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/run/memory_plan.h"
#include "core/run/observer.h"

namespace ew {

/// How integer layers bring int32 sums back to 8 bits (architecture: numerics contract). In each mode every
/// backend gives the same bytes.
enum class Requantization {
  Float,  ///< multiply by the float32 ratio of scales, round half to even, add zero point, saturate
  Fixed,  ///< int32 multiplier with a rounding right shift
};

/// Arithmetic of float32 layers. Only what the user asked for: a backend never rounds more on its own.
enum class FloatPrecision {
  Full,      ///< float32
  BFloat16,  ///< operands rounded to bfloat16, sums in float32, where the processor has that and the kernel takes it
};

struct CompileOptions {
  int threads = 0;                    ///< 0: all cores
  bool observeAll = false;            ///< every value must reach Observer::onValue
  std::set<ValueId> observe;          ///< these values must reach Observer::onValue
  Requantization requantization = Requantization::Float;
  FloatPrecision floatPrecision = FloatPrecision::Full;
  std::map<NodeId, FloatPrecision> layerPrecision;  ///< of single nodes (ids of the graph given to Runtime), before floatPrecision
  /// Only kernels chosen by fixed rules, so that a bundle's bytes do not depend on timing or thread count.
  bool reproducible = false;
};

/// A graph made ready to run on one backend. run() may be called many times, from one thread at a time.
class Executable {
 public:
  virtual ~Executable() = default;
  /// Inputs in the order of graph().inputs(); outputs in the order of graph().outputs().
  virtual Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) = 0;
  virtual const Graph& graph() const = 0;
  /// Where each intermediate value lies and when; nullptr for a backend that does not plan its memory.
  virtual const MemoryPlan* memoryPlan() const { return nullptr; }
};

/// One way to run a graph. supports() is asked for each node of an inferred, lowered graph; compile() is given
/// only graphs all of whose nodes are supported (core/run/plan.h cuts them out).
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string id() const = 0;            ///< "reference", "cpu", "vulkan", "fpga"
  virtual std::string description() const = 0;   ///< device or library with version, for doctor and reports
  /// Unavailable with the reason, when this machine cannot run it.
  virtual Status available() const = 0;
  /// Whether QDQ patterns are lowered to integer operators before this backend sees the graph. The reference runs
  /// the graph as it is written.
  virtual bool runsIntegers() const { return true; }
  /// Nothing when the node can run here, else the reason.
  virtual std::optional<Reason> refusal(const Graph& graph, const Node& node) const = 0;
  virtual Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options,
                                                      Progress& progress) const = 0;
};

}  // namespace ew

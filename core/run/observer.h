// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/graph.h"

namespace ew {

/// What running one node (or a fused group of nodes) took.
struct NodeTrace {
  NodeId node = kNone;             ///< the node that names the group (the convolution of conv + relu)
  std::vector<NodeId> fused;       ///< further nodes that ran inside it
  std::string backend;             ///< who ran it: "cpu", "vulkan", ...
  std::string kernel;              ///< which code: "dnnl:brgconv:avx512_core_vnni", "reference", "conv_direct.comp"
  double milliseconds = 0;         ///< GPU timestamp on a GPU, wall clock elsewhere
  std::uint64_t bytes = 0;         ///< read and written, weights included
  std::uint64_t cycles = 0;        ///< of the modelled device; 0 where none is modelled
};

struct Trace {
  std::vector<NodeTrace> nodes;
  double totalMilliseconds = 0;    ///< wall clock of the whole run
};

/// Sees a run as it happens: calibration, histograms, error per layer and live charts are observers, so memory
/// never grows with the number of samples.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Called once for each value that was asked for in CompileOptions, when it has been produced.
  virtual void onValue(ValueId, const Tensor&) {}
  virtual void onNode(const NodeTrace&) {}
  /// False: backends skip per-node timing.
  virtual bool wantsTrace() const { return false; }
  /// True ends the run with the error Interrupted; asked between the iterations of loops inside the model.
  virtual bool cancelled() const { return false; }
};

/// Sees nothing and hands on whether a Progress was cancelled.
class ProgressObserver : public Observer {
 public:
  explicit ProgressObserver(const Progress& progress) : progress_(progress) {}
  bool cancelled() const override { return progress_.cancelled(); }

 private:
  const Progress& progress_;
};

/// Collects the trace of one run.
class TraceObserver final : public Observer {
 public:
  void onNode(const NodeTrace& entry) override { trace.nodes.push_back(entry); }
  bool wantsTrace() const override { return true; }
  Trace trace;
};

}  // namespace ew

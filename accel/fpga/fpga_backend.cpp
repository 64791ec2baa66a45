// SPDX-License-Identifier: Apache-2.0
#include "accel/fpga/fpga_backend.h"

#include <omp.h>

#include <chrono>

#include "accel/fpga/layer.h"
#include "accel/fpga/operators.h"
#include "core/base/text.h"
#include "core/device/matrix_work.h"
#include "core/ops/op.h"
#include "core/run/values.h"

namespace ew {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* defaultProfile = "zynq-zu7ev";

/// One node, ready to run: on the array when it has a layer, else by its reference code.
struct Step {
  const Node* node;
  const ops::OpDef* def;
  std::unique_ptr<fpga::Layer> layer;
  std::int64_t opset;
  std::uint64_t cycles;
};

class FpgaExecutable final : public Executable {
 public:
  FpgaExecutable(Graph graph, const CompileOptions& options, const device::SystolicArray& array)
      : graph_(std::move(graph)), options_(options), lastUses_(lastUses(graph_)), arrayKernel_(device::systolicName(array)),
        vectorKernel_("vector x" + std::to_string(array.columns)) {
    const int threads = options.threads > 0 ? options.threads : omp_get_max_threads();
    for (const Node& node : graph_.nodes()) {
      Step step{&node, nullptr, nullptr, graph_.opset(node.domain), 0};
      step.def = ops::findOp(node.opType, node.domain, step.opset).def;
      step.cycles = static_cast<std::uint64_t>(device::arrayCycles(graph_, node, array).total);
      if (fpga::placeOf(graph_, node).unit == fpga::Unit::Array)
        step.layer = node.opType == "QLinearConv" ? fpga::makeConvLayer(graph_, node, array, threads) : fpga::makeMatrixLayer(node, array, threads);
      steps_.push_back(std::move(step));
    }
  }

  const Graph& graph() const override { return graph_; }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) override {
    ValueTable values(graph_);
    for (std::size_t i = 0; i < inputs.size(); ++i) values.set(graph_.inputs()[i], inputs[i]);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      EW_TRY_AT(runStep(steps_[i], values, observer), "node " + inQuotes(displayName(graph_, *steps_[i].node)));
      for (const ValueId id : lastUses_[i]) values.release(id);
    }
    return values.take(graph_.outputs());
  }

 private:
  Status runStep(const Step& step, ValueTable& values, Observer& observer) {
    const Node& node = *step.node;
    ops::ComputeContext context{node, step.opset, {}, {}};
    context.outputs.resize(node.outputs.size());
    for (const ValueId id : node.inputs) context.inputs.push_back(id == kNone ? Tensor() : values.get(id));
    const Clock::time_point start = Clock::now();
    EW_TRY(step.layer ? step.layer->run(context) : step.def->compute(context));
    if (observer.wantsTrace()) report(step, context, start, observer);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const ValueId id = node.outputs[i];
      if (id == kNone) continue;
      if (options_.observeAll || options_.observe.contains(id)) observer.onValue(id, context.outputs[i]);
      values.set(id, std::move(context.outputs[i]));
    }
    return {};
  }

  void report(const Step& step, const ops::ComputeContext& context, Clock::time_point start, Observer& observer) const {
    NodeTrace trace;
    trace.node = step.node->id;
    trace.backend = "fpga";
    trace.kernel = step.layer ? arrayKernel_ : vectorKernel_;
    trace.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    trace.cycles = step.cycles;
    for (const Tensor& tensor : context.inputs) trace.bytes += tensor.byteSize();
    for (const Tensor& tensor : context.outputs) trace.bytes += tensor.byteSize();
    observer.onNode(trace);
  }

  Graph graph_;
  CompileOptions options_;
  std::vector<std::vector<ValueId>> lastUses_;
  std::string arrayKernel_, vectorKernel_;
  std::vector<Step> steps_;
};

class FpgaBackend final : public Backend {
 public:
  explicit FpgaBackend(Result<device::SystolicArray> array) : array_(std::move(array)) {}

  std::string id() const override { return "fpga"; }

  std::string description() const override {
    if (!array_.ok()) return "model of an int8 systolic array";
    return "bit-exact model of an int8 array, " + device::systolicName(*array_) + " at " + numberText(array_->clockMhz) + " MHz";
  }

  Status available() const override { return array_.ok() ? Status() : Status(array_.error()); }

  std::optional<Reason> refusal(const Graph& graph, const Node& node) const override {
    fpga::Placement placement = fpga::placeOf(graph, node);
    if (placement.unit) return std::nullopt;
    return placement.refusal;
  }

  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options, Progress&) const override {
    EW_TRY(available());
    for (const Node& node : graph.nodes())
      if (const auto reason = refusal(graph, node))
        return unsupported(reason->text()).at("node " + inQuotes(displayName(graph, node)));
    return std::unique_ptr<Executable>(std::make_unique<FpgaExecutable>(graph, options, *array_));
  }

 private:
  Result<device::SystolicArray> array_;
};

Result<device::SystolicArray> defaultArray() {
  EW_ASSIGN(const device::Profile profile, device::findProfile(defaultProfile));
  if (!profile.systolic) return unavailable(std::string("the profile ") + defaultProfile + " has no systolic array");
  return *profile.systolic;
}

}  // namespace

std::shared_ptr<const Backend> makeFpgaBackend(std::optional<device::SystolicArray> array) {
  return std::make_shared<FpgaBackend>(array ? Result<device::SystolicArray>(*array) : defaultArray());
}

}  // namespace ew

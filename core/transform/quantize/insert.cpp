// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/transform/quantize/calibrators.h"
#include "core/transform/quantize/plan.h"

namespace ew::transform {
namespace {

constexpr int bits = 8;
constexpr std::int64_t perTensor = -1;  ///< in place of an axis
/// A bias shall use at most this many steps, which leaves room for the sum that it starts.
constexpr double biasSteps = 1 << 30;

/// Scale and zero point of one range, shared by every value that takes it.
struct Parameters {
  ValueId scale = kNone, zeroPoint = kNone;
  AffineMap map;
};

class Inserter {
 public:
  Inserter(GraphEdit& edit, const QuantizationPlan& plan, const QuantizeOptions& options, const CalibrationResult* calibration)
      : edit_(edit), plan_(plan), options_(options), calibration_(calibration), isSigned_(options.activations == "int8") {
    const auto all = calibrators();
    calibrator_ = &*std::find_if(all.begin(), all.end(), [&](const Calibrator& each) { return each.name == options.calibrator; });
  }

  Status run() {
    // The parameters first, under the values' own names: a model output's name moves when its value is quantized.
    for (const auto& [value, source] : plan_.activations) parametersOf(source);
    for (const WeightPlan& weight : plan_.weights) EW_TRY_AT(quantizeWeight(weight), place(weight.node));
    for (const ConstantPlan& constant : plan_.constants) EW_TRY_AT(quantizeConstant(constant), place(constant.node));
    for (const auto& [value, source] : plan_.activations) quantizeActivation(value, parametersOf(source));
    edit_.refresh();
    return {};
  }

 private:
  const Graph& graph() const { return edit_.graph(); }
  std::string place(NodeId id) const { return "node " + inQuotes(displayName(graph(), *graph().node(id))); }
  DType type() const { return isSigned_ ? DType::i8 : DType::u8; }

  ValueId constant(const std::string& name, Tensor tensor) { return edit_.addInitializer(edit_.freshValueName(name), std::move(tensor)); }
  Tensor zeroPointTensor(std::int32_t value) const {
    return isSigned_ ? Tensor::scalar(static_cast<std::int8_t>(value)) : Tensor::scalar(static_cast<std::uint8_t>(value));
  }

  Parameters addParameters(const std::string& name, const AffineMap& map) {
    return {constant(name + "_scale", Tensor::scalar(map.scale)), constant(name + "_zero_point", zeroPointTensor(map.zeroPoint)), map};
  }

  const Parameters& parametersOf(ValueId source) {
    const auto found = parameters_.find(source);
    if (found != parameters_.end()) return found->second;
    const std::string name = graph().value(source).name;
    const analysis::Histogram& histogram = calibration_->histograms.at(name);
    const auto range = plan_.answers.contains(source) ? minmaxRange(histogram, bits, isSigned_) : calibrator_->range(histogram, bits, isSigned_);
    return parameters_.emplace(source, addParameters(name, affineMap(range, bits, isSigned_))).first->second;
  }

  NodeId addNode(const char* op, const std::string& name, std::vector<ValueId> inputs, ValueId output, std::int64_t axis,
                 const std::vector<NodeId>& origin) {
    Node node;
    node.name = name;
    node.opType = op;
    node.inputs = std::move(inputs);
    node.outputs = {output};
    node.origin = origin;
    if (axis != perTensor) node.attributes.set("axis", axis);
    return edit_.addNode(std::move(node));
  }

  void quantizeActivation(ValueId id, const Parameters& parameters) {
    const std::string name = graph().value(id).name;
    const std::optional<Shape> shape = graph().value(id).shape;
    std::vector<NodeId> origin;
    if (const Node* producer = graph().node(graph().producer(id))) origin = producer->origin;
    else if (const auto readers = graph().consumers(id); !readers.empty()) origin = graph().node(readers.front())->origin;
    const ValueId integers = edit_.addValue(edit_.freshValueName(name + "_QuantizeLinear_Output"), type(), shape);
    const ValueId floats = edit_.addValue(edit_.freshValueName(name + "_DequantizeLinear_Output"), DType::f32, shape);
    edit_.replaceUses(id, floats);
    if (graph().value(floats).name == name) edit_.mutableValue(id).name = edit_.freshValueName(name + "_QuantizeLinear_Input");
    addNode("QuantizeLinear", name + "_QuantizeLinear", {id, parameters.scale, parameters.zeroPoint}, integers, perTensor, origin);
    addNode("DequantizeLinear", name + "_DequantizeLinear", {integers, parameters.scale, parameters.zeroPoint}, floats, perTensor, origin);
  }

  /// Integers behind a DequantizeLinear, in place of a float constant.
  ValueId addDequantized(const std::string& name, Tensor integers, ValueId scale, ValueId zeroPoint, std::int64_t axis,
                         const std::vector<NodeId>& origin) {
    const Dims dims = integers.dims();
    const ValueId stored = constant(name + "_quantized", std::move(integers));
    const ValueId floats = edit_.addValue(edit_.freshValueName(name + "_DequantizeLinear_Output"), DType::f32, Shape(dims));
    addNode("DequantizeLinear", name + "_DequantizeLinear", {stored, scale, zeroPoint}, floats, axis, origin);
    return floats;
  }

  /// One scale a channel where the channel axis of the stored weight is that of the results.
  std::optional<std::size_t> scaleAxis(const WeightPlan& plan) const {
    const Node& node = *graph().node(plan.node);
    const bool transposedGroups = node.opType == "ConvTranspose" && node.attributes.getInt("group", 1) != 1;
    const bool matMul = node.opType == "MatMul" && (plan.weight.input == 0 || plan.weight.stored->rank() != 2);
    if (options_.granularity == "tensor" || transposedGroups || matMul || (node.opType == "Gemm" && plan.weight.input == 0)) return std::nullopt;
    return static_cast<std::size_t>(plan.weight.channelAxis);
  }

  /// The bias when it can become int32: constant floats, one a channel, added as they are.
  const Tensor* quantizableBias(const WeightPlan& plan, std::size_t input) const {
    const Node& node = *graph().node(plan.node);
    const Tensor* bias = graph().initializer(node.input(input));
    if (plan.activation == kNone || bias == nullptr || bias->dtype() != DType::f32 || bias->rank() == 0) return nullptr;
    const bool oneRow = bias->dim(bias->rank() - 1) == bias->size() && bias->size() == plan.weight.stored->dim(static_cast<std::size_t>(plan.weight.channelAxis));
    return oneRow && node.attributes.getFloat("beta", 1) == 1 ? bias : nullptr;
  }

  Status quantizeWeight(const WeightPlan& plan) {
    const Node node = *graph().node(plan.node);
    const std::optional<std::size_t> axis = scaleAxis(plan);
    const int biasIndex = analysis::biasInput(node);
    const auto biasAt = static_cast<std::size_t>(std::max(0, biasIndex));
    const Tensor* bias = biasIndex < 0 ? nullptr : quantizableBias(plan, biasAt);
    const float inputScale = plan.activation == kNone ? 1.0F : parametersOf(plan_.activations.at(plan.activation)).map.scale;

    const auto key = std::pair(plan.weight.value, axis ? static_cast<std::int64_t>(*axis) : perTensor);
    auto made = weights_.find(key);
    if (made == weights_.end()) {
      EW_ASSIGN(IntegerWeight integers, integerWeight(*plan.weight.stored, axis, leastScales(bias, inputScale, axis.has_value())));
      const std::string name = graph().value(plan.weight.value).name;
      const ValueId scale = constant(name + "_scale", integers.scale);
      const ValueId zeroPoint = constant(name + "_zero_point", std::move(integers.zeroPoint));
      const ValueId floats = addDequantized(name, std::move(integers.integers), scale, zeroPoint, key.second, node.origin);
      made = weights_.emplace(key, Made{floats, integers.scale}).first;
    }
    edit_.mutableNode(plan.node).inputs[plan.weight.input] = made->second.floats;
    if (bias == nullptr) return {};
    return quantizeBias(plan.node, biasAt, *bias, inputScale, made->second.scale);
  }

  /// Scales so large that the bias takes at most biasSteps steps, and that the product of scales is a normal number.
  static std::vector<float> leastScales(const Tensor* bias, float inputScale, bool perChannel) {
    if (bias == nullptr) return {};
    std::vector<float> out;
    for (const float b : bias->data<float>()) {
      const double least = std::abs(static_cast<double>(b)) / biasSteps / static_cast<double>(inputScale);
      out.push_back(static_cast<float>(std::max(least, static_cast<double>(std::numeric_limits<float>::min()) / static_cast<double>(inputScale))));
    }
    if (!perChannel) out = {*std::max_element(out.begin(), out.end())};
    return out;
  }

  Status quantizeBias(NodeId id, std::size_t input, const Tensor& bias, float inputScale, const Tensor& weightScale) {
    const std::span<const float> weightScales = weightScale.data<float>();
    const auto floats = bias.data<float>();
    if (weightScales.size() != 1 && weightScales.size() != floats.size()) return {};
    std::vector<float> scales;
    for (const float scale : weightScales) scales.push_back(inputScale * scale);
    std::vector<std::int32_t> integers;
    for (std::size_t i = 0; i < floats.size(); ++i) {
      const double value = std::nearbyint(static_cast<double>(floats[i]) / static_cast<double>(scales[scales.size() == 1 ? 0 : i]));
      // Weights shared with a layer of another input scale may leave this bias no room: it stays float.
      if (!(std::abs(value) < 2147483647.0)) return {};
      integers.push_back(static_cast<std::int32_t>(value));
    }
    const std::string name = graph().value(graph().node(id)->input(input)).name;
    const bool perChannel = scales.size() > 1;
    const Dims dims = perChannel ? Dims{std::ssize(scales)} : Dims{};
    const ValueId scale = constant(name + "_quantized_scale", Tensor::of<float>(dims, scales));
    const ValueId zeroPoint = constant(name + "_quantized_zero_point", Tensor::zeros(DType::i32, dims));
    const ValueId made = addDequantized(name, Tensor::vector(integers), scale, zeroPoint,
                                        perChannel ? 0 : perTensor, graph().node(id)->origin);
    edit_.mutableNode(id).inputs[input] = made;
    return {};
  }

  Status quantizeConstant(const ConstantPlan& plan) {
    const Node node = *graph().node(plan.node);
    const ValueId old = node.input(plan.input);
    auto made = constants_.find(old);
    if (made == constants_.end()) {
      const Tensor floats = *graph().initializer(old);
      const AffineMap map = affineMap(analysis::finiteRange(floats).value_or(analysis::Range{}), bits, isSigned_);
      EW_ASSIGN(std::vector<double> values, toDoubles(floats));
      for (double& value : values) {
        const double step = std::isnan(value) ? map.zeroPoint : std::nearbyint(value / static_cast<double>(map.scale)) + map.zeroPoint;
        value = std::clamp(step, static_cast<double>(map.low), static_cast<double>(map.high));
      }
      EW_ASSIGN(Tensor integers, tensorFromDoubles(type(), floats.dims(), values));
      const std::string name = graph().value(old).name;
      const Parameters parameters = addParameters(name, map);
      made = constants_.emplace(old, addDequantized(name, std::move(integers), parameters.scale, parameters.zeroPoint, perTensor, node.origin)).first;
    }
    edit_.mutableNode(plan.node).inputs[plan.input] = made->second;
    return {};
  }

  struct Made {
    ValueId floats = kNone;
    Tensor scale;
  };

  GraphEdit& edit_;
  const QuantizationPlan& plan_;
  const QuantizeOptions& options_;
  const CalibrationResult* calibration_;
  bool isSigned_;
  const Calibrator* calibrator_ = nullptr;
  std::map<ValueId, Parameters> parameters_;
  std::map<std::pair<ValueId, std::int64_t>, Made> weights_;
  std::map<ValueId, ValueId> constants_;
};

}  // namespace

Status insertQuantizers(GraphEdit& edit, const QuantizationPlan& plan, const QuantizeOptions& options,
                        const CalibrationResult* calibration) {
  return Inserter(edit, plan, options, calibration).run();
}

}  // namespace ew::transform

// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/work.h"

#include <algorithm>
#include <string_view>

#include "core/analysis/weights.h"

namespace ew::simulate {
namespace {

constexpr std::array views{std::string_view("Reshape"),  std::string_view("Flatten"), std::string_view("Squeeze"),
                           std::string_view("Unsqueeze"), std::string_view("Identity"), std::string_view("Dropout"),
                           std::string_view("Constant"), std::string_view("Shape"),   std::string_view("Size"),
                           std::string_view("ConstantOfShape")};

/// What inference engines run inside the layer before: one function of one value, and constants a channel.
constexpr std::array endings{std::string_view("Relu"),      std::string_view("Clip"),    std::string_view("LeakyRelu"),
                             std::string_view("PRelu"),     std::string_view("Sigmoid"), std::string_view("HardSwish"),
                             std::string_view("HardSigmoid"), std::string_view("BatchNormalization"), std::string_view("QLookup")};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool isByte(DType type) { return type == DType::i8 || type == DType::u8; }

class Reader {
 public:
  explicit Reader(const ops::Inference& inference) : inference_(inference), graph_(inference.graph) {}

  bool isLayer(const Node& node) const {
    if (contains(views, node.opType)) return false;
    const bool constant = std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) {
      return id == kNone || inference_.constants.contains(id);
    });
    return !constant && !fromConstants(node);
  }

  LayerWork work(const Node& node) const {
    LayerWork out;
    out.graph = &graph_;
    out.node = &node;
    out.integer = node.input(0) != kNone && isByte(graph_.value(node.input(0)).dtype) && node.opType != "DequantizeLinear";
    const ops::Cost cost = ops::costOf(graph_, node);
    out.macs = cost.macs;
    out.operations = cost.macs > 0 ? cost.macs : cost.flops;
    out.bytes = bytesOf(node);
    out.matrix = device::matrixWork(graph_, node);
    out.known = isKnown(node);
    out.kind = kindOf(node, out);
    return out;
  }

 private:
  /// Weights on their way to a layer (DequantizeLinear of an initializer): read there.
  bool fromConstants(const Node& node) const {
    return !node.inputs.empty() && std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) {
      return id == kNone || graph_.initializer(id) != nullptr;
    });
  }

  bool isKnown(const Node& node) const {
    if (ops::findOp(node.opType, node.domain, graph_.opset(node.domain)).def == nullptr) return false;
    return std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) {
      return id == kNone || (graph_.value(id).shape && graph_.value(id).shape->known());
    });
  }

  std::int64_t bytesOf(const Node& node) const {
    std::int64_t bytes = 0;
    for (const ValueId id : node.inputs)
      if (id != kNone && graph_.initializer(id) == nullptr && !analysis::constantOperand(graph_, id)) bytes += device::valueBytes(graph_, id);
    for (const analysis::ConstantRef& constant : analysis::parametersOf(graph_, node))
      bytes += static_cast<std::int64_t>(constant.stored->byteSize());
    for (const ValueId id : node.outputs) bytes += device::valueBytes(graph_, id);
    return bytes;
  }

  bool endsLayerBefore(const Node& node) const {
    const ValueId in = node.input(0);
    if (in == kNone || graph_.isOutput(in) || graph_.consumers(in).size() != 1) return false;
    const Node* before = graph_.node(graph_.producer(in));
    if (before == nullptr) return false;
    if (contains(endings, node.opType)) return !contains(views, before->opType);
    // A bias that is added behind a product.
    return node.opType == "Add" && device::matrixWork(graph_, *before) && graph_.initializer(node.input(1)) != nullptr;
  }

  LayerKind kindOf(const Node& node, const LayerWork& work) const {
    if (endsLayerBefore(node)) return LayerKind::Fused;
    if (!work.matrix) return LayerKind::Vector;
    if (!node.opType.ends_with("Conv") && node.opType != "ConvInteger") return LayerKind::Matrix;
    const device::MatrixWork& matrix = *work.matrix;
    if (matrix.groups > 1 && matrix.n <= 2) return LayerKind::Depthwise;
    const Dims kernel = kernelOf(node);
    const std::int64_t taps = std::max<std::int64_t>(1, elementCount(kernel));
    if (matrix.k / taps < fewChannels) return LayerKind::FewChannels;
    const std::vector<std::int64_t> strides = node.attributes.getInts("strides");
    const bool dense = std::all_of(strides.begin(), strides.end(), [](std::int64_t stride) { return stride == 1; });
    return dense && kernel == Dims{3, 3} ? LayerKind::Conv3x3 : LayerKind::Matrix;
  }

  /// Spatial extents of a convolution's weight.
  Dims kernelOf(const Node& node) const {
    const ValueId id = node.input(node.opType == "QLinearConv" ? 3 : 1);
    const auto shape = id == kNone ? std::nullopt : graph_.value(id).shape;
    const auto dims = shape ? shape->concrete() : std::nullopt;
    return dims && dims->size() > 2 ? Dims(dims->begin() + 2, dims->end()) : Dims{};
  }

  static constexpr std::int64_t fewChannels = 16;
  const ops::Inference& inference_;
  const Graph& graph_;
};

}  // namespace

std::vector<LayerWork> layersOf(const ops::Inference& inference) {
  const Reader reader(inference);
  std::vector<LayerWork> out;
  for (const Node& node : inference.graph.nodes())
    if (reader.isLayer(node)) out.push_back(reader.work(node));
  return out;
}

}  // namespace ew::simulate

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/analysis/weights.h"
#include "core/transform/fold/affine.h"

namespace ew::transform {
namespace {

/// A map of `x` along one axis that nodes before a layer compute; `nodes` first to last.
struct Source {
  ValueId x = kNone;
  std::optional<std::size_t> axis;
  ChannelAffine map;
  std::vector<NodeId> nodes;
};

/// Transpose, BatchNormalization and the Transpose back: how transformers normalize tokens.
std::optional<Source> turnedNormalization(const FoldContext& context, const Node& back) {
  const Graph& graph = context.graph();
  const Node* normalization = back.opType == "Transpose" ? context.privateProducer(back.input(0), back.id) : nullptr;
  const Node* turn = normalization != nullptr ? graph.node(graph.producer(normalization->input(0))) : nullptr;
  if (turn == nullptr || turn->opType != "Transpose" || !context.isFresh(turn->id)) return std::nullopt;
  const std::vector<std::int64_t> there = turn->attributes.getInts("perm"), home = back.attributes.getInts("perm");
  if (there.size() < 2 || there.size() != home.size()) return std::nullopt;
  for (std::size_t i = 0; i < home.size(); ++i)
    if (home[i] < 0 || home[i] >= std::ssize(there) || there[static_cast<std::size_t>(home[i])] != static_cast<std::int64_t>(i)) return std::nullopt;
  auto map = normalizationMap(graph, *normalization);
  if (!map) return std::nullopt;
  return Source{turn->input(0), static_cast<std::size_t>(there[1]), *std::move(map), {turn->id, normalization->id, back.id}};
}

std::optional<Source> sourceOf(const FoldContext& context, const Node& node) {
  if (auto turned = turnedNormalization(context, node)) return turned;
  if (auto map = normalizationMap(context.graph(), node)) return Source{node.input(0), std::size_t{1}, *std::move(map), {node.id}};
  if (auto arithmetic = affineArithmetic(context, node)) return Source{arithmetic->x, arithmetic->axis, std::move(arithmetic->map), {node.id}};
  return std::nullopt;
}

/// A layer that reads the mapped value, and where a sum that the map adds to its result can go.
struct Reader {
  NodeId layer = kNone;
  NodeId addition = kNone;   ///< the Add of a constant behind a MatMul
  std::size_t addend = 0;    ///< its input that is the constant
  std::size_t axis = 1;      ///< of the layer's input that counts its input channels
  std::int64_t channels = 0; ///< input channels
  std::int64_t outputs = 0;  ///< output channels
};

bool padsNothing(const Node& conv) {
  const std::string automatic = conv.attributes.getString("auto_pad", "NOTSET");
  const std::vector<std::int64_t> pads = conv.attributes.getInts("pads");
  return (automatic == "NOTSET" || automatic == "VALID") && std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
}

/// The Add of one constant a column that alone reads a product.
bool findAddition(const FoldContext& context, const Node& product, std::int64_t columns, Reader& reader) {
  const Node* add = context.onlyReader(product.output(0));
  if (add == nullptr || add->opType != "Add" || !add->domain.empty() || add->inputs.size() != 2) return false;
  reader.addition = add->id;
  reader.addend = add->input(0) == product.output(0) ? 1 : 0;
  const Tensor* constant = context.graph().initializer(add->input(reader.addend));
  return constant != nullptr && isFloat(constant->dtype()) && constant->size() == columns && constant->rank() >= 1 &&
         constant->dim(constant->rank() - 1) == columns;
}

std::optional<Reader> readerOf(const FoldContext& context, const Node& node, ValueId value, bool movesZero) {
  const bool isProduct = node.opType == "Gemm" || node.opType == "MatMul";
  if ((!isProduct && node.opType != "Conv") || node.input(0) != value || !context.isFresh(node.id)) return std::nullopt;
  if (std::count(node.inputs.begin(), node.inputs.end(), value) != 1 || node.attributes.getInt("transA", 0) != 0) return std::nullopt;
  const AffineTarget target = affineTarget(context, node);
  if (!target) return std::nullopt;
  const Tensor& weight = *context.graph().initializer(node.input(1));
  Reader reader;
  reader.layer = node.id;
  reader.axis = target.axis;
  reader.outputs = target.channels;
  if (!isProduct) reader.channels = weight.dim(1) * node.attributes.getInt("group", 1);
  else reader.channels = weight.dim(node.attributes.getInt("transB", 0) != 0 ? 1 : 0);
  if (!movesZero || (target.takesOffset && (isProduct || padsNothing(node)))) return reader;
  if (node.opType == "MatMul" && findAddition(context, node, target.channels, reader)) return reader;
  return std::nullopt;
}

/// The input channel that an element of the weight belongs to.
std::size_t inputChannel(const Node& node, const Dims& dims, std::int64_t index) {
  if (node.opType != "Conv") return static_cast<std::size_t>(node.attributes.getInt("transB", 0) != 0 ? index % dims[1] : index / dims[1]);
  const std::int64_t inner = elementCount(dims) / (dims[0] * dims[1]), group = node.attributes.getInt("group", 1);
  const std::int64_t output = index / (inner * dims[1]), within = index / inner % dims[1];
  return static_cast<std::size_t>(output / (dims[0] / group) * dims[1] + within);
}

std::size_t outputChannel(const Node& node, const Dims& dims, std::int64_t index) {
  if (node.opType == "Conv" || node.attributes.getInt("transB", 0) != 0) return static_cast<std::size_t>(index / (elementCount(dims) / dims[0]));
  return static_cast<std::size_t>(index % dims[1]);
}

Status addTo(FoldContext& context, NodeId id, std::size_t input, const std::vector<double>& sums) {
  const ValueId old = context.graph().node(id)->input(input);
  const Tensor constant = *context.graph().initializer(old);
  EW_ASSIGN(std::vector<double> values, toDoubles(constant));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += sums[i];
  EW_ASSIGN(Tensor tensor, tensorFromDoubles(constant.dtype(), constant.dims(), values));
  const ValueId made = context.addConstant(context.graph().value(old).name, std::move(tensor));
  context.edit.mutableNode(id).inputs[input] = made;
  context.touchAround(context.graph().node(id)->output(0));
  return {};
}

/// The layer's own bias, made when it has none.
Status addToBias(FoldContext& context, NodeId id, std::vector<double> sums) {
  const Node node = *context.graph().node(id);
  const Tensor& weight = *context.graph().initializer(node.input(1));
  if (node.input(2) != kNone) {
    EW_ASSIGN(const std::vector<double> old, toDoubles(*context.graph().initializer(node.input(2))));
    const double beta = node.opType == "Gemm" ? static_cast<double>(node.attributes.getFloat("beta", 1)) : 1.0;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += beta * old[old.size() == 1 ? 0 : i];
  }
  EW_ASSIGN(Tensor tensor, tensorFromDoubles(weight.dtype(), {std::ssize(sums)}, sums));
  const ValueId made = context.addConstant(context.graph().value(node.input(1)).name + "_bias", std::move(tensor));
  Node& changed = context.edit.mutableNode(id);
  changed.inputs.resize(3, kNone);
  changed.inputs[2] = made;
  changed.attributes.remove("beta");
  if (changed.opType == "MatMul") changed.opType = "Gemm";
  return {};
}

/// W (f x + o) = (W f) x + W o.
Status absorbBefore(FoldContext& context, const Reader& reader, const Source& source) {
  const Node node = *context.graph().node(reader.layer);
  const Tensor weight = *context.graph().initializer(node.input(1));
  EW_ASSIGN(std::vector<double> values, toDoubles(weight));
  std::vector<double> sums(static_cast<std::size_t>(reader.outputs), 0.0);
  const double alpha = node.opType == "Gemm" ? static_cast<double>(node.attributes.getFloat("alpha", 1)) : 1.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    const std::size_t c = source.axis ? inputChannel(node, weight.dims(), index) : 0;
    sums[outputChannel(node, weight.dims(), index)] += alpha * values[i] * source.map.offset[c];
    values[i] *= source.map.factor[c];
  }
  EW_ASSIGN(Tensor scaled, tensorFromDoubles(weight.dtype(), weight.dims(), values));
  const ValueId made = context.addConstant(context.graph().value(node.input(1)).name, std::move(scaled));
  Node& changed = context.edit.mutableNode(reader.layer);
  changed.inputs[0] = source.x;
  changed.inputs[1] = made;
  for (const NodeId id : source.nodes) mergeOrigin(changed, *context.graph().node(id));
  context.touchAround(source.x);
  context.touchAround(node.output(0));
  if (!source.map.movesZero()) return {};
  if (reader.addition != kNone) return addTo(context, reader.addition, reader.addend, sums);
  return addToBias(context, reader.layer, std::move(sums));
}

}  // namespace

/// Normalization or arithmetic with constants before layers goes into their weights, when all that read it can take it.
Result<bool> foldAffineForward(FoldContext& context, const Node& node) {
  const std::optional<Source> source = sourceOf(context, node);
  const ValueId mapped = node.output(0);
  if (!source || context.graph().isOutput(mapped) || !context.shapeOf(source->x)) return false;
  std::vector<Reader> readers;
  for (const NodeId id : context.graph().consumers(mapped)) {
    const auto reader = readerOf(context, *context.graph().node(id), mapped, source->map.movesZero());
    if (!reader || (source->axis && (*source->axis != reader->axis || std::ssize(source->map.factor) != reader->channels))) return false;
    readers.push_back(*reader);
  }
  if (readers.empty()) return false;
  const std::string into = displayName(context.graph(), *context.graph().node(readers.front().layer));
  const std::vector<NodeId> nodes = source->nodes;
  for (const Reader& reader : readers) EW_TRY(absorbBefore(context, reader, *source));
  for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
    const Node& gone = *context.graph().node(*id);
    // The first Transpose may have other readers.
    if (*id == node.id || context.graph().consumers(gone.output(0)).size() == 1)
      context.retire(gone, "folded", "into " + into + (readers.size() > 1 ? " and others" : ""));
  }
  return true;
}

}  // namespace ew::transform

// SPDX-License-Identifier: Apache-2.0
#include "core/run/prefix_fingerprint.h"

#include "core/base/sha256.h"
#include "core/graph/subgraphs.h"
#include "core/ops/random.h"

namespace ew {
namespace {

bool hasBytes(const Tensor& tensor) {
  return tensor.dtype() != DType::none && tensor.dtype() != DType::string && tensor.dtype() != DType::sequence && tensor.dtype() != DType::optional;
}

std::string typeText(const Tensor& tensor) { return std::string(dtypeName(tensor.dtype())) + dimsText(tensor.dims()) + ":"; }

std::string contentOf(const Tensor& tensor) {
  const std::span<const std::byte> bytes = tensor.storedBytes();
  return typeText(tensor) + sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string textsOf(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += std::to_string(text.size()) + ":" + text;
  return out;
}

template <class T>
std::string rawOf(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// The value of an attribute as bytes that only equal values have; nothing for what has no simple content.
struct AttributeText {
  std::string operator()(std::int64_t value) const { return "i" + std::to_string(value); }
  std::string operator()(float value) const { return "f" + rawOf(std::span<const float>(&value, 1)); }
  std::string operator()(const std::string& value) const { return "s" + value; }
  std::string operator()(const Tensor& value) const { return "t" + (value.dtype() == DType::string ? textsOf(value.stringData()) : contentOf(value)); }
  std::string operator()(const std::vector<std::int64_t>& value) const { return "I" + rawOf(std::span<const std::int64_t>(value)); }
  std::string operator()(const std::vector<float>& value) const { return "F" + rawOf(std::span<const float>(value)); }
  std::string operator()(const std::vector<std::string>& value) const { return "S" + textsOf(value); }
  std::string operator()(const SubgraphPtr&) const { return {}; }
  std::string operator()(const OpaqueAttribute& value) const { return "o" + std::to_string(value.type) + value.bytes; }
};

}  // namespace

std::vector<std::string> Fingerprints::of(const Graph& graph) {
  fresh_.clear();
  std::vector<std::string> values(graph.valueCount());
  for (const auto& [id, tensor] : graph.initializers()) values[static_cast<std::size_t>(id)] = constant(tensor);
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const Value& value = graph.value(graph.inputs()[i]);
    values[static_cast<std::size_t>(graph.inputs()[i])] =
        "input " + std::to_string(i) + std::string(dtypeName(value.dtype)) + (value.shape ? value.shape->text() : "?");
  }
  for (const Node& each : graph.nodes()) {
    const std::string text = node(graph, each, values);
    for (std::size_t i = 0; i < each.outputs.size(); ++i)
      if (each.outputs[i] != kNone) values[static_cast<std::size_t>(each.outputs[i])] = text + ":" + std::to_string(i);
  }
  known_ = std::move(fresh_);
  return values;
}

std::string Fingerprints::constant(const Tensor& tensor) {
  if (!hasBytes(tensor)) return tensor.dtype() == DType::string ? typeText(tensor) + sha256(textsOf(tensor.stringData())) : "constant " + std::to_string(++unequal_);
  const auto it = known_.find(tensor.storage());
  // The same bytes may also be seen as another tensor, cut or reshaped.
  const bool same = it != known_.end() && it->second.tensor.dtype() == tensor.dtype() && it->second.tensor.dims() == tensor.dims();
  std::string text = same ? it->second.text : contentOf(tensor);
  fresh_.insert_or_assign(tensor.storage(), Known{tensor, text});
  return text;
}

std::string Fingerprints::node(const Graph& graph, const Node& node, const std::vector<std::string>& values) {
  if (hasSubgraphs(node) || !node.captures.empty() || ops::drawsRandomNumbers(node)) return "unequal " + std::to_string(++unequal_);
  std::vector<std::string> parts{node.opType, node.domain, std::to_string(graph.opset(node.domain))};
  for (const auto& [name, value] : node.attributes.all()) {
    parts.push_back(name);
    parts.push_back(std::visit(AttributeText{}, value));
  }
  parts.emplace_back("inputs");
  for (const ValueId id : node.inputs) parts.push_back(id == kNone ? std::string() : values[static_cast<std::size_t>(id)]);
  parts.emplace_back("outputs");
  for (const ValueId id : node.outputs) parts.emplace_back(id == kNone ? "" : "y");
  return sha256(textsOf(parts));
}

std::string fingerprintOf(std::span<const Tensor> tensors) {
  std::string all;
  for (const Tensor& tensor : tensors) {
    if (!hasBytes(tensor)) return {};
    all += contentOf(tensor);
  }
  return sha256(all);
}

}  // namespace ew

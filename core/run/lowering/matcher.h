// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/graph/graph_edit.h"
#include "core/run/backend.h"

namespace ew::lowering {

/// A quantized value seen through its DequantizeLinear: the integers and how they map to reals.
struct Quantized {
  ValueId integers = kNone;
  ValueId scale = kNone, zeroPoint = kNone;  ///< initializers; zeroPoint kNone: zero, uint8
  DType type = DType::u8;
  std::vector<float> scales;                 ///< one, or one a channel
  std::vector<std::int32_t> zeroPoints;      ///< as many as scales
  std::int64_t axis = 0;                     ///< of the channels when there are several

  bool perTensor() const { return scales.size() == 1; }
};

/// What follows a float operator when it can be lowered: [activation] QuantizeLinear.
struct Result8 {
  Quantized out;                             ///< `integers` is the output of the QuantizeLinear
  NodeId quantize = kNone;
  NodeId activation = kNone;                 ///< Relu or Clip in between, kNone when there is none
  /// Bounds that the activation sets, as integers; the whole range of the type when saturation does it already.
  std::int32_t low = 0, high = 0;
  bool needsClamp = false;
};

/// One pass of lowering: the graph as it was (for matching), the edit (for changing), and what is already taken.
class Matcher {
 public:
  Matcher(const Graph& graph, GraphEdit& edit, const CompileOptions& options)
      : graph_(graph), edit_(edit), options_(options) {}

  const Graph& graph() const { return graph_; }
  GraphEdit& edit() { return edit_; }
  bool taken(NodeId id) const { return taken_.contains(id); }

  /// The value's integers when it comes from a DequantizeLinear with constant 8- or 32-bit parameters.
  std::optional<Quantized> dequantized(ValueId id) const;
  /// The QuantizeLinear (with per-tensor 8-bit constants) that alone reads `id`, directly or after a Relu or Clip
  /// when `throughActivation`. Nothing when something else sees the floats in between.
  std::optional<Result8> quantizedAfter(ValueId id, bool throughActivation) const;

  /// Rewrites `node` in place (its id stays) to an integer operator that produces `result`; the quantize node and
  /// the activation disappear into it, and a clamp is added when saturation alone does not do it.
  void replace(const Node& node, std::string opType, std::string domain, std::vector<ValueId> inputs,
               Attributes attributes, const Result8& result);
  /// Adds y = table[x] after `from` for 8-bit types; `to` receives the result.
  void addLookup(ValueId from, ValueId to, Tensor table, const Node& because);

  ValueId constant(const std::string& name, Tensor tensor);
  ValueId zeroPointOf(const Quantized& quantized, const std::string& name);

 private:
  bool isHidden(ValueId id) const;  ///< one reader, no output, not observed
  const Graph& graph_;
  GraphEdit& edit_;
  const CompileOptions& options_;
  std::set<NodeId> taken_;
};

/// 256 results in the order of the input type's values, lowest first.
template <class F>
Tensor lookupTable(DType inType, DType outType, F&& f) {
  Tensor table = Tensor::zeros(outType, {256});
  const int lowest = inType == DType::i8 ? -128 : 0;
  const std::span<std::byte> bytes = table.mutableBytes();
  for (int i = 0; i < 256; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::byte>(f(lowest + i) & 0xFF);
  return table;
}

/// One way to lower one float operator. False: the pattern does not match, nothing was changed.
struct Rule {
  std::string_view opType;
  bool (*apply)(Matcher& matcher, const Node& node);
};

bool lowerConv(Matcher& matcher, const Node& node);
bool lowerMatMul(Matcher& matcher, const Node& node);
bool lowerGemm(Matcher& matcher, const Node& node);
bool lowerAdd(Matcher& matcher, const Node& node);
bool lowerMul(Matcher& matcher, const Node& node);
bool lowerConcat(Matcher& matcher, const Node& node);
bool lowerAveragePool(Matcher& matcher, const Node& node);
bool lowerGlobalAveragePool(Matcher& matcher, const Node& node);
bool lowerReduceMean(Matcher& matcher, const Node& node);
bool lowerMovement(Matcher& matcher, const Node& node);   ///< MaxPool, Reshape, Transpose, ...
bool lowerPad(Matcher& matcher, const Node& node);        ///< with zeros, or in another mode
bool lowerResize(Matcher& matcher, const Node& node);     ///< to the nearest element
bool lowerUnary(Matcher& matcher, const Node& node);      ///< any element-wise function of one value
bool lowerRequantize(Matcher& matcher, const Node& node); ///< DequantizeLinear -> QuantizeLinear

}  // namespace ew::lowering

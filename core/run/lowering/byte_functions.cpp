// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/byte_functions.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/ops/op.h"

namespace ew::lowering {
namespace {

bool isByte(DType type) { return type == DType::u8 || type == DType::i8; }

/// A value as a function of the bytes of `root`: 256 results in the order of the root's values, lowest first.
struct ByteFunction {
  ValueId root = kNone;   ///< kNone: the same byte whatever anything is
  Tensor table;
};

/// All values of a byte type, lowest first.
Tensor allBytes(DType type) {
  Tensor table = Tensor::zeros(type, {256});
  const std::span<std::byte> bytes = table.mutableBytes();
  const int lowest = type == DType::i8 ? -128 : 0;
  for (int i = 0; i < 256; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::byte>((lowest + i) & 0xFF);
  return table;
}

/// outer(inner(byte)) for all bytes.
Tensor chained(const Tensor& outer, const Tensor& inner) {
  Tensor table = Tensor::zeros(outer.dtype(), {256});
  const std::uint8_t flip = inner.dtype() == DType::i8 ? 0x80 : 0;
  for (std::size_t i = 0; i < 256; ++i)
    table.mutableBytes()[i] = outer.bytes()[std::to_integer<std::uint8_t>(inner.bytes()[i]) ^ flip];
  return table;
}

class Joiner {
 public:
  Joiner(GraphEdit& edit, const CompileOptions& options) : edit_(edit), options_(options) {}

  void run() {
    std::vector<NodeId> ids;
    for (const Node& node : edit_.graph().nodes()) ids.push_back(node.id);
    for (const NodeId id : ids) visit(*edit_.graph().node(id));
    if (joined_.empty()) return;
    edit_.refresh();
    drop(unreadLookups(ids));
  }

 private:
  const Graph& graph() const { return edit_.graph(); }

  const Tensor* tableOf(const Node& node) const {
    if (node.opType != "QLookup" || node.domain != "edgewright") return nullptr;
    const Tensor* table = graph().initializer(node.input(1));
    return table != nullptr && table->size() == 256 && isByte(table->dtype()) ? table : nullptr;
  }

  /// Follows QLookups up to the value that they start from; `passed` gets them.
  ByteFunction functionOf(ValueId id, std::set<NodeId>& passed) const {
    const Node* node = graph().node(graph().producer(id));
    const Tensor* table = node == nullptr ? nullptr : tableOf(*node);
    if (table == nullptr || !isByte(graph().value(node->input(0)).dtype)) return {id, allBytes(graph().value(id).dtype)};
    passed.insert(node->id);
    ByteFunction inner = functionOf(node->input(0), passed);
    return {inner.root, chained(*table, inner.table)};
  }

  /// An operand of a binary operator: a function of a byte, or one constant byte for all.
  std::optional<ByteFunction> operandOf(ValueId id, ValueId result, std::set<NodeId>& passed) const {
    const DType type = graph().value(id).dtype;
    const auto& shape = graph().value(id).shape;
    const auto& wanted = graph().value(result).shape;
    if (!isByte(type) || !shape || !wanted) return std::nullopt;
    if (const Tensor* constant = graph().initializer(id)) {
      if (constant->size() != 1 || constant->rank() > wanted->rank()) return std::nullopt;
      Tensor table = Tensor::zeros(type, {256});
      std::fill(table.mutableBytes().begin(), table.mutableBytes().end(), constant->bytes()[0]);
      return ByteFunction{kNone, std::move(table)};
    }
    return *shape == *wanted ? std::optional(functionOf(id, passed)) : std::nullopt;
  }

  /// The table of QLinearMul or QLinearAdd whose operands depend on the same byte, and that byte's value.
  std::optional<ByteFunction> ofBinary(const Node& node, std::set<NodeId>& passed) const {
    if (node.outputs.size() != 1 || node.input(0) == kNone || node.input(3) == kNone) return std::nullopt;
    const auto a = operandOf(node.input(0), node.output(0), passed), b = operandOf(node.input(3), node.output(0), passed);
    if (!a || !b || (a->root == kNone && b->root == kNone)) return std::nullopt;
    if (a->root != kNone && b->root != kNone && a->root != b->root) return std::nullopt;
    return evaluated(node, {{0, a->table}, {3, b->table}}, a->root != kNone ? a->root : b->root);
  }

  /// What the node's reference code makes of the tables at some inputs; the other inputs must be constants of one element.
  std::optional<ByteFunction> evaluated(const Node& node, const std::map<std::size_t, Tensor>& tables, ValueId root) const {
    const ops::Lookup found = ops::findOp(graph(), node);
    if (found.def == nullptr) return std::nullopt;
    ops::ComputeContext context{node, graph().opset(node.domain), {}, std::vector<Tensor>(1)};
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto table = tables.find(i);
      const Tensor* constant = node.input(i) == kNone ? nullptr : graph().initializer(node.input(i));
      if (table != tables.end()) context.inputs.push_back(table->second);
      else if (constant != nullptr && constant->size() == 1) context.inputs.push_back(*constant);
      else if (node.input(i) == kNone) context.inputs.emplace_back();
      else return std::nullopt;
    }
    if (!ops::runCompute(*found.def, context).ok() || context.outputs[0].dims() != Dims{256} || !isByte(context.outputs[0].dtype())) return std::nullopt;
    return ByteFunction{root, context.outputs[0]};
  }

  /// The table of an operator on one quantized value, behind whatever lookups lead to it.
  std::optional<ByteFunction> ofUnary(const Node& node, std::set<NodeId>& passed) const {
    if (node.outputs.size() != 1 || node.input(0) == kNone || graph().initializer(node.input(0)) != nullptr) return std::nullopt;
    const auto x = operandOf(node.input(0), node.output(0), passed);
    return x ? evaluated(node, {{0, x->table}}, x->root) : std::nullopt;
  }

  void visit(const Node& node) {
    std::optional<ByteFunction> joined;
    std::set<NodeId> passed;
    if (tableOf(node) != nullptr) {
      ByteFunction function = functionOf(node.output(0), passed);
      if (passed.size() > 1) joined = std::move(function);
    } else if ((node.opType == "QLinearMul" || node.opType == "QLinearAdd") && node.domain == "com.microsoft") {
      joined = ofBinary(node, passed);
    } else if ((node.opType == "QLinearSigmoid" || node.opType == "QLinearLeakyRelu") && node.domain == "com.microsoft") {
      joined = ofUnary(node, passed);
    }
    if (!joined) return;
    const ValueId table = edit_.addInitializer(edit_.freshValueName(displayName(graph(), node) + "_table"), std::move(joined->table));
    Node& changed = edit_.mutableNode(node.id);
    changed.opType = "QLookup";
    changed.domain = "edgewright";
    changed.inputs = {joined->root, table};
    changed.attributes = {};
    passed.erase(node.id);
    joined_[node.id] = std::move(passed);
  }

  /// Lookups that only joined ones read; last first, so that whole chains go.
  std::set<NodeId> unreadLookups(const std::vector<NodeId>& ids) const {
    std::set<NodeId> gone;
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
      const Node& node = *graph().node(*id);
      if (tableOf(node) == nullptr) continue;
      const ValueId out = node.output(0);
      const bool seen = options_.observeAll || options_.observe.contains(out) || graph().isOutput(out);
      if (!seen && std::ranges::all_of(graph().consumers(out), [&](NodeId reader) { return gone.contains(reader); })) gone.insert(*id);
    }
    return gone;
  }

  /// A joined node stands for those that go.
  void drop(const std::set<NodeId>& gone) {
    for (const auto& [id, passed] : joined_) {
      if (gone.contains(id)) continue;
      std::vector<NodeId>& origin = edit_.mutableNode(id).origin;
      for (const NodeId other : passed) {
        if (!gone.contains(other)) continue;
        for (const NodeId from : graph().node(other)->origin)
          if (std::ranges::find(origin, from) == origin.end()) origin.push_back(from);
      }
    }
    edit_.removeNodes({gone.begin(), gone.end()});
    edit_.refresh();
  }

  std::map<NodeId, std::set<NodeId>> joined_;  ///< with the lookups that each goes around
  GraphEdit& edit_;
  const CompileOptions& options_;
};

}  // namespace

void joinByteFunctions(GraphEdit& edit, const CompileOptions& options) { Joiner(edit, options).run(); }

}  // namespace ew::lowering

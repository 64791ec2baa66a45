// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// Bits of a type as sign, magnitude and exponent range: `wide` holds every value of `narrow` when it has as many of each.
struct Range {
  bool isSigned = false;
  int precision = 0;       ///< bits of magnitude that are exact
  int largestExponent = 0; ///< of floats; of integers, their bits
  int smallestExponent = 0;///< of the least bit that can be set
};

std::optional<Range> rangeOf(DType type) {
  switch (type) {
    case DType::boolean: return Range{false, 1, 1, 0};
    case DType::u8: return Range{false, 8, 8, 0};
    case DType::u16: return Range{false, 16, 16, 0};
    case DType::u32: return Range{false, 32, 32, 0};
    case DType::u64: return Range{false, 64, 64, 0};
    case DType::i8: return Range{true, 8, 8, 0};
    case DType::i16: return Range{true, 16, 16, 0};
    case DType::i32: return Range{true, 32, 32, 0};
    case DType::i64: return Range{true, 64, 64, 0};
    case DType::f16: return Range{true, 11, 16, -24};
    case DType::bf16: return Range{true, 8, 128, -133};
    case DType::f32: return Range{true, 24, 128, -149};
    case DType::f64: return Range{true, 53, 1024, -1074};
    default: return std::nullopt;
  }
}

bool holdsAll(DType wide, DType narrow) {
  const auto w = rangeOf(wide), n = rangeOf(narrow);
  // Every integer but 0 and 1 is one as a truth value; only these two come back.
  if (!w || !n || wide == DType::boolean) return wide == narrow;
  if (isFloat(narrow) && !isFloat(wide)) return false;
  return (w->isSigned || !n->isSigned) && w->precision >= n->precision && w->largestExponent >= n->largestExponent &&
         w->smallestExponent <= n->smallestExponent;
}

}  // namespace

/// Cast of a Cast: where the type in between holds every value of the first one, it changes nothing.
Result<bool> foldCastPair(FoldContext& context, const Node& node) {
  if (node.opType != "Cast" || !node.domain.empty()) return false;
  const Graph& graph = context.graph();
  const Node* before = graph.node(graph.producer(node.input(0)));
  if (before == nullptr || before->opType != "Cast" || !before->domain.empty() || !context.isFresh(before->id)) return false;
  const ValueId from = before->input(0);
  const DType first = context.typeOf(from), middle = context.typeOf(node.input(0)), last = context.typeOf(node.output(0));
  if (last == DType::none || !rangeOf(last) || !holdsAll(middle, first)) return false;
  if (first == last) {
    if (!context.canBypass(node.output(0), from)) return false;
    context.bypassTo(node, from, "removed", "undoes " + displayName(graph, *before));
    return true;
  }
  if (context.privateProducer(node.input(0), node.id) == nullptr) return false;
  context.skip(node.id, *before, "one conversion with " + displayName(graph, node));
  return true;
}

}  // namespace ew::transform

// SPDX-License-Identifier: Apache-2.0
#include "core/base/reason.h"

#include <array>

#include "core/base/text.h"

namespace ew {
namespace {

struct Row {
  ReasonCode code;
  std::string_view key;
  std::string_view text;
};

constexpr std::array table{
    Row{ReasonCode::OperatorUnknown, "operator-unknown", "this operator is not implemented"},
    Row{ReasonCode::OpsetTooNew, "opset-too-new", "this version of the operator is not implemented"},
    Row{ReasonCode::TypeNotSupported, "type-not-supported", "the element type is not supported"},
    Row{ReasonCode::AttributeNotSupported, "attribute-not-supported", "an attribute value is not supported"},
    Row{ReasonCode::OperatorNotOnBackend, "operator-not-on-backend", "the backend has no kernel for this operator"},
    Row{ReasonCode::ShapeUnknown, "shape-unknown", "a shape is not known before running"},
    Row{ReasonCode::RankNotSupported, "rank-not-supported", "the number of dimensions is not supported"},
    Row{ReasonCode::TooLarge, "too-large", "larger than a limit"},
    Row{ReasonCode::NotQuantized, "not-quantized", "the layer is not quantized to 8-bit integers"},
    Row{ReasonCode::WeightsNotConstant, "weights-not-constant", "the weights are computed at run time"},
    Row{ReasonCode::NoWeights, "no-weights", "the layer has no weights"},
    Row{ReasonCode::SharedWeights, "shared-weights", "the weights are shared with another layer"},
    Row{ReasonCode::GraphOutput, "graph-output", "the channels are part of the model's output"},
    Row{ReasonCode::ConsumerNotShrinkable, "consumer-not-shrinkable", "a consumer cannot lose channels"},
    Row{ReasonCode::GroupedConvolution, "grouped-convolution", "a grouped convolution ties channels together"},
    Row{ReasonCode::ExcludedByRecipe, "excluded-by-recipe", "a layer rule leaves it as it is"},
    Row{ReasonCode::NoCalibration, "no-calibration", "no range was observed in calibration"},
    Row{ReasonCode::TooSmall, "too-small", "too small to change"},
    Row{ReasonCode::NotFoldable, "not-foldable", "it cannot be folded"},
    Row{ReasonCode::Subgraph, "subgraph", "it holds or feeds a subgraph"},
    Row{ReasonCode::NoIntegerForm, "no-integer-form", "the operator stays in floating point"},
    Row{ReasonCode::AlreadyQuantized, "already-quantized", "its weights are integers already"},
};

const Row& row(ReasonCode code) {
  for (const Row& candidate : table)
    if (candidate.code == code) return candidate;
  return table[0];
}

}  // namespace

std::string_view reasonKey(ReasonCode code) { return row(code).key; }
std::string_view reasonText(ReasonCode code) { return row(code).text; }

std::string Reason::text() const {
  std::string out(reasonText(code));
  if (!detail.empty()) out += " (" + escapeControl(detail) + ")";
  return out;
}

}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace ew {

/// Every "no" that the program can give about a node, in one table. The studio, JSON and logs use the same words.
enum class ReasonCode {
  OperatorUnknown,          ///< no definition of this operator here
  OpsetTooNew,              ///< defined, but not at this opset version
  TypeNotSupported,         ///< element type that the kernel does not take
  AttributeNotSupported,    ///< attribute value that the kernel does not take
  OperatorNotOnBackend,     ///< the backend has no kernel for this operator
  ShapeUnknown,             ///< shape is not known before running
  RankNotSupported,
  TooLarge,                 ///< beyond a limit of the backend or device
  NotQuantized,             ///< an integer backend met a float layer
  WeightsNotConstant,       ///< weights are computed, not stored
  NoWeights,                ///< the layer has no weights to change
  SharedWeights,            ///< the tensor is used by several nodes in ways that disagree
  GraphOutput,              ///< its shape is part of the model's interface
  ConsumerNotShrinkable,    ///< a consumer's operator cannot lose channels
  GroupedConvolution,       ///< grouped, not depthwise: channels cannot go one by one
  ExcludedByRecipe,         ///< a `layers` rule says to leave it
  NoCalibration,            ///< no range was observed
  TooSmall,                 ///< nothing would be left, or nothing to gain
  NotFoldable,
  Subgraph,                 ///< holds or feeds a subgraph
  NoIntegerForm,            ///< quantization leaves the operator in floating point
  AlreadyQuantized,         ///< its weights are integers already
};

/// Stable key for JSON, for example "operator-not-on-backend".
std::string_view reasonKey(ReasonCode code);
/// One English phrase without a final stop.
std::string_view reasonText(ReasonCode code);

/// A reason with what it is about, for example {OperatorNotOnBackend, "Softmax"}.
struct Reason {
  ReasonCode code = ReasonCode::OperatorUnknown;
  std::string detail;

  /// "the backend has no kernel for this operator (Softmax)"
  std::string text() const;
};

}  // namespace ew

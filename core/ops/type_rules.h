// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/op.h"

namespace ew::ops {

/// Invalid when an input of an operator of ai.onnx has an element type that no version of the operator takes, or when two
/// inputs that must have the same type have not. Inputs of unknown type are taken as right.
Status checkInputTypes(const OpDef& def, std::span<const DType> inputs);

}  // namespace ew::ops

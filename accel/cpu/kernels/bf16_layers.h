// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "accel/cpu/builder.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// Why a group, a layer of float32, cannot compute in bfloat16; nothing where it can. Fixed rules, and what oneDNN has.
std::optional<std::string> bf16Refusal(const Builder& builder, const Group& group);

/// A convolution with operands rounded to bfloat16 and sums in float32. Weights [filters, channels / groups, ...] and bias
/// are constants in float32; the bias may be absent.
bool addBf16Conv(Builder& builder, const Group& group, const ops::ConvShape& shape, const Tensor& weights, const Tensor& bias);

/// The same for a value of m rows of k elements times constant weights, [n, k] as `weightsDesc` lays them out.
bool addBf16Product(Builder& builder, const Group& group, const Dims& mkn, const Tensor& weights, const Desc& weightsDesc,
                            const Tensor& bias);

}  // namespace ew::cpu

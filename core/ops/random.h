// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ops/moments.h"
#include "core/ops/node_type.h"
#include "core/ops/op.h"

namespace ew::ops {

/// Random numbers that are the same on every machine (the standard library's distributions are not): SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits();
  double uniform();  ///< in [0, 1)
  double normal();   ///< mean 0, deviation 1

 private:
  std::uint64_t state_;
};

/// The generator of a node: from attribute seed, or from the node's name and output when it has none, so that every run
/// of a model gives the same numbers and two nodes give different ones.
Random randomOf(const Node& node);
/// Other numbers for the nodes without attribute seed, from now on and in the whole process; 0 at first.
void setRandomSeed(std::uint64_t seed);

/// Whether the node is one of ONNX's operators that draw random numbers, so that nobody else's values can be expected.
bool drawsRandomNumbers(const Node& node);

/// Output 0 has the shape of input 0, and the type that attribute dtype names or else that of input 0.
Status inferRandomLike(InferContext& context);
/// Output 0 has the type and the shape that attributes dtype (float32 when absent) and shape name.
Status inferRandomShape(InferContext& context);
/// The extents of attribute shape, for operators without an operand. Invalid when it is absent or an extent is negative.
Result<Dims> shapeAttribute(const Node& node);

/// A tensor of `type` and `dims` filled by f() from the first element on.
template <class F>
Result<Tensor> filledRandomly(DType type, Dims dims, F f) {
  EW_ASSIGN(Tensor out, Tensor::create(type, std::move(dims)));
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    for (T& element : out.mutableData<T>()) element = fromDouble<T>(f());
  }));
  return out;
}

/// Output 0 of an operator that draws its elements by f(): as its operand when it has one, else as its attributes say.
template <class F>
Status drawOutput(ComputeContext& context, F f) {
  const bool isLike = context.has(0);
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", isLike ? context.inputs[0].dtype() : DType::f32));
  EW_ASSIGN(Dims dims, isLike ? Result<Dims>(context.inputs[0].dims()) : shapeAttribute(context.node));
  EW_ASSIGN(context.outputs[0], filledRandomly(type, std::move(dims), f));
  return {};
}

}  // namespace ew::ops

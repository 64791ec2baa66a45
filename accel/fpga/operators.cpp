// SPDX-License-Identifier: Apache-2.0
#include "accel/fpga/operators.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/device/matrix_work.h"
#include "core/ops/op.h"

namespace ew::fpga {
namespace {

enum class Role {
  Product,   ///< 8-bit operands at inputs 0 and 3
  Bytes,     ///< 8-bit operators of their own
  Movement,  ///< the same operator on floats and integers; integers only here
  Quantize, Dequantize,
};

struct Entry {
  std::string_view op;
  Role role;
};

constexpr std::array entries{
    Entry{"QLinearConv", Role::Product},
    Entry{"QLinearMatMul", Role::Product},
    Entry{"QGemm", Role::Product},
    Entry{"QLinearAdd", Role::Bytes},
    Entry{"QLinearMul", Role::Bytes},
    Entry{"QLinearConcat", Role::Bytes},
    Entry{"QLinearAveragePool", Role::Bytes},
    Entry{"QLinearGlobalAveragePool", Role::Bytes},
    Entry{"QLinearLeakyRelu", Role::Bytes},
    Entry{"QLinearSigmoid", Role::Bytes},
    Entry{"QLookup", Role::Bytes},
    Entry{"MaxPool", Role::Movement},
    Entry{"Reshape", Role::Movement},
    Entry{"Flatten", Role::Movement},
    Entry{"Squeeze", Role::Movement},
    Entry{"Unsqueeze", Role::Movement},
    Entry{"Transpose", Role::Movement},
    Entry{"Concat", Role::Movement},
    Entry{"Slice", Role::Movement},
    Entry{"Split", Role::Movement},
    Entry{"Pad", Role::Movement},
    Entry{"Gather", Role::Movement},
    Entry{"DepthToSpace", Role::Movement},
    Entry{"SpaceToDepth", Role::Movement},
    Entry{"Identity", Role::Movement},
    Entry{"QuantizeLinear", Role::Quantize},
    Entry{"DequantizeLinear", Role::Dequantize},
};

/// Float operators that quantization turns into integer ones: when they are still here, they are not quantized.
constexpr std::array quantizable{
    std::string_view("Conv"), std::string_view("MatMul"), std::string_view("Gemm"), std::string_view("Add"),
    std::string_view("Mul"), std::string_view("AveragePool"), std::string_view("GlobalAveragePool"),
    std::string_view("ReduceMean"), std::string_view("Relu"), std::string_view("LeakyRelu"), std::string_view("Clip"),
    std::string_view("Sigmoid"), std::string_view("HardSigmoid"), std::string_view("HardSwish"), std::string_view("Tanh"),
    std::string_view("BatchNormalization"), std::string_view("ConvTranspose"),
};

bool isByte(DType type) { return type == DType::i8 || type == DType::u8; }

DType typeOf(const Graph& graph, ValueId id) { return id == kNone ? DType::none : graph.value(id).dtype; }

Placement refused(ReasonCode code, std::string detail) { return {std::nullopt, {code, std::move(detail)}}; }

Placement refusedType(DType type) {
  return refused(isFloat(type) ? ReasonCode::NotQuantized : ReasonCode::TypeNotSupported, std::string(dtypeName(type)));
}

Placement placeProduct(const Graph& graph, const Node& node) {
  for (const ValueId id : {node.input(0), node.input(3)})
    if (!isByte(typeOf(graph, id))) return refusedType(typeOf(graph, id));
  if (!device::matrixWork(graph, node)) return refused(ReasonCode::ShapeUnknown, node.opType);
  return {Unit::Array, {}};
}

Placement placeMovement(const Graph& graph, const Node& node) {
  // Concat has several data operands; of the others only the first is data.
  const std::size_t operands = node.opType == "Concat" ? node.inputs.size() : 1;
  for (std::size_t i = 0; i < operands; ++i) {
    const DType type = typeOf(graph, node.input(i));
    if (!isByte(type) && type != DType::i32) return refusedType(type);
  }
  return {Unit::Vector, {}};
}

Placement place(const Graph& graph, const Node& node, Role role) {
  const DType in = typeOf(graph, node.input(0)), out = typeOf(graph, node.output(0));
  switch (role) {
    case Role::Product: return placeProduct(graph, node);
    case Role::Bytes: return isByte(out) ? Placement{Unit::Vector, {}} : refusedType(out);  // input 0 may be a scale
    case Role::Movement: return placeMovement(graph, node);
    case Role::Quantize: return isByte(out) ? Placement{Unit::Vector, {}} : refused(ReasonCode::TypeNotSupported, std::string(dtypeName(out)));
    case Role::Dequantize:
      return isByte(in) || in == DType::i32 ? Placement{Unit::Vector, {}} : refused(ReasonCode::TypeNotSupported, std::string(dtypeName(in)));
  }
  return refused(ReasonCode::OperatorNotOnBackend, node.opType);
}

}  // namespace

Placement placeOf(const Graph& graph, const Node& node) {
  if (!node.captures.empty()) return refused(ReasonCode::Subgraph, node.opType);
  const ops::Lookup found = ops::findOp(node.opType, node.domain, graph.opset(node.domain));
  if (found.def == nullptr) return {std::nullopt, found.reason};
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.op == node.opType; });
  if (entry != entries.end()) return place(graph, node, entry->role);
  const bool couldBeQuantized = std::find(quantizable.begin(), quantizable.end(), node.opType) != quantizable.end();
  return refused(couldBeQuantized ? ReasonCode::NotQuantized : ReasonCode::OperatorNotOnBackend, node.opType);
}

}  // namespace ew::fpga

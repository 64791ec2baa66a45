// SPDX-License-Identifier: Apache-2.0
// ai.onnx.ml.LabelEncoder: each element replaced with the value of the key that it equals, or with a default.
#include <bit>
#include <cmath>
#include <unordered_map>

#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// What a list attribute holds, as a vector; absent when the node has none of `prefix` + tensor, int64s, floats, strings.
Tensor listOf(const Node& node, const std::string& prefix) {
  if (const Tensor* tensor = node.attributes.getTensor(prefix + "_tensor")) return tensor->reshaped({tensor->size()});
  if (node.attributes.has(prefix + "_int64s")) return Tensor::vector(node.attributes.getInts(prefix + "_int64s"));
  if (node.attributes.has(prefix + "_floats")) return Tensor::vector(node.attributes.getFloats(prefix + "_floats"));
  if (!node.attributes.has(prefix + "_strings")) return {};
  std::vector<std::string> words = node.attributes.getStrings(prefix + "_strings");
  const auto count = static_cast<std::int64_t>(words.size());
  return Tensor::strings({count}, std::move(words));
}

struct Table {
  Tensor keys, values;
};

/// Version 1 knows classes_strings alone: numbered strings, in both directions.
Result<Table> tableOf(const Node& node, std::int64_t opset, DType input) {
  Table out;
  if (opset < 2) {
    const std::vector<std::string> words = node.attributes.getStrings("classes_strings");
    const auto count = static_cast<std::int64_t>(words.size());
    std::vector<std::int64_t> numbers(words.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i);
    out = {Tensor::strings({count}, words), Tensor::vector(numbers)};
    if (input != DType::string) std::swap(out.keys, out.values);
  } else {
    out = {listOf(node, "keys"), listOf(node, "values")};
  }
  if (!out.keys.present() || !out.values.present() || out.keys.size() != out.values.size()) return invalid("keys and values are missing or differ in number");
  return out;
}

/// One element of the type of the values.
Result<Tensor> defaultOf(const Node& node, DType type) {
  if (const Tensor* tensor = node.attributes.getTensor("default_tensor"); tensor != nullptr && tensor->size() == 1 && tensor->dtype() == type) return tensor->reshaped({1});
  switch (type) {
    case DType::string: return Tensor::strings({1}, {node.attributes.getString("default_string", "_Unused")});
    case DType::i64: return Tensor::vector<std::int64_t>({node.attributes.getInt("default_int64", -1)});
    case DType::f32: return Tensor::vector<float>({node.attributes.getFloat("default_float", -0.0F)});
    default: break;
  }
  EW_ASSIGN(Tensor out, Tensor::create(type, {1}));
  if (type == DType::f64) out.mutableData<double>()[0] = -0.0;
  if (type == DType::i32) out.mutableData<std::int32_t>()[0] = -1;
  if (type == DType::i16) out.mutableData<std::int16_t>()[0] = -1;
  return out;
}

/// Elements as texts that are equal when the elements are; -0 equals 0, and NaN equals what `nan` says.
Result<std::vector<std::string>> texts(const Tensor& tensor, const std::string& nan) {
  if (tensor.dtype() == DType::string) return tensor.stringData();
  std::vector<std::string> out;
  if (isFloat(tensor.dtype())) {
    EW_ASSIGN(const std::vector<double> values, toDoubles(tensor));
    for (const double value : values) out.push_back(std::isnan(value) ? nan : std::to_string(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value)));
    return out;
  }
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(tensor));
  for (const std::int64_t value : values) out.push_back(std::to_string(value));
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].shape = context.inputs[0].shape;
  if (context.inputs[0].dtype == DType::none) return {};
  EW_ASSIGN(const Table table, tableOf(context.node, context.opset, context.inputs[0].dtype));
  context.outputs[0].dtype = table.values.dtype();
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const Table table, tableOf(context.node, context.opset, x.dtype()));
  if (table.keys.dtype() != x.dtype()) return invalid("X is " + std::string(dtypeName(x.dtype())) + ", the keys are " + std::string(dtypeName(table.keys.dtype())));
  EW_ASSIGN(const Tensor otherwise, defaultOf(context.node, table.values.dtype()));
  EW_ASSIGN(const std::vector<std::string> keys, texts(table.keys, "nan"));
  // Since version 4 a key may be NaN; before, none equals it.
  EW_ASSIGN(const std::vector<std::string> elements, texts(x, context.opset < 4 ? "none" : "nan"));
  std::unordered_map<std::string, std::int64_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) places.insert_or_assign(keys[i], static_cast<std::int64_t>(i));
  EW_ASSIGN(Tensor y, Tensor::create(table.values.dtype(), x.dims()));
  const RunCopier copyValue(table.values, y), copyDefault(otherwise, y);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto found = places.find(elements[i]);
    if (found != places.end()) copyValue(found->second, static_cast<std::int64_t>(i), 1);
    else copyDefault(0, static_cast<std::int64_t>(i), 1);
  }
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef labelEncoderOp() {
  return {.name = "LabelEncoder", .domain = "ai.onnx.ml", .lastVersion = 5, .infer = infer, .compute = compute, .cost = movesOnly, .mostInputs = 1};
}

}  // namespace ew::ops

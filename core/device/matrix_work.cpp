// SPDX-License-Identifier: Apache-2.0
#include "core/device/matrix_work.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/checked.h"

namespace ew::device {
namespace {

enum class Form { Conv, Transposed, Gemm, MatMul };

struct Entry {
  std::string_view op;
  Form form;
  std::size_t weight, bias;  ///< operand indices
};

constexpr std::array entries{
    Entry{"Conv", Form::Conv, 1, 2},          Entry{"FusedConv", Form::Conv, 1, 2},
    Entry{"ConvInteger", Form::Conv, 1, 99},  Entry{"QLinearConv", Form::Conv, 3, 8},
    Entry{"ConvTranspose", Form::Transposed, 1, 2},
    Entry{"Gemm", Form::Gemm, 1, 2},          Entry{"FusedGemm", Form::Gemm, 1, 2},
    Entry{"QGemm", Form::Gemm, 3, 6},         Entry{"MatMul", Form::MatMul, 1, 99},
    Entry{"FusedMatMul", Form::MatMul, 1, 99}, Entry{"MatMulInteger", Form::MatMul, 1, 99},
    Entry{"QLinearMatMul", Form::MatMul, 3, 99},
};

constexpr std::array withoutCycles{std::string_view("Reshape"), std::string_view("Flatten"),  std::string_view("Squeeze"),
                                  std::string_view("Unsqueeze"), std::string_view("Identity"), std::string_view("QLookup")};

std::optional<Dims> dimsOf(const Graph& graph, ValueId id) {
  if (id == kNone) return std::nullopt;
  if (const Tensor* tensor = graph.initializer(id)) return tensor->dims();
  const Value& value = graph.value(id);
  return value.shape ? value.shape->concrete() : std::nullopt;
}

std::int64_t product(std::span<const std::int64_t> extents) { return checkedProduct(extents).value_or(0); }

bool convolution(const Node& node, const Dims& x, const Dims& w, const Dims& y, MatrixWork& out) {
  if (x.size() < 3 || w.size() != x.size() || y.size() != x.size()) return false;
  out.groups = std::max<std::int64_t>(1, node.attributes.getInt("group", 1));
  out.m = product(std::array{y[0], product(std::span(y).subspan(2))});
  out.k = product(std::span(w).subspan(1));
  out.n = w[0] / out.groups;
  return true;
}

bool transposed(const Node& node, const Dims& x, const Dims& w, MatrixWork& out) {
  if (x.size() < 3 || w.size() != x.size()) return false;
  out.groups = std::max<std::int64_t>(1, node.attributes.getInt("group", 1));
  out.m = product(std::array{x[0], product(std::span(x).subspan(2))});
  out.k = w[0] / out.groups;
  out.n = product(std::span(w).subspan(1));
  return true;
}

bool gemm(const Node& node, const Dims& a, const Dims& b, MatrixWork& out) {
  if (a.size() != 2 || b.size() != 2) return false;
  const bool transA = node.attributes.getInt("transA", 0) != 0, transB = node.attributes.getInt("transB", 0) != 0;
  out.m = a[transA ? 1 : 0];
  out.k = a[transA ? 0 : 1];
  out.n = b[transB ? 0 : 1];
  return true;
}

bool matMul(const Dims& a, const Dims& b, MatrixWork& out) {
  if (a.empty() || b.empty()) return false;
  out.k = a.back();
  out.n = b.size() > 1 ? b.back() : 1;
  const std::int64_t rows = product(std::span(a).first(a.size() - 1));
  out.groups = b.size() > 2 ? std::max<std::int64_t>(1, product(std::span(b).first(b.size() - 2))) : 1;
  out.m = std::max<std::int64_t>(1, rows / out.groups);
  return true;
}

}  // namespace

std::int64_t valueBytes(const Graph& graph, ValueId id) {
  if (id == kNone) return 0;
  if (const Tensor* tensor = graph.initializer(id)) return static_cast<std::int64_t>(tensor->byteSize());
  const Value& value = graph.value(id);
  const auto elements = value.shape ? value.shape->elements() : std::nullopt;
  return elements ? static_cast<std::int64_t>(packedBytes(value.dtype, *elements)) : 0;
}

std::optional<MatrixWork> matrixWork(const Graph& graph, const Node& node) {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.op == node.opType; });
  if (entry == entries.end()) return std::nullopt;
  const auto x = dimsOf(graph, node.input(0)), w = dimsOf(graph, node.input(entry->weight)), y = dimsOf(graph, node.output(0));
  if (!x || !w || !y) return std::nullopt;
  MatrixWork out;
  bool known = false;
  switch (entry->form) {
    case Form::Conv: known = convolution(node, *x, *w, *y, out); break;
    case Form::Transposed: known = transposed(node, *x, *w, out); break;
    case Form::Gemm: known = gemm(node, *x, *w, out); break;
    case Form::MatMul: known = matMul(*x, *w, out); break;
  }
  if (!known) return std::nullopt;
  out.inputBytes = valueBytes(graph, node.input(0));
  out.weightBytes = valueBytes(graph, node.input(entry->weight)) + valueBytes(graph, node.input(entry->bias));
  out.outputBytes = valueBytes(graph, node.output(0));
  return out;
}

SystolicCycles arrayCycles(const Graph& graph, const Node& node, const SystolicArray& array) {
  if (const auto work = matrixWork(graph, node)) return systolicCycles(*work, array);
  if (std::find(withoutCycles.begin(), withoutCycles.end(), node.opType) != withoutCycles.end()) return {};
  std::int64_t elements = 0, bytes = 0;
  const auto count = [&](ValueId id) {
    if (id == kNone || graph.initializer(id) != nullptr) return;
    const auto dims = dimsOf(graph, id);
    elements = std::max(elements, dims ? product(*dims) : 0);
    bytes += valueBytes(graph, id);
  };
  for (const ValueId id : node.inputs) count(id);
  for (const ValueId id : node.outputs) count(id);
  return vectorCycles(elements, bytes, array);
}

}  // namespace ew::device

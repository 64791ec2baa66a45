// SPDX-License-Identifier: Apache-2.0
// com.microsoft.MatMulNBits: Y = A times the transpose of B, whose weights are 2, 4 or 8 bits in blocks of a row, each
// with a scale and a zero point.
#include <algorithm>
#include <vector>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

// Inputs: A, B, scales, zero_points, g_idx, bias.
struct Format {
  std::int64_t k = 0, n = 0, block = 0, blocks = 0;
  int bits = 4;

  std::int64_t blockBytes() const { return block * bits / 8; }
  std::int64_t zeroBytes() const { return (blocks * bits + 7) / 8; }  ///< of one row
};

Result<Format> formatOf(const Node& node) {
  Format out{node.attributes.getInt("K", 0), node.attributes.getInt("N", 0), node.attributes.getInt("block_size", 0), 0, 4};
  const std::int64_t bits = node.attributes.getInt("bits", 4);
  if (bits != 2 && bits != 4 && bits != 8) return unsupported("bits is " + std::to_string(bits) + ", not 2, 4 or 8");
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (out.k < 1 || out.n < 1 || out.k > most || out.n > most || out.block < 16 || out.block > 65536 || (out.block & (out.block - 1)) != 0)
    return invalid("K, N or block_size is out of range");
  out.bits = static_cast<int>(bits);
  out.blocks = (out.k + out.block - 1) / out.block;
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const Format format, formatOf(context.node));
  EW_ASSIGN(const auto a, rankedShape(context, 0, 1));
  if (!a) return {};
  EW_TRY(mergedDim((*a)[a->rank() - 1], Dim(format.k), "columns of A and K"));
  std::vector<Dim> dims = a->dims();
  dims.back() = Dim(format.n);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

int packedAt(std::span<const std::uint8_t> bytes, std::int64_t index, int bits) {
  const std::int64_t perByte = 8 / bits;
  return bytes[static_cast<std::size_t>(index / perByte)] >> (bits * static_cast<int>(index % perByte)) & ((1 << bits) - 1);
}

/// Zero points of all blocks: packed bytes, numbers of the type of A, or the middle of the range.
Result<std::vector<double>> zerosOf(const ComputeContext& context, const Format& f) {
  const std::int64_t all = f.n * f.blocks;
  std::vector<double> out(static_cast<std::size_t>(all), static_cast<double>(1 << (f.bits - 1)));
  if (!context.has(3)) return out;
  const Tensor& zeros = context.inputs[3];
  if (zeros.dtype() != DType::u8) {
    if (!isFloat(zeros.dtype()) || zeros.size() != all) return invalid("zero_points has " + std::to_string(zeros.size()) + " elements, not " + std::to_string(all));
    return toDoubles(zeros);
  }
  if (zeros.size() != f.n * f.zeroBytes()) return invalid("zero_points has " + std::to_string(zeros.size()) + " bytes, not " + std::to_string(f.n * f.zeroBytes()));
  for (std::int64_t i = 0; i < all; ++i) {
    const auto row = zeros.data<std::uint8_t>().subspan(static_cast<std::size_t>(i / f.blocks * f.zeroBytes()), static_cast<std::size_t>(f.zeroBytes()));
    out[static_cast<std::size_t>(i)] = packedAt(row, i % f.blocks, f.bits);
  }
  return out;
}

struct Weights {
  std::span<const std::uint8_t> packed;
  std::vector<double> scales, zeros;
  std::vector<double> bias;
};

Result<Weights> weightsOf(const ComputeContext& context, const Format& f) {
  const Tensor& b = context.inputs[1];
  if (b.dtype() != DType::u8 || b.size() != f.n * f.blocks * f.blockBytes())
    return invalid("B is " + std::string(dtypeName(b.dtype())) + " of shape " + dimsText(b.dims()) + ", not " + std::to_string(f.n * f.blocks * f.blockBytes()) + " bytes");
  if (context.inputs[2].size() != f.n * f.blocks) return invalid("scales has " + std::to_string(context.inputs[2].size()) + " elements, not " + std::to_string(f.n * f.blocks));
  if (context.has(4)) return unsupported("g_idx (reordered blocks) is not supported");
  if (context.has(5) && context.inputs[5].dims() != Dims{f.n}) return invalid("bias has the shape " + dimsText(context.inputs[5].dims()));
  Weights out{b.data<std::uint8_t>(), {}, {}, {}};
  EW_ASSIGN(out.scales, toDoubles(context.inputs[2]));
  EW_ASSIGN(out.zeros, zerosOf(context, f));
  if (context.has(5)) { EW_ASSIGN(out.bias, toDoubles(context.inputs[5])); }
  return out;
}

/// One row of B as numbers.
void unpack(const Weights& weights, const Format& f, std::int64_t row, std::vector<double>& out) {
  const auto bytes = weights.packed.subspan(static_cast<std::size_t>(row * f.blocks * f.blockBytes()), static_cast<std::size_t>(f.blocks * f.blockBytes()));
  for (std::int64_t p = 0; p < f.k; ++p) {
    const auto block = static_cast<std::size_t>(row * f.blocks + p / f.block);
    out[static_cast<std::size_t>(p)] = (packedAt(bytes, p, f.bits) - weights.zeros[block]) * weights.scales[block];
  }
}

template <class T>
void multiply(const Tensor& a, const Weights& weights, const Format& f, Tensor& y) {
  const std::int64_t rows = a.size() / f.k;
  std::vector<double> row(static_cast<std::size_t>(f.k));
  for (std::int64_t j = 0; j < f.n; ++j) {
    unpack(weights, f, j, row);
    for (std::int64_t i = 0; i < rows; ++i) {
      double sum = weights.bias.empty() ? 0 : weights.bias[static_cast<std::size_t>(j)];
      for (std::size_t p = 0; p < row.size(); ++p) sum += asDouble(a.data<T>()[static_cast<std::size_t>(i * f.k) + p]) * row[p];
      y.mutableData<T>()[static_cast<std::size_t>(i * f.n + j)] = fromDouble<T>(sum);
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& a = context.inputs[0];
  EW_ASSIGN(const Format format, formatOf(context.node));
  if (a.rank() < 1 || a.dims().back() != format.k) return invalid("A has the shape " + dimsText(a.dims()) + ", K is " + std::to_string(format.k));
  EW_ASSIGN(const Weights weights, weightsOf(context, format));
  Dims dims = a.dims();
  dims.back() = format.n;
  EW_ASSIGN(Tensor y, Tensor::create(a.dtype(), std::move(dims)));
  EW_TRY(dispatchFloat(a.dtype(), [&]<class T>() { multiply<T>(a, weights, format, y); }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims>) { return {work({elementsFrom(inputs[0], 0), node.attributes.getInt("N", 1)}), 0}; }

}  // namespace

OpDef matMulNBitsOp() {
  return {.name = "MatMulNBits", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 3, .mostInputs = 6};
}

}  // namespace ew::ops

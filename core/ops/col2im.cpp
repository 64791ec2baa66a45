// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/checked.h"
#include "core/ops/attributes.h"
#include "core/ops/broadcast.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

/// How blocks lie in the image, along each spatial axis.
struct Blocks {
  std::vector<std::int64_t> image, block, strides, dilations, begins;
  Dims counts;          ///< positions of the block along each axis
  std::int64_t volume;  ///< elements of a block
};

Result<Blocks> blocksOf(const Node& node, std::vector<std::int64_t> image, std::vector<std::int64_t> block) {
  const std::size_t rank = image.size();
  if (rank == 0 || block.size() != rank) return invalid("image_shape and block_shape differ in length");
  Blocks out{std::move(image), std::move(block), {}, {}, {}, {}, 0};
  EW_ASSIGN(out.strides, listAttribute(node, "strides", rank, 1, 1));
  EW_ASSIGN(out.dilations, listAttribute(node, "dilations", rank, 1, 1));
  EW_ASSIGN(const std::vector<std::int64_t> pads, listAttribute(node, "pads", 2 * rank, 0, 0));
  out.begins.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  constexpr std::int64_t most = std::int64_t{1} << 31;
  for (std::size_t i = 0; i < rank; ++i) {
    if (out.image[i] < 1 || out.image[i] > most || out.block[i] < 1 || out.block[i] > most || out.block[i] > out.image[i] + pads[i] + pads[i + rank])
      return invalid("image_shape " + std::to_string(out.image[i]) + " and block_shape " + std::to_string(out.block[i]) + " of axis " + std::to_string(i));
    const std::int64_t room = out.image[i] + pads[i] + pads[i + rank] - (out.dilations[i] * (out.block[i] - 1) + 1);
    if (room < 0) return invalid("the block does not fit into axis " + std::to_string(i));
    out.counts.push_back(room / out.strides[i] + 1);
  }
  const auto volume = checkedProduct(out.block);
  if (!volume || !checkedProduct(out.image) || !checkedProduct(out.counts)) return limitReached("image_shape or block_shape overflows");
  out.volume = *volume;
  return out;
}

/// N x C x image..., from an input of N x (C * volume) x positions.
Result<Dims> imageDims(const Tensor& input, const Blocks& blocks) {
  if (input.rank() != 3 || input.dim(1) % blocks.volume != 0 || input.dim(2) != elementCount(blocks.counts))
    return invalid("input of shape " + dimsText(input.dims()) + " does not hold " + std::to_string(elementCount(blocks.counts)) +
                   " blocks of " + std::to_string(blocks.volume) + " elements");
  Dims dims{input.dim(0), input.dim(1) / blocks.volume};
  dims.insert(dims.end(), blocks.image.begin(), blocks.image.end());
  return dims;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::optional<Shape> shape, rankedShape(context, 0, 3, 3));
  const auto image = context.constantInts(1);
  const auto block = context.constantInts(2);
  if (!image || !block) {
    const auto& operand = context.inputs[1].shape;
    const std::int64_t axes = operand && operand->rank() == 1 ? (*operand)[0].extent : -1;
    if (axes < 1 || axes > 64) return {};
    std::vector<Dim> dims(static_cast<std::size_t>(axes + 2));
    if (shape) dims[0] = (*shape)[0];
    if (const auto known = context.knownElements(1); known && std::ssize(*known) == axes) std::copy(known->begin(), known->end(), dims.begin() + 2);
    context.outputs[0].shape = Shape(std::move(dims));
    return {};
  }
  EW_ASSIGN(const Blocks blocks, blocksOf(context.node, *image, *block));
  std::vector<Dim> dims{shape ? (*shape)[0] : Dim(), Dim()};
  if (shape && (*shape)[1].known()) dims[1] = Dim((*shape)[1].extent / blocks.volume);
  dims.insert(dims.end(), blocks.image.begin(), blocks.image.end());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// Offset in one image plane of an element of a block, or -1 when it lies in the padding.
std::int64_t planeOffset(const Blocks& blocks, const Walk<1>& position, const Walk<1>& inside) {
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < blocks.image.size(); ++i) {
    const std::int64_t at = position.index(i) * blocks.strides[i] - blocks.begins[i] + inside.index(i) * blocks.dilations[i];
    if (at < 0 || at >= blocks.image[i]) return -1;
    offset = offset * blocks.image[i] + at;
  }
  return offset;
}

template <class T>
void accumulate(const Tensor& input, const Blocks& blocks, Tensor& out) {
  const std::span<const T> from = input.data<T>();
  const std::span<T> to = out.mutableData<T>();
  const std::int64_t plane = elementCount(blocks.image);
  const Dims none(blocks.image.size(), 0);
  std::size_t at = 0;
  for (std::int64_t channel = 0; channel < out.dim(0) * out.dim(1); ++channel) {
    Walk<1> inside(blocks.block, {none});
    for (std::int64_t k = 0; k < blocks.volume; ++k, inside.next()) {
      Walk<1> position(blocks.counts, {none});
      for (std::int64_t i = 0; i < input.dim(2); ++i, ++at, position.next()) {
        const std::int64_t offset = planeOffset(blocks, position, inside);
        if (offset < 0) continue;
        T& element = to[static_cast<std::size_t>(channel * plane + offset)];
        element = static_cast<T>(static_cast<Wide<T>>(element) + static_cast<Wide<T>>(from[at]));
      }
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(std::vector<std::int64_t> image, intsOf(context.inputs[1], "image_shape"));
  EW_ASSIGN(std::vector<std::int64_t> block, intsOf(context.inputs[2], "block_shape"));
  EW_ASSIGN(const Blocks blocks, blocksOf(context.node, std::move(image), std::move(block)));
  EW_ASSIGN(Dims dims, imageDims(input, blocks));
  EW_ASSIGN(Tensor out, Tensor::create(input.dtype(), std::move(dims)));
  if (input.size() > 0) EW_TRY(dispatchNumber(input.dtype(), [&]<class T>() { accumulate<T>(input, blocks, out); }));
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef col2ImOp() {
  return {.name = "Col2Im", .sinceVersion = 18, .infer = infer, .compute = compute, .requiredInputs = 3};
}

}  // namespace ew::ops

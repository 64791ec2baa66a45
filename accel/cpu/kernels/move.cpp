// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/op.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t mostElements = std::int64_t{1} << 23;
constexpr std::int64_t padding = -1;  ///< in place of an index: the value that a Pad pads with

/// Consecutive elements of the output that come from consecutive elements of the input, or are padding.
struct Run {
  std::int64_t from = 0, to = 0, length = 0;
};

/// The value that a Pad pads with, as bytes of the element type.
std::optional<Tensor> padValue(const Builder& builder, const Node& node) {
  const DType type = builder.dtype(node.input(0));
  if (node.input(2) != kNone) {
    const Tensor* operand = builder.constant(node.input(2));
    return operand != nullptr && operand->size() == 1 && operand->dtype() == type ? std::optional(*operand) : std::nullopt;
  }
  Tensor value = Tensor::zeros(type, {1});
  const float wanted = node.attributes.getFloat("value", 0);
  if (wanted == 0) return value;
  if (type != DType::f32) return std::nullopt;
  value.mutableData<float>()[0] = wanted;
  return value;
}

/// Where each element of the output comes from: what the reference code makes of elements that are their own numbers. So
/// every mode and corner is as it defines. Nothing when some other operand is not constant.
std::optional<Tensor> sourcesOf(const Builder& builder, const Node& original, const Dims& x, const Dims& y) {
  Node node = original;
  Tensor numbers = Tensor::zeros(DType::i64, x);
  std::int64_t next = 0;
  for (std::int64_t& number : numbers.mutableData<std::int64_t>()) number = next++;
  ops::ComputeContext context{node, builder.graph().opset(node.domain), {numbers}, std::vector<Tensor>(1)};
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const Tensor* constant = builder.constant(node.input(i));
    if (node.input(i) != kNone && constant == nullptr) return std::nullopt;
    context.inputs.push_back(constant == nullptr ? Tensor() : *constant);
  }
  if (node.opType == "Pad" && builder.graph().opset() < 11) {
    node.attributes.set("value", static_cast<float>(padding));
  } else if (node.opType == "Pad") {
    Tensor number = Tensor::zeros(DType::i64, {});
    number.mutableData<std::int64_t>()[0] = padding;
    node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3), kNone);
    node.inputs[2] = node.inputs[1];  // only that it is present counts
    context.inputs.resize(node.inputs.size());
    context.inputs[2] = std::move(number);
  }
  const ops::Lookup found = ops::findOp(builder.graph(), node);
  if (found.def == nullptr || !ops::runCompute(*found.def, context).ok()) return std::nullopt;
  if (context.outputs[0].dtype() != DType::i64 || context.outputs[0].dims() != y) return std::nullopt;
  return context.outputs[0];
}

std::vector<Run> runsOf(std::span<const std::int64_t> sources) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::int64_t from = sources[i];
    if (!runs.empty()) {
      Run& last = runs.back();
      const std::int64_t wanted = last.from == padding ? padding : last.from + last.length;
      if (from == wanted) {
        ++last.length;
        continue;
      }
    }
    runs.push_back({from, static_cast<std::int64_t>(i), 1});
  }
  return runs;
}

/// Sources that lie on a grid: element (i0, i1, ...) of the output, counted through, comes from the sum of i * stride.
struct Grid {
  struct Axis { std::int64_t count = 1, stride = 0; };
  std::int64_t first = 0;
  std::vector<Axis> axes;  ///< outermost first
};

/// The grid of all sources; nothing when there is none.
std::optional<Grid> gridOf(std::span<const std::int64_t> sources) {
  const auto total = static_cast<std::int64_t>(sources.size());
  const auto at = [&](std::int64_t i) { return sources[static_cast<std::size_t>(i)]; };
  Grid grid{at(0), {}};
  for (std::int64_t block = 1; block < total;) {
    Grid::Axis axis{1, at(block) - at(0)};
    while (axis.count * block < total && at(axis.count * block) - at(0) == axis.count * axis.stride) ++axis.count;
    if (total % (block * axis.count) != 0 || axis.count == 1) return std::nullopt;
    block *= axis.count;
    grid.axes.insert(grid.axes.begin(), axis);
  }
  for (std::int64_t i = 0; i < total; ++i) {
    std::int64_t rest = i, source = grid.first;
    for (std::size_t axis = grid.axes.size(); axis-- > 0;) {
      source += rest % grid.axes[axis].count * grid.axes[axis].stride;
      rest /= grid.axes[axis].count;
    }
    if (at(i) == padding || source != at(i)) return std::nullopt;
  }
  return grid;
}

/// Rows of elements that lie equally far apart in the input; false when the grid is no better than runs.
bool addGridCopy(Builder& builder, const Grid& grid, SlotId in, SlotId out, std::size_t size) {
  if (grid.axes.empty() || grid.axes.back().stride == 1) return false;
  const Grid::Axis row = grid.axes.back();
  std::int64_t rows = 1;
  for (std::size_t axis = 0; axis + 1 < grid.axes.size(); ++axis) rows *= grid.axes[axis].count;
  const auto body = [=](Storage& storage) {
    parallelFor(rows, std::max<std::int64_t>(1, 65536 / (row.count * static_cast<std::int64_t>(size))), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        std::int64_t rest = i, source = grid.first;
        for (std::size_t axis = grid.axes.size() - 1; axis-- > 0;) {
          source += rest % grid.axes[axis].count * grid.axes[axis].stride;
          rest /= grid.axes[axis].count;
        }
        copySpread(storage.at(in) + source * static_cast<std::int64_t>(size), row.stride, size,
                   storage.at(out) + i * row.count * static_cast<std::int64_t>(size), row.count);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("copy", body), {in}, {out});
  return true;
}

void fillWith(std::byte* to, std::int64_t count, const std::byte* value, std::size_t size) {
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(to + static_cast<std::size_t>(i) * size, value, size);
}

}  // namespace

/// Operators that only choose elements of their first operand, by constant operands and attributes.
Result<bool> addMove(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr || builder.dtype(x) != builder.dtype(y)) return false;
  if (node.outputs.size() != 1) return false;
  const Dims from = builder.dims(x), to = builder.dims(y);
  if (elementCount(from) > mostElements || elementCount(to) > mostElements) return false;
  const auto value = node.opType == "Pad" ? padValue(builder, node) : Tensor::zeros(builder.dtype(x), {1});
  const auto sources = value ? sourcesOf(builder, node, from, to) : std::nullopt;
  if (!sources) return false;
  const std::size_t size = dnnl::memory::data_type_size(*dnnlType(builder.dtype(x)));
  const SlotId in = builder.readPlain(x), out = builder.writePlain(y);
  const auto grid = gridOf(sources->data<std::int64_t>());
  if (grid && addGridCopy(builder, *grid, in, out, size)) return true;
  const std::int64_t perRun = std::max<std::int64_t>(1, elementCount(to));
  const auto body = [=, runs = runsOf(sources->data<std::int64_t>()), value = *value](Storage& storage) {
    const std::int64_t grain = std::max<std::int64_t>(1, 65536 * static_cast<std::int64_t>(runs.size()) / perRun / static_cast<std::int64_t>(size));
    parallelFor(static_cast<std::int64_t>(runs.size()), grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const Run& run = runs[static_cast<std::size_t>(i)];
        std::byte* target = storage.at(out) + static_cast<std::size_t>(run.to) * size;
        if (run.from == padding) fillWith(target, run.length, value.bytes().data(), size);
        else std::memcpy(target, storage.at(in) + static_cast<std::size_t>(run.from) * size, static_cast<std::size_t>(run.length) * size);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("copy", body), {in}, {out});
  return true;
}

}  // namespace ew::cpu

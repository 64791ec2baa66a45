// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/float_loops.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

/// The constants of the layer as the loops take them.
struct Channels {
  std::vector<float> mean, scale, shift;
};

Channels channelsOf(const Builder& builder, const Node& node) {
  const auto operand = [&](std::size_t index) { return builder.constant(node.input(index))->data<float>(); };
  const auto gamma = operand(1), beta = operand(2), mean = operand(3), variance = operand(4);
  Channels out{{mean.begin(), mean.end()}, {}, {beta.begin(), beta.end()}};
  for (std::size_t c = 0; c < gamma.size(); ++c) out.scale.push_back(gamma[c] / std::sqrt(variance[c] + node.attributes.getFloat("epsilon", 1e-5F)));
  return out;
}

bool channelsInnermost(const Desc& desc) {
  const dnnl_memory_desc_t& data = desc.data;
  const dnnl_dims_t& strides = data.format_desc.blocking.strides;
  if (hasBlocks(desc) || !isDense(desc) || strides[1] != 1) return false;
  for (int i = 0; i < data.ndims; ++i)
    if (i != 1 && data.dims[i] > 1 && strides[i] < data.dims[1]) return false;
  return true;
}

/// Row-major values, where each channel's plane is one row, and values whose channels lie together. oneDNN has fast code
/// only for ranks 4 and 5.
bool addLoop(Builder& builder, const Node& node) {
  const ValueId x = node.input(0), y = node.output(0);
  const Dims dims = builder.dims(x);
  const Placed from = builder.placed(x);
  constexpr std::int64_t shortRow = 4;
  const std::int64_t channels = dims[1], planes = dims[0] * channels, length = elementCount(dims) / planes;
  const bool innermost = channelsInnermost(from.desc);
  if (!innermost && (from.desc != plainDesc(DType::f32, dims) || length < shortRow)) return false;
  SlotId to = from.slot;
  if (builder.mayOverwrite(x, from.slot)) builder.writeOver(y, from.desc, to);
  else to = builder.write(y, from.desc);
  const std::int64_t rowLength = innermost ? channels : length, rows = elementCount(dims) / rowLength;
  const auto body = [=, slot = from.slot, c = channelsOf(builder, node)](Storage& storage) {
    parallelFor(rows, std::max<std::int64_t>(1, 16384 / rowLength), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const float* in = storage.as<const float>(slot) + row * rowLength;
        float* out = storage.as<float>(to) + row * rowLength;
        const auto i = static_cast<std::size_t>(row % channels);
        if (innermost) normalizeEach(in, out, rowLength, c.mean.data(), c.scale.data(), c.shift.data());
        else normalizeAll(in, out, rowLength, c.mean[i], c.scale[i], c.shift[i]);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("elementwise", body), {from.slot}, {to});
  return true;
}

}  // namespace

/// With stored statistics, in whatever layout the value lies. (After a convolution it is folded into the weights.)
Result<bool> addBatchNormalization(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.dtype(x) != DType::f32 || builder.constant(x) != nullptr) return false;
  if (node.outputs.size() > 1 || node.attributes.getInt("training_mode", 0) != 0) return false;
  const Dims dims = builder.dims(x);
  if (dims.size() < 2 || dims.size() > 5) return false;
  for (std::size_t i = 1; i < 5; ++i) {
    const Tensor* constant = builder.constant(node.input(i));
    if (constant == nullptr || constant->dtype() != DType::f32 || constant->size() != dims[1]) return false;
  }
  if (addLoop(builder, node)) return true;
  const Desc source = builder.placed(x).desc;
  using Flags = dnnl::normalization_flags;
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::batch_normalization_forward::desc what(dnnl::prop_kind::forward_inference, source, node.attributes.getFloat("epsilon", 1e-5F),
                                                     Flags::use_global_stats | Flags::use_scale | Flags::use_shift);
  const dnnl::batch_normalization_forward::primitive_desc desc(what, attr, engine());
  const dnnl::batch_normalization_forward primitive(desc);
  const SlotId from = builder.placed(x).slot;
  SlotId to = from;
  if (builder.mayOverwrite(x, from)) builder.writeOver(y, source, from);
  else to = builder.write(y, source);
  const Desc perChannel({dims[1]}, DataType::f32, Tag::a);
  const auto parameter = [&](std::size_t index) { return builder.addConstant(*builder.constant(node.input(index))); };
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc),
              {{DNNL_ARG_SRC, source, from},
               {DNNL_ARG_SCALE, perChannel, parameter(1)},
               {DNNL_ARG_SHIFT, perChannel, parameter(2)},
               {DNNL_ARG_MEAN, perChannel, parameter(3)},
               {DNNL_ARG_VARIANCE, perChannel, parameter(4)},
               {DNNL_ARG_DST, source, to}});
  return true;
}

}  // namespace ew::cpu

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/reduce_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/pool.h"

namespace ew::cpu {
namespace {

using dnnl::algorithm;

struct Geometry {
  Dims kernel, strides, dilations, padBegin, padEnd;
};

/// The windows as oneDNN wants them. False where averaging counts padding that ceil_mode adds: oneDNN counts it too.
bool geometryOf(const ops::PoolShape& shape, bool countsPadding, Geometry& out) {
  for (const ops::Window& window : shape.windows) {
    const std::int64_t padEnd = (window.out - 1) * window.stride + window.reach() - window.in - window.padBegin;
    if (countsPadding && padEnd > window.padEnd) return false;
    out.kernel.push_back(window.kernel);
    out.strides.push_back(window.stride);
    out.dilations.push_back(window.dilation - 1);
    out.padBegin.push_back(window.padBegin);
    out.padEnd.push_back(padEnd);
  }
  return true;
}

/// 8-bit pooling is fast only with the channels innermost.
Desc sourceDesc(Builder& builder, ValueId x) {
  const Placed& place = builder.placed(x);
  if (builder.dtype(x) == DType::f32) return isDense(place.desc) || hasBlocks(place.desc) ? place.desc : plainDesc(DType::f32, builder.dims(x));
  constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  const Dims dims = builder.dims(x);
  return Desc(dims, *dnnlType(builder.dtype(x)), channelsLast[dims.size() - 3]);
}

bool isPool(Builder& builder, const Node& node) {
  const ValueId x = node.input(0);
  if (!builder.isStatic(x) || !builder.isStatic(node.output(0)) || builder.constant(x) != nullptr) return false;
  const std::size_t rank = builder.dims(x).size();
  return rank >= 3 && rank <= 5 && node.output(1) == kNone;
}

Result<bool> addPool(Builder& builder, const Node& node, algorithm how, const ops::PoolShape& shape) {
  Geometry g;
  if (!geometryOf(shape, how == algorithm::pooling_avg_include_padding, g)) return false;
  const ValueId x = node.input(0), y = node.output(0);
  const Desc source = sourceDesc(builder, x);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::pooling_v2_forward::desc what(dnnl::prop_kind::forward_inference, how, source, anyDesc(builder.dtype(y), builder.dims(y)),
                                            g.strides, g.kernel, g.dilations, g.padBegin, g.padEnd);
  const dnnl::pooling_v2_forward::primitive_desc desc(what, attr, engine());
  const dnnl::pooling_v2_forward primitive(desc);
  const SlotId from = builder.read(x, source);
  const SlotId to = builder.write(y, desc.dst_desc());
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), {{DNNL_ARG_SRC, source, from}, {DNNL_ARG_DST, desc.dst_desc(), to}});
  return true;
}

}  // namespace

Result<bool> addMaxPool(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!isPool(builder, node)) return false;
  const DType type = builder.dtype(node.input(0));
  if (type != DType::f32 && type != DType::u8 && type != DType::i8) return false;
  EW_ASSIGN(const ops::PoolShape shape, ops::poolShape(node, builder.dims(node.input(0))));
  return addPool(builder, node, algorithm::pooling_max, shape);
}

Result<bool> addAveragePool(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!isPool(builder, node) || builder.dtype(node.input(0)) != DType::f32) return false;
  EW_ASSIGN(const ops::PoolShape shape, ops::poolShape(node, builder.dims(node.input(0))));
  const bool padding = node.attributes.getInt("count_include_pad", 0) != 0;
  return addPool(builder, node, padding ? algorithm::pooling_avg_include_padding : algorithm::pooling_avg_exclude_padding, shape);
}

Result<bool> addGlobalAveragePool(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!isPool(builder, node) || builder.dtype(node.input(0)) != DType::f32) return false;
  EW_ASSIGN(const ops::PoolShape shape, ops::globalPoolShape(builder.dims(node.input(0))));
  return addPool(builder, node, algorithm::pooling_avg_exclude_padding, shape);
}

Result<bool> addGlobalMaxPool(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!isPool(builder, node) || builder.dtype(node.input(0)) != DType::f32) return false;
  const Dims dims = builder.dims(node.input(0));
  // oneDNN has fast code only where channels lie together.
  if (builder.placed(node.input(0)).desc == plainDesc(DType::f32, dims)) {
    const SlotId from = builder.readPlain(node.input(0)), to = builder.writePlain(node.output(0));
    const auto body = [=, planes = dims[0] * dims[1], plane = elementCount(dims) / (dims[0] * dims[1])](Storage& storage) {
      parallelFor(planes, std::max<std::int64_t>(1, 16384 / plane), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) storage.as<float>(to)[i] = joinRow(Join::Max, storage.as<const float>(from) + i * plane, plane);
      });
    };
    builder.add(std::make_unique<LoopKernel>("rows", body), {from}, {to});
    return true;
  }
  EW_ASSIGN(const ops::PoolShape shape, ops::globalPoolShape(dims));
  return addPool(builder, node, algorithm::pooling_max, shape);
}

}  // namespace ew::cpu

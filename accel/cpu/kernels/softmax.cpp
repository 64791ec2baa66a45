// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"

namespace ew::cpu {

Result<bool> addSoftmax(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.dtype(x) != DType::f32 || builder.constant(x) != nullptr) return false;
  const Dims dims = builder.dims(x);
  if (dims.empty()) return false;
  // Before opset 13 all axes from `axis` on are one.
  const bool flattens = builder.graph().opset() < 13;
  const std::int64_t wanted = node.attributes.getInt("axis", flattens ? 1 : -1);
  if (wanted == static_cast<std::int64_t>(dims.size())) return false;
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(wanted, dims.size()));
  const ops::AxisSplit split = ops::splitAround(dims, axis, flattens ? dims.size() : axis + 1);
  const Desc lines = split.inner == 1 ? Desc({split.outer, split.length}, DataType::f32, Tag::ab)
                                      : Desc({split.outer, split.length, split.inner}, DataType::f32, Tag::abc);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::softmax_forward::primitive_desc desc({dnnl::prop_kind::forward_inference, lines, 1}, attr, engine());
  const dnnl::softmax_forward primitive(desc);
  const SlotId from = builder.readPlain(x), to = builder.writePlain(y);
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), {{DNNL_ARG_SRC, lines, from}, {DNNL_ARG_DST, lines, to}});
  return true;
}

}  // namespace ew::cpu

// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/post_ops.h"

namespace ew::cpu {

dnnl::primitive_attr attributesFor(const Group& group, ResidualWay way, const Desc& residualDesc) {
  dnnl::post_ops ops;
  for (const PostOp& op : group.postOps) {
    if (op.eltwise)
      ops.append_eltwise(1.0F, op.eltwise->algorithm, op.eltwise->alpha, op.eltwise->beta);
    else if (way == ResidualWay::Sum)
      ops.append_sum(1.0F);
    else
      ops.append_binary(dnnl::algorithm::binary_add, residualDesc);
  }
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attr.set_post_ops(ops);
  return attr;
}

ValueId residualOf(const Group& group) {
  for (const PostOp& op : group.postOps)
    if (op.residual != kNone) return op.residual;
  return kNone;
}

bool residualStays(Builder& builder, const Group& group, const Desc& desc, SlotId source) {
  const ValueId residual = residualOf(group);
  const Placed place = builder.placed(residual);
  return place.desc == desc && (place.slot == source || !builder.mayOverwrite(residual, place.slot));
}

SlotId placeOverResidual(Builder& builder, const Group& group, const Desc& desc, SlotId source) {
  const ValueId residual = residualOf(group);
  const Placed place = builder.placed(residual);
  if (place.desc == desc && place.slot != source && builder.mayOverwrite(residual, place.slot)) {
    builder.writeOver(group.output(), desc, place.slot);
    return place.slot;
  }
  const SlotId to = builder.write(group.output(), desc);
  builder.addReorder(place.slot, place.desc, to, desc);
  return to;
}

DnnlArg residualArg(Builder& builder, const Group& group) {
  const Placed place = builder.placed(residualOf(group));
  std::size_t index = 0;
  while (group.postOps[index].residual == kNone) ++index;
  return {DNNL_ARG_ATTR_MULTIPLE_POST_OP(static_cast<int>(index)) | DNNL_ARG_SRC_1, place.desc, place.slot};
}

}  // namespace ew::cpu

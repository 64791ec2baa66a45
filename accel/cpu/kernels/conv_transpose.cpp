// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/post_ops.h"
#include "core/ops/attributes.h"

namespace ew::cpu {
namespace {

/// W [C, M / group, kernel...] seen as oneDNN's [group,] M / group, C / group, kernel...
Desc weightsDesc(const Dims& w, std::int64_t groups) {
  const Dims strides = stridesOf(w);
  Dims dims{w[1], w[0] / groups}, steps{strides[1], strides[0]};
  if (groups > 1) {
    dims.insert(dims.begin(), groups);
    steps.insert(steps.begin(), strides[0] * (w[0] / groups));
  }
  for (std::size_t i = 2; i < w.size(); ++i) {
    dims.push_back(w[i]);
    steps.push_back(strides[i]);
  }
  return Desc(dims, DataType::f32, steps);
}

struct Geometry {
  Dims strides, dilations, padBegin, padEnd;
};

Result<Geometry> geometryOf(const Node& node, const Dims& x, const Dims& w, const Dims& y) {
  const std::size_t count = x.size() - 2;
  Geometry out;
  EW_ASSIGN(out.strides, ops::listAttribute(node, "strides", count, 1, 1));
  EW_ASSIGN(const auto dilations, ops::listAttribute(node, "dilations", count, 1, 1));
  EW_ASSIGN(const auto pads, ops::listAttribute(node, "pads", 2 * count, 0, 0));
  for (std::size_t i = 0; i < count; ++i) {
    out.dilations.push_back(dilations[i] - 1);
    out.padBegin.push_back(pads[i]);
    out.padEnd.push_back((x[i + 2] - 1) * out.strides[i] + (w[i + 2] - 1) * dilations[i] + 1 - y[i + 2] - pads[i]);
  }
  return out;
}

}  // namespace

Result<bool> addConvTranspose(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0);
  const Tensor* W = builder.constant(node.input(1));
  const Tensor* B = builder.constant(node.input(2));
  if (!builder.isStatic(x) || builder.dtype(x) != DType::f32 || !builder.isStatic(group.output())) return false;
  if (W == nullptr || (node.input(2) != kNone && B == nullptr)) return false;
  if (node.attributes.has("output_shape") || node.attributes.getString("auto_pad", "NOTSET") != "NOTSET") return false;
  const Dims xDims = builder.dims(x), y = builder.dims(group.output());
  const std::int64_t groups = node.attributes.getInt("group", 1);
  if (xDims.size() < 3 || xDims.size() > 5 || groups < 1 || W->dim(0) % groups != 0) return false;
  EW_ASSIGN(const Geometry g, geometryOf(node, xDims, W->dims(), y));
  const Desc weights = weightsDesc(W->dims(), groups);
  const Desc bias = B != nullptr ? Desc({y[1]}, DataType::f32, Tag::a) : Desc();
  const dnnl::deconvolution_forward::desc what(dnnl::prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct, anyDesc(DType::f32, xDims),
                                               anyDesc(DType::f32, weights.dims()), bias, anyDesc(DType::f32, y), g.strides, g.dilations,
                                               g.padBegin, g.padEnd);
  const dnnl::deconvolution_forward::primitive_desc desc(what, attributesFor(group, ResidualWay::Sum), engine());
  const dnnl::deconvolution_forward primitive(desc);
  const SlotId from = builder.read(x, desc.src_desc());
  const SlotId to = residualOf(group) == kNone ? builder.write(group.output(), desc.dst_desc())
                                               : placeOverResidual(builder, group, desc.dst_desc(), from);
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, desc.src_desc(), from},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(), builder.packConstant(*W, weights, desc.weights_desc())},
                            {DNNL_ARG_DST, desc.dst_desc(), to}};
  if (B != nullptr) args.push_back({DNNL_ARG_BIAS, bias, builder.addConstant(*B)});
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

}  // namespace ew::cpu

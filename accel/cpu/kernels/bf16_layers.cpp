// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/bf16_layers.h"

#include "accel/cpu/post_ops.h"

namespace ew::cpu {
namespace {

using ConvDesc = dnnl::convolution_forward::primitive_desc;
using ProductDesc = dnnl::inner_product_forward::primitive_desc;

/// What a layer writes: bfloat16 where only layers that round it read it.
DataType resultType(const Builder& builder, const Group& group) {
  return builder.bf16().values.contains(group.output()) ? DataType::bf16 : DataType::f32;
}

Desc anyBf16(const Dims& dims) { return Desc(dims, DataType::bf16, Tag::any); }

Dims weightDims(const ops::ConvShape& shape, const Dims& w) {
  if (shape.groups == 1) return w;
  Dims out{shape.groups, shape.filters / shape.groups};
  out.insert(out.end(), w.begin() + 1, w.end());
  return out;
}

ConvDesc convDesc(const Builder& builder, const Group& group, const ops::ConvShape& shape, const Dims& w, bool hasBias, DataType result) {
  Dims strides, dilations, padBegin, padEnd;
  for (const ops::Window& window : shape.windows) {
    strides.push_back(window.stride);
    dilations.push_back(window.dilation - 1);
    padBegin.push_back(window.padBegin);
    padEnd.push_back((window.out - 1) * window.stride + window.reach() - window.in - window.padBegin);
  }
  const Desc bias = hasBias ? Desc({shape.filters}, DataType::f32, Tag::a) : Desc();
  const dnnl::convolution_forward::desc desc(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                             anyBf16(builder.dims(group.anchor->input(0))), anyBf16(weightDims(shape, w)), bias,
                                             Desc(builder.dims(group.output()), result, Tag::any), strides, dilations, padBegin, padEnd);
  return {desc, attributesFor(group, ResidualWay::Sum), engine()};
}

ProductDesc productDesc(const Group& group, const Dims& mkn, bool hasBias, DataType result) {
  const Desc bias = hasBias ? Desc({mkn[2]}, DataType::f32, Tag::a) : Desc();
  const dnnl::inner_product_forward::desc desc(dnnl::prop_kind::forward_inference, Desc({mkn[0], mkn[1]}, DataType::bf16, Tag::ab),
                                               anyBf16({mkn[2], mkn[1]}), bias, Desc({mkn[0], mkn[2]}, result, Tag::ab));
  return {desc, attributesFor(group, ResidualWay::Sum), engine()};
}

/// oneDNN's plain loops compute everything, slowly.
template <class PrimitiveDesc>
std::optional<std::string> refusalOf(const PrimitiveDesc& desc) {
  if (std::string(desc.impl_info_str()).starts_with("ref")) return "oneDNN has no bfloat16 kernel for it";
  return std::nullopt;
}

std::optional<std::string> convRefusal(const Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const Dims x = builder.dims(node.input(0)), w = builder.dims(node.input(1));
  if (x.size() < 3 || x.size() > 5) return "oneDNN has no bfloat16 kernel for it";
  const Result<ops::ConvShape> shape = ops::convShape(node, x, w);
  if (!shape.ok()) return shape.error().message;
  const bool hasBias = group.bias != kNone || node.input(2) != kNone || group.batchNorm != nullptr;
  return refusalOf(convDesc(builder, group, *shape, w, hasBias, DataType::f32));
}

std::optional<std::string> productRefusal(const Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const Dims y = builder.dims(node.output(0)), b = builder.dims(node.input(1));
  if (b.size() != 2 || y.empty()) return "its weights are no matrix";
  const Dims x = builder.dims(node.input(0));
  const std::int64_t n = y.back(), k = elementCount(b) / n;
  return refusalOf(productDesc(group, {elementCount(x) / k, k, n}, true, DataType::f32));
}

/// Where the result goes: over the residual that is added to it, where there is one.
SlotId resultSlot(Builder& builder, const Group& group, const Desc& desc, SlotId source) {
  return residualOf(group) == kNone ? builder.write(group.output(), desc) : placeOverResidual(builder, group, desc, source);
}

}  // namespace

std::optional<std::string> bf16Refusal(const Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!builder.isStatic(node.input(0)) || !builder.isStatic(node.input(1)) || !builder.isStatic(group.output())) return "its shape is not known before running";
  if (builder.constant(node.input(1)) == nullptr) return "its weights are computed";
  if (node.input(2) != kNone && builder.constant(node.input(2)) == nullptr) return "its bias is computed";
  try {
    return node.opType == "Conv" ? convRefusal(builder, group) : productRefusal(builder, group);
  } catch (const dnnl::error&) {
    return "oneDNN has no bfloat16 kernel for it";
  }
}

bool addBf16Conv(Builder& builder, const Group& group, const ops::ConvShape& shape, const Tensor& weights, const Tensor& bias) {
  const Dims grouped = weightDims(shape, weights.dims());
  const ConvDesc desc = convDesc(builder, group, shape, weights.dims(), bias.present(), resultType(builder, group));
  const SlotId source = builder.read(group.anchor->input(0), desc.src_desc());
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, desc.src_desc(), source},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(), builder.packConstant(weights, plainDesc(DType::f32, grouped), desc.weights_desc())},
                            {DNNL_ARG_DST, desc.dst_desc(), resultSlot(builder, group, desc.dst_desc(), source)}};
  if (bias.present()) args.push_back({DNNL_ARG_BIAS, desc.bias_desc(), builder.addConstant(bias)});
  builder.add(dnnl::convolution_forward(desc), desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

bool addBf16Product(Builder& builder, const Group& group, const Dims& mkn, const Tensor& weights, const Desc& weightsDesc,
                            const Tensor& bias) {
  const DataType type = resultType(builder, group);
  const ProductDesc desc = productDesc(group, mkn, bias.present(), type);
  const ValueId x = group.anchor->input(0);
  const SlotId source = builder.read(x, plainBf16(builder.dims(x)));
  const Dims y = builder.dims(group.output());
  const SlotId to = resultSlot(builder, group, type == DataType::bf16 ? plainBf16(y) : plainDesc(DType::f32, y), source);
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, desc.src_desc(), source},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(), builder.packConstant(weights, weightsDesc, desc.weights_desc())},
                            {DNNL_ARG_DST, desc.dst_desc(), to}};
  if (bias.present()) args.push_back({DNNL_ARG_BIAS, desc.bias_desc(), builder.addConstant(bias)});
  builder.add(dnnl::inner_product_forward(desc), desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

}  // namespace ew::cpu

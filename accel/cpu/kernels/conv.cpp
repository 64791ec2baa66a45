// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "accel/cpu/kernels/bf16_layers.h"
#include "accel/cpu/kernels/direct.h"
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/winograd.h"
#include "accel/cpu/post_ops.h"
#include "core/ops/convolver.h"

namespace ew::cpu {
namespace {

using dnnl::algorithm;
using PrimitiveDesc = dnnl::convolution_forward::primitive_desc;

/// Extents and constants of one convolution, with what follows folded in.
struct Layer {
  ops::ConvShape shape;
  Dims x, w, y;          ///< w with a leading group axis where there are groups
  Dims strides, dilations, padBegin, padEnd;
  Tensor weights, bias;  ///< constants; absent when they are values of the graph or there is no bias
  ValueId weightsValue = kNone, biasValue = kNone;
  bool turned = false;   ///< x, w and y are described with height and width exchanged

  bool hasBias() const { return bias.present() || biasValue != kNone; }
};

Dims groupedDims(const ops::ConvShape& shape, const Dims& w) {
  if (shape.groups == 1) return w;
  Dims out{shape.groups, shape.filters / shape.groups};
  out.insert(out.end(), w.begin() + 1, w.end());
  return out;
}

/// y = (x * W + b - mean) * gamma / sqrt(variance + epsilon) + beta as a convolution with other weights and bias.
void foldBatchNorm(const Builder& builder, const Node& node, Layer& layer) {
  const auto operand = [&](std::size_t index) { return builder.constant(node.input(index))->data<float>(); };
  const auto gamma = operand(1), beta = operand(2), mean = operand(3), variance = operand(4);
  const double epsilon = static_cast<double>(node.attributes.getFloat("epsilon", 1e-5F));
  const std::size_t filters = gamma.size();
  if (!layer.bias.present()) layer.bias = Tensor::zeros(DType::f32, {static_cast<std::int64_t>(filters)});
  const std::span<float> w = layer.weights.mutableData<float>();
  const std::span<float> b = layer.bias.mutableData<float>();
  const std::size_t perFilter = w.size() / filters;
  for (std::size_t m = 0; m < filters; ++m) {
    const double scale = static_cast<double>(gamma[m]) / std::sqrt(static_cast<double>(variance[m]) + epsilon);
    for (std::size_t k = m * perFilter; k < (m + 1) * perFilter; ++k) w[k] = static_cast<float>(static_cast<double>(w[k]) * scale);
    b[m] = static_cast<float>((static_cast<double>(b[m]) - static_cast<double>(mean[m])) * scale + static_cast<double>(beta[m]));
  }
}

bool batchNormFits(const Builder& builder, const Node& node, std::int64_t filters) {
  for (std::size_t i = 1; i < 5; ++i)
    if (builder.constant(node.input(i))->size() != filters) return false;
  return true;
}

Result<bool> describe(const Builder& builder, const Group& group, Layer& layer) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), w = node.input(1), b = node.input(2);
  if (builder.dtype(x) != DType::f32 || !builder.isStatic(x) || !builder.isStatic(w) || !builder.isStatic(group.output())) return false;
  layer.x = builder.dims(x);
  layer.y = builder.dims(group.output());
  if (layer.x.size() < 3 || layer.x.size() > 5) return false;
  EW_ASSIGN(layer.shape, ops::convShape(node, layer.x, builder.dims(w)));
  layer.w = groupedDims(layer.shape, builder.dims(w));
  for (const ops::Window& window : layer.shape.windows) {
    layer.strides.push_back(window.stride);
    layer.dilations.push_back(window.dilation - 1);
    layer.padBegin.push_back(window.padBegin);
    layer.padEnd.push_back((window.out - 1) * window.stride + window.reach() - window.in - window.padBegin);
  }
  if (const Tensor* constant = builder.constant(w)) layer.weights = *constant;
  else if (layer.shape.groups == 1) layer.weightsValue = w;
  else return false;
  const ValueId bias = group.bias != kNone ? group.bias : b;
  if (const Tensor* constant = builder.constant(bias)) layer.bias = constant->reshaped({layer.shape.filters});
  else layer.biasValue = bias;
  if (group.batchNorm != nullptr) {
    if (!batchNormFits(builder, *group.batchNorm, layer.shape.filters)) return false;
    foldBatchNorm(builder, *group.batchNorm, layer);
  }
  return true;
}

/// oneDNN works along the width: a column of one element is computed as a row, which is the same bytes.
void turnColumns(Layer& layer) {
  const bool isColumn = layer.x.size() == 4 && layer.x[2] > 1 && layer.x[3] == 1 && layer.y[3] == 1 && layer.w.back() == 1;
  if (!isColumn || !layer.weights.present() || layer.padBegin[1] != 0 || layer.padEnd[1] != 0) return;
  layer.turned = true;
  for (Dims* dims : {&layer.x, &layer.y, &layer.w}) std::swap((*dims)[dims->size() - 1], (*dims)[dims->size() - 2]);
  for (Dims* each : {&layer.strides, &layer.dilations, &layer.padBegin, &layer.padEnd}) std::swap((*each)[0], (*each)[1]);
}

/// The layout of a value of the graph from that of the convolution, or the other way round.
Desc turnedBack(const Layer& layer, const Desc& desc) { return layer.turned ? desc.permute_axes({0, 1, 3, 2}) : desc; }

struct Descs { Desc src, weights, dst; };

PrimitiveDesc primitiveFor(const Layer& layer, algorithm how, const Descs& descs, const dnnl::primitive_attr& attr) {
  const Desc bias = layer.hasBias() ? Desc({layer.shape.filters}, DataType::f32, Tag::a) : Desc();
  const dnnl::convolution_forward::desc desc(dnnl::prop_kind::forward_inference, how, descs.src, descs.weights, bias, descs.dst,
                                             layer.strides, layer.dilations, layer.padBegin, layer.padEnd);
  return PrimitiveDesc(desc, attr, engine());
}

std::optional<PrimitiveDesc> tryPrimitive(const Layer& layer, algorithm how, const Descs& descs, const dnnl::primitive_attr& attr) {
  try {
    return primitiveFor(layer, how, descs, attr);
  } catch (const dnnl::error&) {  // not for this shape, post-op or processor
    return std::nullopt;
  }
}

/// Blocks of 16 channels where they fit, else what oneDNN prefers.
Desc blockedDesc(const Dims& dims) {
  constexpr Tag blocked[] = {Tag::nCw16c, Tag::nChw16c, Tag::nCdhw16c};
  return Desc(dims, DataType::f32, dims[1] % 16 == 0 ? blocked[dims.size() - 3] : Tag::any);
}

PrimitiveDesc chosen(const Builder& builder, const Layer& layer, const Group& group) {
  const Descs any{anyDesc(DType::f32, layer.x), anyDesc(DType::f32, layer.w), anyDesc(DType::f32, layer.y)};
  const dnnl::primitive_attr attr = attributesFor(group, ResidualWay::Sum);
  if (builder.prefersBlocks() && hasAvx512()) {
    const Descs blocked{blockedDesc(layer.x), any.weights, blockedDesc(layer.y)};
    const auto desc = tryPrimitive(layer, algorithm::convolution_direct, blocked, attr);
    if (desc && std::string(desc->impl_info_str()).starts_with("jit")) return *desc;
  }
  return primitiveFor(layer, algorithm::convolution_direct, any, attr);
}

/// The same convolution with the residual read beside the destination; nothing when oneDNN has no fast code for that.
std::optional<PrimitiveDesc> withBinary(const Layer& layer, const Group& group, const PrimitiveDesc& sum) {
  try {
    const Descs same{sum.src_desc(), sum.weights_desc(), sum.dst_desc()};
    PrimitiveDesc desc = primitiveFor(layer, algorithm::convolution_direct, same, attributesFor(group, ResidualWay::Binary, sum.dst_desc()));
    if (std::string(desc.impl_info_str()).starts_with("ref")) return std::nullopt;
    return desc;
  } catch (const dnnl::error&) {
    return std::nullopt;
  }
}

SlotId weightsSlot(Builder& builder, const Layer& layer, const Desc& desc) {
  if (layer.weightsValue != kNone) return builder.read(layer.weightsValue, desc);
  return builder.packConstant(layer.weights, plainDesc(DType::f32, layer.w), desc);
}

SlotId biasSlot(Builder& builder, const Layer& layer) {
  return layer.biasValue != kNone ? builder.readPlain(layer.biasValue) : builder.addConstant(layer.bias);
}

/// By oneDNN.
Result<bool> addPrimitive(Builder& builder, const Group& group, Layer layer) {
  if (residualOf(group) == kNone) turnColumns(layer);
  PrimitiveDesc desc = chosen(builder, layer, group);
  dnnl::convolution_forward primitive(desc);
  std::vector<DnnlArg> args;
  const SlotId source = builder.read(group.anchor->input(0), turnedBack(layer, desc.src_desc()));
  SlotId to = kNoSlot;
  if (residualOf(group) == kNone) {
    to = builder.write(group.output(), turnedBack(layer, desc.dst_desc()));
  } else {
    std::optional<PrimitiveDesc> binary;
    if (residualStays(builder, group, desc.dst_desc(), source)) binary = withBinary(layer, group, desc);
    if (binary) {
      desc = *binary;
      primitive = dnnl::convolution_forward(desc);
      args.push_back(residualArg(builder, group));
      to = builder.write(group.output(), desc.dst_desc());
    } else {
      to = placeOverResidual(builder, group, desc.dst_desc(), source);
    }
  }
  args.push_back({DNNL_ARG_SRC, desc.src_desc(), source});
  args.push_back({DNNL_ARG_WEIGHTS, desc.weights_desc(), weightsSlot(builder, layer, desc.weights_desc())});
  if (layer.hasBias()) args.push_back({DNNL_ARG_BIAS, desc.bias_desc(), biasSlot(builder, layer)});
  args.push_back({DNNL_ARG_DST, desc.dst_desc(), to});
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

/// For the tuner, which compares our own loops with this.
Result<bool> addConvByPrimitive(Builder& builder, const Group& group) {
  Layer layer;
  EW_ASSIGN(const bool fits, describe(builder, group, layer));
  if (!fits) return false;
  return addPrimitive(builder, group, std::move(layer));
}

}  // namespace

Result<bool> addConv(Builder& builder, const Group& group) {
  Layer layer;
  EW_ASSIGN(const bool fits, describe(builder, group, layer));
  if (!fits) return false;
  if (builder.bf16().layers.contains(group.anchor->id)) return addBf16Conv(builder, group, layer.shape, layer.weights, layer.bias);
  if (layer.weights.present() && layer.biasValue == kNone) {
    EW_ASSIGN(bool done, addWinograd(builder, group, {layer.shape, layer.weights, layer.bias}));
    if (done) return true;
    EW_ASSIGN(done, addDirect(builder, group, {layer.shape, layer.weights, layer.bias}, addConvByPrimitive));
    if (done) return true;
  }
  return addPrimitive(builder, group, std::move(layer));
}

bool wantsWinograd(const Builder& builder, const Group& group) {
  Layer layer;
  const Result<bool> fits = describe(builder, group, layer);
  return fits.ok() && *fits && layer.weights.present() && mayUseWinograd(layer.shape, builder.options());
}

}  // namespace ew::cpu

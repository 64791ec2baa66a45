// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "accel/cpu/kernels/dnnl_integer.h"
#include "accel/cpu/kernels/exact_conv.h"
#include "accel/cpu/kernels/integer_conv.h"
#include "accel/cpu/kernels/int8_depthwise.h"
#include "accel/cpu/kernels/kernels.h"
#include "core/ops/convolver.h"

namespace ew::cpu {
namespace {

constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 6, .yZero = 7, .bias = 8};

struct Geometry {
  Dims weights, strides, dilations, padBegin, padEnd;
  bool padded = false;
};

Geometry geometryOf(const ops::ConvShape& shape, const Dims& w) {
  Geometry g;
  g.weights = w;
  if (shape.groups > 1) {
    g.weights = {shape.groups, shape.filters / shape.groups};
    g.weights.insert(g.weights.end(), w.begin() + 1, w.end());
  }
  for (const ops::Window& window : shape.windows) {
    g.strides.push_back(window.stride);
    g.dilations.push_back(window.dilation - 1);
    g.padBegin.push_back(window.padBegin);
    g.padEnd.push_back((window.out - 1) * window.stride + window.reach() - window.in - window.padBegin);
    g.padded = g.padded || window.padBegin > 0 || g.padEnd.back() > 0;
  }
  return g;
}

/// Bytes as oneDNN likes; sums that are still to be requantized with the channels innermost.
Desc destinationDesc(const Dims& y, DType type) {
  constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  return type == DType::i32 ? Desc(y, DataType::s32, channelsLast[y.size() - 3]) : anyDesc(type, y);
}

/// The first of oneDNN's implementations that can really be made: some say yes and then fail for groups.
std::optional<dnnl::convolution_forward> firstThatWorks(dnnl::convolution_forward::primitive_desc& desc) {
  do {
    try {
      return dnnl::convolution_forward(desc);
    } catch (const dnnl::error&) {
    }
  } while (desc.next_impl());
  return std::nullopt;
}

bool addByDnnl(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer) {
  const Dims w = layer.w.dims();
  const std::size_t perFilter = static_cast<std::size_t>(layer.w.size()) / static_cast<std::size_t>(shape.filters);
  const Geometry g = geometryOf(shape, w);
  // Without padding the zero point of x is part of the bias; with it, padded pixels must not contribute.
  const auto plan = dnnlPlan(layer, [=](std::size_t i) { return i / perFilter; }, !g.padded);
  if (!plan) return false;
  const ValueId x = node.input(0), y = node.output(0);
  const Desc bias = plan->bias.present() ? Desc({shape.filters}, DataType::s32, Tag::a) : Desc();
  const dnnl::convolution_forward::desc what(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                             anyDesc(layer.xType, builder.dims(x)), anyDesc(DType::i8, g.weights), bias,
                                             destinationDesc(builder.dims(y), plan->destination), g.strides, g.dilations, g.padBegin, g.padEnd);
  dnnl::convolution_forward::primitive_desc desc(what, plan->attr, engine());
  const auto primitive = firstThatWorks(desc);
  if (!primitive || std::string(desc.impl_info_str()).starts_with("ref")) return false;
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, desc.src_desc(), builder.read(x, desc.src_desc())},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(),
                             builder.packConstant(plan->weights, plainDesc(DType::i8, g.weights), desc.weights_desc())}};
  if (plan->bias.present()) args.push_back({DNNL_ARG_BIAS, desc.bias_desc(), builder.addConstant(plan->bias)});
  addWithDestination(builder, layer, *plan, *primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args), desc.dst_desc(), y);
  return true;
}

}  // namespace

Result<bool> addQLinearConv(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || !builder.isStatic(node.input(3)) || builder.constant(x) != nullptr) return false;
  const Dims xDims = builder.dims(x), wDims = builder.dims(node.input(3));
  if (xDims.size() < 3 || xDims.size() > 5) return false;
  EW_ASSIGN(const ops::ConvShape shape, ops::convShape(node, xDims, wDims));
  const auto layer = quantizedLayer(builder, node, operands, shape.filters);
  if (!layer) return false;
  if (addInt8Depthwise(builder, node, shape, *layer)) return true;
  if (shape.groupChannels() > 1 || shape.filters > shape.groups) return addIntegerConv(builder, node, shape, *layer);
  try {
    if (addByDnnl(builder, node, shape, *layer)) return true;
  } catch (const dnnl::error&) {  // not in this form
  }
  return addExactConv(builder, node, shape, *layer);
}

}  // namespace ew::cpu

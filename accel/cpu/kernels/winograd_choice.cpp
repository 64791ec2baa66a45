// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/winograd_choice.h"

#include <memory>
#include <new>
#include <string>
#include <vector>

#include "accel/cpu/dnnl_support.h"
#include "accel/cpu/kernels/winograd_layer.h"
#include "accel/cpu/tuning.h"

namespace ew::cpu {
namespace {

std::shared_ptr<float[]> filled(std::size_t floats) {
  constexpr std::align_val_t cacheLine{64};
  auto* const data = static_cast<float*>(::operator new[](floats * sizeof(float), cacheLine));
  std::fill_n(data, floats, 0.01F);
  return {data, [](float* p) { ::operator delete[](p, cacheLine); }};
}

/// What all candidates read and write.
struct Memory {
  std::shared_ptr<float[]> x, y, bias;
};

Memory memoryFor(const WinogradShape& s) {
  const auto size = [](std::int64_t floats) { return static_cast<std::size_t>(floats); };
  return {filled(size(s.batch * s.channelBlocks() * s.lanes * s.height * s.width)),
          filled(size(s.batch * s.filterBlocks() * s.lanes * s.outHeight * s.outWidth)), filled(size(s.filterBlocks() * s.lanes))};
}

std::string nameOf(int tile) { return "winograd:" + std::to_string(tile); }

Candidate ownCandidate(WinogradShape shape, int tile, std::span<const WinogradPostOp> postOps, int threads, const Memory& memory) {
  shape.tile = tile;
  const auto layer = std::make_shared<const WinogradLayer>(shape, threads);
  const auto weights = filled(layer->weightFloats()), scratch = filled(layer->scratchBytes() / sizeof(float));
  return {nameOf(tile), [=] {
            layer->run({memory.x.get(), weights.get(), memory.bias.get(), memory.y.get(), memory.y.get(), scratch.get()}, postOps);
          }};
}

Candidate directCandidate(const WinogradShape& s, const Memory& memory) {
  const Tag blocks = s.lanes == 16 ? Tag::nChw16c : Tag::nChw8c;
  const Dims x{s.batch, s.channels, s.height, s.width}, y{s.batch, s.filters, s.outHeight, s.outWidth}, w{s.filters, s.channels, 3, 3};
  const Dims padEnd{(s.outHeight - 1) * s.stride + 3 - s.height - s.padTop, (s.outWidth - 1) * s.stride + 3 - s.width - s.padLeft};
  dnnl::post_ops relu;
  relu.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0, 0);
  dnnl::primitive_attr attr;
  attr.set_post_ops(relu);
  const dnnl::convolution_forward::desc desc(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                             Desc(x, DataType::f32, blocks), anyDesc(DType::f32, w), Desc({s.filters}, DataType::f32, Tag::a),
                                             Desc(y, DataType::f32, blocks), Dims{s.stride, s.stride}, Dims{s.padTop, s.padLeft}, padEnd);
  const dnnl::convolution_forward::primitive_desc made(desc, attr, engine());
  const dnnl::convolution_forward primitive(made);
  const auto weights = filled(made.weights_desc().get_size() / sizeof(float));
  const std::unordered_map<int, dnnl::memory> args{{DNNL_ARG_SRC, {made.src_desc(), engine(), memory.x.get()}},
                                                   {DNNL_ARG_WEIGHTS, {made.weights_desc(), engine(), weights.get()}},
                                                   {DNNL_ARG_BIAS, {made.bias_desc(), engine(), memory.bias.get()}},
                                                   {DNNL_ARG_DST, {made.dst_desc(), engine(), memory.y.get()}}};
  return {"direct", [=, stream = dnnl::stream(engine())]() mutable {
            (void)weights;  // kept alive
            primitive.execute(stream, args);
            stream.wait();
          }};
}

std::string keyOf(const WinogradShape& s, int threads) {
  std::string key = "conv3x3 f32";
  for (const std::int64_t extent : {s.batch, s.channels, s.height, s.width, s.filters, s.outHeight, s.outWidth, s.padTop, s.padLeft, std::int64_t{s.stride}, std::int64_t{s.lanes}})
    key += " " + std::to_string(extent);
  return key + " t" + std::to_string(threads);
}

}  // namespace

int fastestWinogradTile(const WinogradShape& shape, std::span<const WinogradPostOp> postOps, int threads) {
  const std::vector<int> tiles = shape.stride == 1 ? std::vector<int>{0, 2, 4} : std::vector<int>{0, 2};
  std::vector<std::string> names;
  for (const int tile : tiles) names.push_back(tile == 0 ? "direct" : nameOf(tile));
  const auto make = [&] {
    const Memory memory = memoryFor(shape);
    std::vector<Candidate> candidates{directCandidate(shape, memory)};
    for (const int tile : tiles)
      if (tile != 0) candidates.push_back(ownCandidate(shape, tile, postOps, threads, memory));
    return candidates;
  };
  return tiles[fastest(keyOf(shape, threads), names, make)];
}

}  // namespace ew::cpu

// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/winograd_choice.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "accel/cpu/dnnl_support.h"
#include "accel/cpu/kernels/winograd_layer.h"
#include "accel/cpu/loops/aligned_floats.h"
#include "accel/cpu/tuning.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ew::cpu {
namespace {

std::shared_ptr<AlignedFloats> filled(std::size_t floats) { return std::make_shared<AlignedFloats>(floats, 0.01F); }

/// What all candidates read and write.
struct Memory {
  std::shared_ptr<AlignedFloats> x, y, bias, weights, scratch;
  std::size_t weightBytes = 0;
};

WinogradLayer layerFor(WinogradShape shape, int tile, int threads) {
  shape.tile = tile;
  return {shape, threads};
}

Memory memoryFor(const WinogradShape& s, const std::vector<int>& tiles, int threads) {
  const auto size = [](std::int64_t floats) { return static_cast<std::size_t>(floats); };
  std::size_t weights = size(s.channelBlocks() * s.filterBlocks() * s.lanes * s.lanes * 9), scratch = 0;
  for (const int tile : tiles) {
    const WinogradLayer layer = layerFor(s, tile, threads);
    weights = std::max(weights, layer.weightFloats());
    scratch = std::max(scratch, layer.scratchBytes() / sizeof(float));
  }
  return {filled(size(s.batch * s.channelBlocks() * s.lanes * s.height * s.width)), filled(size(s.batch * s.filterBlocks() * s.lanes * s.outHeight * s.outWidth)),
          filled(size(s.filterBlocks() * s.lanes)), filled(weights), filled(scratch), weights * sizeof(float)};
}

/// Weights that do not fit the caches beside those of the other layers come from memory in each run of a model.
std::function<void()> forgetting([[maybe_unused]] const Memory& memory) {
#if defined(__SSE2__)
  constexpr std::size_t muchBytes = std::size_t{1} << 20, line = 64;
  if (memory.weightBytes < muchBytes) return {};
  return [weights = memory.weights, bytes = memory.weightBytes] {
    for (std::size_t i = 0; i < bytes; i += line) _mm_clflush(reinterpret_cast<const char*>(weights->data()) + i);
    _mm_mfence();
  };
#else
  return {};
#endif
}

std::string nameOf(int tile) { return "winograd:" + std::to_string(tile); }

Candidate ownCandidate(const WinogradShape& shape, int tile, std::span<const WinogradPostOp> postOps, int threads, const Memory& memory) {
  const auto layer = std::make_shared<const WinogradLayer>(layerFor(shape, tile, threads));
  return {nameOf(tile), [=] {
            layer->run({memory.x->data(), memory.weights->data(), reinterpret_cast<const std::byte*>(memory.weights->data()),
                        memory.bias->data(), memory.y->data(), memory.y->data(), memory.scratch->data()}, postOps);
          }, forgetting(memory)};
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
  const std::unordered_map<int, dnnl::memory> args{{DNNL_ARG_SRC, {made.src_desc(), engine(), memory.x->data()}},
                                                   {DNNL_ARG_WEIGHTS, {made.weights_desc(), engine(), memory.weights->data()}},
                                                   {DNNL_ARG_BIAS, {made.bias_desc(), engine(), memory.bias->data()}},
                                                   {DNNL_ARG_DST, {made.dst_desc(), engine(), memory.y->data()}}};
  return {"direct", [=, keep = memory, stream = dnnl::stream(engine())]() mutable {
            (void)keep;
            primitive.execute(stream, args);
            stream.wait();
          }, forgetting(memory)};
}

std::string keyOf(const WinogradShape& s, int threads) {
  std::string key = "conv3x3 f32";
  for (const std::int64_t extent : {s.batch, s.channels, s.height, s.width, s.filters, s.outHeight, s.outWidth, s.padTop, s.padLeft, std::int64_t{s.stride}, std::int64_t{s.lanes}})
    key += " " + std::to_string(extent);
  return key + " t" + std::to_string(threads);
}

}  // namespace

int fastestWinogradTile(const WinogradShape& shape, std::span<const WinogradPostOp> postOps, int threads) {
  const std::vector<int> tiles = shape.stride == 1 ? std::vector<int>{2, 4} : std::vector<int>{2};
  std::vector<std::string> names{"direct"};
  for (const int tile : tiles) names.push_back(nameOf(tile));
  const auto make = [&] {
    const Memory memory = memoryFor(shape, tiles, threads);
    std::vector<Candidate> candidates{directCandidate(shape, memory)};
    for (const int tile : tiles) candidates.push_back(ownCandidate(shape, tile, postOps, threads, memory));
    return candidates;
  };
  const std::size_t best = fastest(keyOf(shape, threads), names, make);
  return best == 0 ? 0 : tiles[best - 1];
}

}  // namespace ew::cpu

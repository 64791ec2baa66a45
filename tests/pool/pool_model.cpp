// SPDX-License-Identifier: Apache-2.0
#include "tests/pool/pool_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/onnx/onnx_file.h"
#include "tests/support/pool.h"

namespace ew::test {
namespace {

/// Samples of a piece of sound that the voice detector takes at once, and the rate that it takes.
constexpr std::int64_t voiceSamples = 512, voiceRate = 16000;
constexpr std::int64_t byteValues = 256;

template <class T>
void fill(Tensor& tensor, std::mt19937& engine, const PoolModel& model) {
  std::uniform_real_distribution<float> unit(model.low, model.high);
  const std::span<T> elements = tensor.mutableData<T>();
  for (std::size_t i = 0; i < elements.size(); i += static_cast<std::size_t>(model.every)) {
    T& element = elements[i];
    if constexpr (std::is_integral_v<T>) element = static_cast<T>(engine() % static_cast<std::uint32_t>(byteValues));
    else element = unit(engine);
  }
}

}  // namespace

const std::vector<PoolModel>& poolModels() {
  static const std::vector<PoolModel> all{
      // Clicks: the logarithms of its filters' powers make 2e-4 of the rounding of float32 sums over noise (in ONNX Runtime, too).
      {"basic_pitch_nmp", 0.5F, -0.5F, false, 512},
      {"cifar10_resnet20", 1, 0, true},
      {"cifar10_resnet56", 1, 0, true},
      {"imagenet_squeezenet1.0_deepcompressed_decoded", 128},
      {"imagenet_squeezenet1.1_caffe", 128},
      {"imagenet_tinydarknet"},
      {"magika_standard_v3_3"},
      {"mlperf_tiny_ic_resnet8_fp32", 255},
      {"mlperf_tiny_kws_dscnn_fp32", 100, 0, true},
      {"mlperf_tiny_vww_mbv1_025_fp32"},
      {"mnist_cntk_cnn", 255},
      {"mnist_fc_256x2"},
      {"silero_vad_16k_op15", 0.5F, -0.5F, true},
      {"st_mobilenet_v2_0.35_128_tfs_channel_first", 1, 0, true},
      {"st_mobilenet_v2_128_0.5"},
      {"st_st_ssd_mobilenet_v1_025_256"},
      {"st_yamnet_256_64x96_tl", 1, 0, true},
      {"ultraface_rfb_320"},
      {"ultraface_slim_320"},
      {"vit_cifar10_ibp_3_3_8", 1, 0, true},
      {"vit_cifar10_pgd_2_3_16", 1, 0, true},
      {"vnn_cifar10_resnet4b"},
      {"yolox_nano_coco_416", 255},
      {"yunet_n_320", 255},
  };
  return all;
}

Graph importPoolModel(const std::filesystem::path& pool, const PoolModel& model) {
  const auto imported = onnx::importModel(pool / "models" / (std::string(model.name) + ".onnx"));
  if (imported.ok()) return imported->graph;
  ADD_FAILURE() << imported.error().text();
  return {};
}

std::vector<Tensor> poolInputs(const Graph& graph, const PoolModel& model, std::int64_t batch) {
  std::mt19937 engine(7);
  std::vector<Tensor> inputs;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    Dims dims;
    for (const Dim& dim : value.shape->dims()) dims.push_back(dim.known() ? dim.extent : dim.symbol == "sequence" ? voiceSamples : batch);
    Tensor tensor = *Tensor::create(value.dtype, dims);
    if (value.dtype == DType::f32) fill<float>(tensor, engine, model);
    else if (value.dtype == DType::i32) fill<std::int32_t>(tensor, engine, model);
    else std::ranges::fill(tensor.mutableData<std::int64_t>(), voiceRate);
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

std::string testName(const PoolModel& model) { return testNameOf(model.name); }

}  // namespace ew::test

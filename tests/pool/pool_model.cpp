// SPDX-License-Identifier: Apache-2.0
#include "tests/pool/pool_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "core/onnx/onnx_file.h"

namespace ew::test {
namespace {

/// Samples of a piece of sound that the voice detector takes at once, and the rate that it takes.
constexpr std::int64_t voiceSamples = 512, voiceRate = 16000;
constexpr std::int64_t byteValues = 256;

template <class T>
void fill(Tensor& tensor, std::mt19937& engine, float scale) {
  std::uniform_real_distribution<float> unit(0.0F, scale);
  for (T& element : tensor.mutableData<T>()) {
    if constexpr (std::is_integral_v<T>) element = static_cast<T>(engine() % static_cast<std::uint32_t>(byteValues));
    else element = unit(engine);
  }
}

}  // namespace

const std::vector<PoolModel>& poolModels() {
  static const std::vector<PoolModel> all{
      {"basic_pitch_nmp"},
      {"cifar10_resnet20", 1, true},
      {"cifar10_resnet56", 1, true},
      {"imagenet_squeezenet1.0_deepcompressed_decoded", 128},
      {"imagenet_squeezenet1.1_caffe", 128},
      {"imagenet_tinydarknet"},
      {"magika_standard_v3_3"},
      {"mlperf_tiny_ic_resnet8_fp32", 255},
      {"mlperf_tiny_kws_dscnn_fp32", 100, true},
      {"mlperf_tiny_vww_mbv1_025_fp32"},
      {"mnist_cntk_cnn", 255},
      {"mnist_fc_256x2"},
      {"silero_vad_16k_op15", 0.5F, true},
      {"st_mobilenet_v2_0.35_128_tfs_channel_first", 1, true},
      {"st_mobilenet_v2_128_0.5"},
      {"st_st_ssd_mobilenet_v1_025_256"},
      {"st_yamnet_256_64x96_tl", 1, true},
      {"ultraface_rfb_320"},
      {"ultraface_slim_320"},
      {"vit_cifar10_ibp_3_3_8", 1, true},
      {"vit_cifar10_pgd_2_3_16", 1, true},
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
    if (value.dtype == DType::f32) fill<float>(tensor, engine, model.scale);
    else if (value.dtype == DType::i32) fill<std::int32_t>(tensor, engine, model.scale);
    else std::ranges::fill(tensor.mutableData<std::int64_t>(), voiceRate);
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

std::string testName(const PoolModel& model) {
  std::string name = model.name;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace ew::test

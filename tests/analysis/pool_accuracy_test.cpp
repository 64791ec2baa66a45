// SPDX-License-Identifier: Apache-2.0
// Import, preprocessing and execution together, against accuracies that an independent implementation measured, and
// against predictions of ONNX Runtime 1.32 (python, images decoded and scaled by Pillow).
#include <gtest/gtest.h>

#include "accel/backends.h"
#include "core/analysis/evaluate.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/pool.h"

namespace ew::analysis {
namespace {

namespace fs = std::filesystem;

/// A model and its data, ready to run on the fastest backend here.
struct Subject {
  std::optional<Runtime> runtime;
  std::shared_ptr<const data::Dataset> dataset;
};

Subject subject(const fs::path& pool, const std::string& model, const std::string& spec) {
  Subject out;
  Result<onnx::Imported> imported = onnx::importModel(pool / "models" / (model + ".onnx"));
  EXPECT_TRUE(imported.ok()) << imported.error().text();
  if (!imported.ok()) return out;
  const Value input = imported->graph.value(imported->graph.inputs()[0]);
  const Result<data::DataSpec> parsed = data::parseDataSpecText(spec, pool / "data");
  EXPECT_TRUE(parsed.ok()) << parsed.error().text();
  if (!parsed.ok()) return out;
  auto dataset = data::openDataset(*parsed, input.dtype, input.shape);
  EXPECT_TRUE(dataset.ok()) << dataset.error().text();
  if (!dataset.ok()) return out;
  out.dataset = *dataset;
  Result<Runtime> runtime = Runtime::create(std::move(imported->graph), allBackends(), allBackends().fallback()->id());
  EXPECT_TRUE(runtime.ok()) << runtime.error().text();
  if (runtime.ok()) out.runtime.emplace(std::move(runtime).value());
  return out;
}

struct Case {
  const char* model;
  const char* spec;
  double top1;
  std::int64_t samples;
};

class PoolAccuracy : public testing::TestWithParam<Case> {};

TEST_P(PoolAccuracy, IsThePublishedOne) {
  EW_REQUIRE_POOL(pool);
  Subject tested = subject(pool, GetParam().model, GetParam().spec);
  ASSERT_TRUE(tested.runtime.has_value());
  NoProgress progress;
  const Result<Evaluation> result = evaluate(*tested.runtime, *tested.dataset, progress);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->samples, GetParam().samples);
  EXPECT_NEAR(result->metrics.at("top1").value, GetParam().top1, 0.3);
}

// The last two are limited to keep the reference backend quick; their figures are ONNX Runtime's on the same samples.
INSTANTIATE_TEST_SUITE_P(
    Models, PoolAccuracy,
    testing::Values(Case{"mnist_cntk_cnn",
                         "{idx: mnist/t10k-images-idx3-ubyte.gz, labels: mnist/t10k-labels-idx1-ubyte.gz}", 98.91,
                         10000},
                    Case{"mnist_fc_256x2",
                         "{idx: mnist/t10k-images-idx3-ubyte.gz, labels: mnist/t10k-labels-idx1-ubyte.gz, "
                         "preprocess: {scale: 0.00392156862745098}}",
                         98.08, 10000},
                    Case{"mlperf_tiny_ic_resnet8_fp32", "{cifar: cifar10/cifar10_clean_test500.bin}", 87.8, 500},
                    Case{"mlperf_tiny_kws_dscnn_fp32",
                         "{npz: kws01/kws01.npz, inputs: x, labels: y, "
                         "preprocess: {scale: 0.5847029, mean: 48.5303407}}",
                         91.2, 1000},
                    Case{"cifar10_resnet20",
                         "{cifar: cifar10/cifar10_clean_test500.bin, limit: 100, preprocess: "
                         "{scale: 0.00392156862745098, mean: [.485, .456, .406], std: [.229, .224, .225]}}",
                         93, 100},
                    Case{"mlperf_tiny_vww_mbv1_025_fp32",
                         "{images: vww01, labels: vww01/labels.csv, limit: 300, "
                         "preprocess: {scale: 0.00392156862745098}}",
                         100.0 * 227 / 300, 300}),
    [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.model); });

/// Every 125th image of the ImageNet sample.
void expectPredictions(Subject tested, const std::vector<std::int64_t>& expected) {
  ASSERT_TRUE(tested.runtime.has_value());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Result<data::Sample> sample = tested.dataset->sample(static_cast<std::int64_t>(i) * 125);
    ASSERT_TRUE(sample.ok()) << sample.error().text();
    const Result<std::vector<Tensor>> outputs = tested.runtime->run(std::span(&sample->input, 1));
    ASSERT_TRUE(outputs.ok()) << outputs.error().text();
    EXPECT_EQ(data::argmax(outputs->front()), expected[i]) << sample->name;
  }
}

TEST(PoolPredictions, SqueezenetOnImagenet) {
  EW_REQUIRE_POOL(pool);
  expectPredictions(subject(pool, "imagenet_squeezenet1.1_caffe",
                            "{images: imagenet1k_sample, labels: imagenet1k_sample/labels.csv, "
                            "preprocess: {resize: 256, crop: 227, color: bgr, mean: [104, 117, 123]}}"),
                    {0, 52, 256, 374, 972, 625, 114, 875});
}

TEST(PoolPredictions, TinyDarknetOnImagenet) {
  EW_REQUIRE_POOL(pool);
  expectPredictions(subject(pool, "imagenet_tinydarknet",
                            "{images: imagenet1k_sample, "
                            "preprocess: {resize: 256, crop: 224, scale: 0.00392156862745098}}"),
                    {448, 619, 147, 202, 358, 237, 487, 348});
}

}  // namespace
}  // namespace ew::analysis

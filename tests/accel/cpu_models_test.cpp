// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/cpu_backend.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

/// Real models: other exporters, other mixtures of layers.
class CpuModels : public testing::TestWithParam<const char*> {};

TEST_P(CpuModels, AgreeWithTheReference) {
  EW_REQUIRE_POOL(pool);
  const auto model = onnx::importModel(pool / "models" / (std::string(GetParam()) + ".onnx"));
  ASSERT_TRUE(model.ok()) << model.error().text();
  const auto inputs = syntheticInputs(model->graph, 1, 7);
  ASSERT_TRUE(inputs.ok());
  ops::InferOptions shapes;
  for (std::size_t i = 0; i < inputs->size(); ++i) shapes.inputShapes[model->graph.value(model->graph.inputs()[i]).name] = (*inputs)[i].dims();
  const auto inference = ops::inferShapes(model->graph, shapes);
  ASSERT_TRUE(inference.ok()) << inference.error().text();
  const auto expected = test::runOn(*makeReferenceBackend(), inference->graph, *inputs);
  const auto actual = test::runOn(*makeCpuBackend(), inference->graph, *inputs);
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) test::expectClose(expected[i], actual[i], 1e-4, "output " + std::to_string(i));
}

INSTANTIATE_TEST_SUITE_P(Pool, CpuModels,
                         testing::Values("cifar10_resnet20", "mlperf_tiny_ic_resnet8_fp32", "mlperf_tiny_kws_dscnn_fp32", "mlperf_tiny_vww_mbv1_025_fp32",
                                         "mnist_cntk_cnn", "mnist_fc_256x2", "st_mobilenet_v2_0.35_128_tfs_channel_first", "st_mobilenet_v2_128_0.5",
                                         "st_yamnet_256_64x96_tl", "ultraface_slim_320", "vit_cifar10_ibp_3_3_8", "vnn_cifar10_resnet4b", "yunet_n_320"),
                         [](const auto& info) { return test::testNameOf(info.param); });

}  // namespace
}  // namespace ew

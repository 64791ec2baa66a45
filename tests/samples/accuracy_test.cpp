// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "accel/backends.h"
#include "core/analysis/evaluate.h"
#include "tests/samples/sample.h"

namespace ew {
namespace {

/// The test images of Debian's package dataset-fashion-mnist.
const std::filesystem::path debianData = "/usr/share/datasets/fashion-mnist";

std::int64_t rightOf10000(const Graph& graph) {
  data::DataSpec spec = *test::sampleRecipe().evaluation;  // for its preprocessing
  spec.kind = data::DataSpec::Kind::Idx;
  spec.source = debianData / "t10k-images-idx3-ubyte.gz";
  spec.labels = debianData / "t10k-labels-idx1-ubyte.gz";
  spec.inputsKey.clear();
  const Value& input = graph.value(graph.inputs()[0]);
  const auto dataset = data::openDataset(spec, input.dtype, input.shape);
  EXPECT_TRUE(dataset.ok()) << dataset.error().text();
  Result<Runtime> runtime = Runtime::create(graph, allBackends(), "cpu");
  NoProgress progress;
  const Result<analysis::Evaluation> evaluation = analysis::evaluate(*runtime, **dataset, progress);
  EXPECT_TRUE(evaluation.ok()) << evaluation.error().text();
  EXPECT_EQ(evaluation->samples, 10'000);
  return std::llround(evaluation->metrics.at("top1").value * 100);
}

TEST(SampleAccuracy, OriginalIsRightAsOftenAsItsReadmeSays) {
  if (!std::filesystem::exists(debianData)) GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  // 9,296 counted with ONNX Runtime; sums in another order may tip a few images.
  EXPECT_NEAR(static_cast<double>(rightOf10000(test::originalSample())), 9296, 5);
}

TEST(SampleAccuracy, QuantizedLosesAtMostOnePointOnImagesThatNobodyTunedFor) {
  if (!std::filesystem::exists(debianData)) GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  EXPECT_GE(rightOf10000(test::quantizedSample()), 9296 - 100);
}

}  // namespace
}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "core/data/npy.h"
#include "core/onnx/onnx_file.h"
#include "tests/samples/sample.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace ew {
namespace {

constexpr std::int64_t imageCount = 1000;

/// Tensors of batch 1 as one batch.
Tensor stacked(const std::vector<Tensor>& tensors) {
  Dims dims = tensors.front().dims();
  dims[0] = static_cast<std::int64_t>(tensors.size());
  Tensor out = *Tensor::create(tensors.front().dtype(), dims);
  std::byte* to = out.mutableBytes().data();
  for (const Tensor& tensor : tensors) {
    std::memcpy(to, tensor.bytes().data(), tensor.bytes().size());
    to += tensor.bytes().size();
  }
  return out;
}

/// The step between two neighbouring values of the output: the scale of the DequantizeLinear that makes it.
std::string outputStep(const Graph& graph) {
  const Node* last = graph.node(graph.producer(graph.outputs()[0]));
  return std::to_string(graph.initializer(last->inputs[1])->data<float>()[0]);
}

TEST(OnnxRuntime, AgreesWithTheQuantizedSample) {
  const char* python = std::getenv("EDGEWRIGHT_PYTHON");
  if (python == nullptr) GTEST_SKIP() << "EDGEWRIGHT_PYTHON names no Python that has onnxruntime";
  if (test::runProcess({python, "-c", "import numpy, onnxruntime"}).exitCode != 0)
    GTEST_SKIP() << python << " cannot import numpy and onnxruntime";
  const test::TemporaryFolder folder;
  const std::vector<Tensor> images = test::evaluationImages(imageCount);
  const std::vector<Tensor> outputs = test::outputsOn("cpu", test::quantizedSample(), images);
  ASSERT_EQ(outputs.size(), images.size());
  folder.write("inputs.npy", data::writeNpy(stacked(images)));
  folder.write("outputs.npy", data::writeNpy(stacked(outputs)));
  ASSERT_TRUE(onnx::exportModel(test::quantizedSample(), folder / "model.onnx").ok());
  const std::string script = std::string(EW_SOURCE_DIR) + "/tests/samples/onnxruntime_check.py";
  const test::ProcessResult result = test::runProcess({python, script, outputStep(test::quantizedSample())}, folder.path());
  EXPECT_EQ(result.exitCode, 0) << result.out << result.err;
  std::fputs(result.out.c_str(), stdout);
}

}  // namespace
}  // namespace ew

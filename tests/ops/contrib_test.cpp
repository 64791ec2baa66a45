// SPDX-License-Identifier: Apache-2.0
// Operators without official cases, against ONNX Runtime: com.microsoft, and what it has in the default domain.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/data/npy.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "tests/ops/contrib_cases.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace ew::test {
namespace {

/// A model of one node; the element types and shapes of its outputs come from our own run.
Result<Graph> modelOf(const ContribCase& one, const std::vector<Tensor>& outputs) {
  GraphEdit edit;
  edit.mutableInfo().irVersion = 9;
  edit.mutableInfo().opsets = {{"", one.call.domain.empty() ? one.call.opset : 17}, {"com.microsoft", 1}};
  if (one.call.domain == "ai.onnx.ml") edit.mutableInfo().opsets["ai.onnx.ml"] = one.call.opset;
  Node node;
  node.opType = one.call.op;
  node.domain = one.call.domain;
  node.attributes = one.call.attributes;
  for (std::size_t i = 0; i < one.call.inputs.size(); ++i) {
    const Tensor& input = one.call.inputs[i];
    const std::string name = "in" + std::to_string(i);
    // Scales and weights are constant in every real model, and some kernels insist on it.
    if (!input.present()) node.inputs.push_back(kNone);
    else if (i == one.dataInput) node.inputs.push_back(edit.addValue(name, input.dtype(), input.shape()));
    else node.inputs.push_back(edit.addInitializer(name, input));
  }
  edit.setInputs({node.inputs[one.dataInput]});
  for (std::size_t i = 0; i < outputs.size(); ++i) node.outputs.push_back(edit.addValue("out" + std::to_string(i), outputs[i].dtype(), outputs[i].shape()));
  edit.setOutputs(node.outputs);
  edit.addNode(std::move(node));
  return std::move(edit).apply();
}

/// How far two outputs are apart at most: in steps for integers, relative to 1 + |expected| for floats.
double distance(const Tensor& ours, const Tensor& theirs) {
  if (ours.dtype() != theirs.dtype() || ours.dims() != theirs.dims()) return HUGE_VAL;
  const std::vector<double> a = *toDoubles(ours), b = *toDoubles(theirs);
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::fabs(a[i] - b[i]) / (isInteger(ours.dtype()) ? 1 : 1 + std::fabs(b[i])));
  return most;
}

TEST(Contrib, AgreesWithOnnxRuntime) {
  const char* python = std::getenv("EDGEWRIGHT_PYTHON");
  if (python == nullptr) GTEST_SKIP() << "EDGEWRIGHT_PYTHON names no Python that has onnxruntime";
  if (runProcess({python, "-c", "import numpy, onnxruntime"}).exitCode != 0) GTEST_SKIP() << python << " cannot import numpy and onnxruntime";
  const TemporaryFolder folder;
  const std::vector<ContribCase> cases = contribCases();
  std::vector<std::vector<Tensor>> outputs;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string name = std::to_string(i);
    Result<std::vector<Tensor>> ran = runOp(cases[i].call);
    ASSERT_TRUE(ran.ok()) << cases[i].name << ": " << ran.error().text();
    const Result<Graph> model = modelOf(cases[i], *ran);
    ASSERT_TRUE(model.ok()) << cases[i].name << ": " << model.error().text();
    ASSERT_TRUE(onnx::exportModel(*model, folder / (name + ".onnx")).ok());
    folder.write(name + ".in.npy", data::writeNpy(cases[i].call.inputs[cases[i].dataInput]));
    outputs.push_back(std::move(*ran));
  }
  const ProcessResult result = runProcess({python, std::string(EW_SOURCE_DIR) + "/tests/ops/run_onnxruntime.py"}, folder.path());
  ASSERT_EQ(result.exitCode, 0) << result.out << result.err;
  for (std::size_t i = 0; i < cases.size(); ++i)
    for (std::size_t k = 0; k < outputs[i].size(); ++k) {
      std::ostringstream bytes;
      bytes << std::ifstream(folder / (std::to_string(i) + ".out" + std::to_string(k) + ".npy"), std::ios::binary).rdbuf();
      const Result<Tensor> theirs = data::readNpy(bytes.str());
      ASSERT_TRUE(theirs.ok()) << cases[i].name << ": " << result.out;
      EXPECT_LE(distance(outputs[i][k], *theirs), cases[i].tolerance) << cases[i].name << " output " << k;
    }
}

}  // namespace
}  // namespace ew::test

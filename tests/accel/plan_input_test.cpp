// SPDX-License-Identifier: Apache-2.0
// Input that nobody wants: a right result, or an error before any work.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accel/cpu/cpu_backend.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

Result<std::vector<Tensor>> runWith(const Graph& graph, const std::string& backend, const std::vector<Tensor>& inputs) {
  BackendSet backends;
  backends.add(makeCpuBackend());
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, backend));
  return runtime.run(inputs);
}

Status prepareWith(const Graph& graph, const std::vector<Tensor>& inputs) {
  BackendSet backends;
  backends.add(makeCpuBackend());
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, "cpu"));
  NoProgress progress;
  return runtime.prepare(inputs, progress);
}

TEST(CpuInput, ZeroSizedDimensionsGiveWhatTheReferenceGives) {
  for (const char* text : {R"(
  input x:f32[N,3,8,8]
  W:f32[4,3,3,3] = random(1)
  Conv(x, W){pads=[1,1,1,1]} -> a
  Relu(a) -> y
  output y
)", R"(
  input x:f32[N,6]
  W:f32[6,5] = random(1)
  MatMul(x, W) -> a
  Softmax(a) -> y
  output y
)", R"(
  input x:f32[N,6]
  input z:f32[2,6]
  Concat(x, z){axis=0} -> y
  output y
)"}) {
    const Graph graph = test::graphFromText(text);
    std::vector<Tensor> inputs;
    for (const ValueId id : graph.inputs()) {
      Dims dims;
      for (std::size_t i = 0; i < graph.value(id).shape->rank(); ++i) dims.push_back((*graph.value(id).shape)[i].known() ? (*graph.value(id).shape)[i].extent : 0);
      inputs.push_back(test::randomTensor(DType::f32, dims, 3));
    }
    const auto expected = runWith(graph, "reference", inputs), actual = runWith(graph, "cpu", inputs);
    ASSERT_TRUE(expected.ok()) << expected.error().text() << text;
    ASSERT_TRUE(actual.ok()) << actual.error().text() << text;
    EXPECT_EQ((*expected)[0].dims(), (*actual)[0].dims()) << text;
    EXPECT_TRUE((*expected)[0].equals((*actual)[0])) << text;
  }
}

TEST(CpuInput, NanComesOutWhereTheReferenceHasIt) {
  const Graph graph = test::inferred(R"(
  input x:f32[1,16,12,12]
  W:f32[32,16,3,3] = random(1)
  V:f32[16,32,1,1] = random(2)
  D:f32[16,1,3,3] = random(3)
  Conv(x, W){pads=[1,1,1,1]} -> a
  LeakyRelu(a) -> b
  Conv(b, V) -> c
  Conv(c, D){pads=[1,1,1,1], group=16} -> d
  Add(d, x) -> e
  Sigmoid(e) -> y
  output y
  output e
)");
  std::vector<Tensor> inputs = test::randomInputs(graph, 4);
  inputs[0].mutableData<float>()[3 * 144 + 7] = std::numeric_limits<float>::quiet_NaN();
  const auto expected = test::runOn(*makeReferenceBackend(), graph, inputs);
  CompileOptions fixed;
  fixed.reproducible = true;
  const auto byRules = test::runOn(*makeCpuBackend(), graph, inputs, fixed), measured = test::runOn(*makeCpuBackend(), graph, inputs);
  int nans = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto a = expected[i].data<float>(), b = byRules[i].data<float>(), c = measured[i].data<float>();
    for (std::size_t k = 0; k < a.size(); ++k) {
      ASSERT_EQ(std::isnan(a[k]), std::isnan(b[k])) << "output " << i << " element " << k;
      ASSERT_EQ(std::isnan(a[k]), std::isnan(c[k])) << "output " << i << " element " << k;
      nans += std::isnan(a[k]) ? 1 : 0;
    }
  }
  EXPECT_GT(nans, 0);
  // And a clean input afterwards is clean again.
  NoProgress progress;
  const auto executable = makeCpuBackend()->compile(graph, {}, progress);
  ASSERT_TRUE(executable.ok());
  Observer silent;
  ASSERT_TRUE((*executable)->run(inputs, silent).ok());
  const auto clean = (*executable)->run(test::randomInputs(graph, 4), silent);
  ASSERT_TRUE(clean.ok());
  for (const Tensor& tensor : *clean)
    for (const float v : tensor.data<float>()) ASSERT_TRUE(std::isfinite(v));
}

TEST(CpuInput, ShapesThatOverflowAreAnErrorBeforeAnyWork) {
  const Graph graph = test::graphFromText(R"(
  input x:f32[N,1]
  reps:i64[2] = {4611686018427387904,8}
  Tile(x, reps) -> a
  Relu(a) -> y
  output y
)");
  const auto result = runWith(graph, "cpu", {test::randomTensor(DType::f32, {2, 1}, 1)});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().code, ErrorCode::Internal) << result.error().text();
}

TEST(CpuInput, ValuesLargerThanMemoryAreALimitWhenCompiled) {
  const Graph graph = test::graphFromText(R"(
  input x:f32[1,1,1,1]
  shape:i64[4] = {64,1024,1024,512}
  W:f32[2,1024,1,1] = random(1)
  Expand(x, shape) -> a
  Relu(a) -> b
  Conv(b, W) -> y
  output y
)");
  const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 1, 1, 1}, 1)};
  const Status prepared = prepareWith(graph, inputs);
  ASSERT_FALSE(prepared.ok());
  EXPECT_EQ(prepared.error().code, ErrorCode::Limit) << prepared.error().text();
}

}  // namespace
}  // namespace ew

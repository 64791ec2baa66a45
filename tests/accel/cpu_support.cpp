// SPDX-License-Identifier: Apache-2.0
#include "tests/accel/cpu_support.h"

#include <cmath>

#include "accel/cpu/cpu_backend.h"
#include "core/base/text.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "tests/support/graph_text.h"

namespace ew::test {

Graph inferred(const std::string& text) {
  Result<ops::Inference> inference = ops::inferShapes(graphFromText(text));
  if (!inference.ok()) {
    ADD_FAILURE() << inference.error().text();
    return {};
  }
  return inference->graph;
}

std::vector<Tensor> randomInputs(const Graph& graph, unsigned seed) {
  std::vector<Tensor> inputs;
  for (const ValueId id : graph.inputs()) inputs.push_back(randomTensor(graph.value(id).dtype, *graph.value(id).shape->concrete(), seed++));
  return inputs;
}

std::vector<Tensor> runOn(const Backend& backend, const Graph& graph, const std::vector<Tensor>& inputs, const CompileOptions& options,
                          Observer* observer) {
  NoProgress progress;
  auto executable = backend.compile(graph, options, progress);
  if (!executable.ok()) {
    ADD_FAILURE() << executable.error().text();
    return {};
  }
  Observer silent;
  // Twice: what a run leaves behind must not change the next one.
  auto first = (*executable)->run(inputs, silent);
  auto outputs = (*executable)->run(inputs, observer != nullptr ? *observer : silent);
  if (!outputs.ok() || !first.ok()) {
    ADD_FAILURE() << (first.ok() ? outputs : first).error().text();
    return {};
  }
  for (std::size_t i = 0; i < outputs->size(); ++i) EXPECT_TRUE((*first)[i].equals((*outputs)[i])) << "second run differs in output " << i;
  return *outputs;
}

void expectClose(const Tensor& expected, const Tensor& actual, double tolerance, const std::string& what) {
  ASSERT_EQ(expected.dtype(), actual.dtype()) << what;
  ASSERT_EQ(expected.dims(), actual.dims()) << what;
  if (expected.dtype() != DType::f32) {
    const auto a = expected.bytes(), b = actual.bytes();
    for (std::size_t i = 0; i < a.size(); ++i)
      ASSERT_EQ(std::to_integer<int>(a[i]), std::to_integer<int>(b[i])) << "byte " << i << " of " << what;
    return;
  }
  const auto a = expected.data<float>(), b = actual.data<float>();
  double largest = 0;
  for (const float value : a)
    if (std::isfinite(value)) largest = std::max(largest, std::fabs(static_cast<double>(value)));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isinf(a[i])) {
      ASSERT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) << a[i] << " became " << b[i] << " at " << i << " of " << what;
    } else {
      ASSERT_LE(std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])), tolerance * largest) << "element " << i << " of " << what;
    }
  }
}

void expectSameAsReference(const std::string& text, unsigned seed, const CompileOptions& options, double tolerance) {
  const Graph graph = inferred(text);
  const std::vector<Tensor> inputs = randomInputs(graph, seed);
  const std::vector<Tensor> expected = runOn(*makeReferenceBackend(), graph, inputs);
  const std::vector<Tensor> actual = runOn(*makeCpuBackend(), graph, inputs, options);
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) expectClose(expected[i], actual[i], tolerance, "output " + std::to_string(i) + " of\n" + text);
}

std::string kernelsOf(const std::string& text, const CompileOptions& options) {
  const Graph graph = inferred(text);
  TraceObserver observer;
  runOn(*makeCpuBackend(), graph, randomInputs(graph, 1), options, &observer);
  std::vector<std::string> names;
  for (const NodeTrace& node : observer.trace.nodes) names.push_back(node.kernel);
  return join(names, ", ");
}

}  // namespace ew::test

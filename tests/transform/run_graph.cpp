// SPDX-License-Identifier: Apache-2.0
#include "tests/transform/run_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/run/runtime.h"
#include "tests/support/graph_text.h"

namespace ew::test {
namespace {

template <class T>
T& valueOrDie(Result<T>& result, const char* what) {
  if (result.ok()) return result.value();
  std::fprintf(stderr, "%s: %s\n", what, result.error().text().c_str());
  std::abort();
}

}  // namespace

std::vector<Tensor> runGraph(const Graph& graph, const std::vector<Tensor>& inputs) {
  Result<Runtime> runtime = Runtime::create(graph, BackendSet(), "reference");
  Result<std::vector<Tensor>> outputs = valueOrDie(runtime, "create").run(inputs);
  return valueOrDie(outputs, "run");
}

std::vector<Tensor> randomInputs(const Graph& graph, unsigned seed) {
  std::vector<Tensor> out;
  for (const ValueId id : graph.inputs()) {
    Dims dims;
    for (const Dim& dim : graph.value(id).shape->dims()) dims.push_back(dim.known() ? dim.extent : 2);
    out.push_back(randomTensor(graph.value(id).dtype, dims, seed++));
  }
  return out;
}

double relativeDifference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double largest = 0, difference = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].dims() != b[i].dims()) return INFINITY;
    const std::vector<double> x = *toDoubles(a[i]), y = *toDoubles(b[i]);
    for (std::size_t k = 0; k < x.size(); ++k) {
      largest = std::max(largest, std::abs(x[k]));
      difference = std::isfinite(x[k] - y[k]) ? std::max(difference, std::abs(x[k] - y[k])) : INFINITY;
    }
  }
  return largest > 0 ? difference / largest : difference;
}

Graph applied(Result<transform::PassResult> result) {
  Result<Graph> graph = transform::applyEdit(valueOrDie(result, "pass"));
  return valueOrDie(graph, "apply");
}

transform::NodeVerdict verdictOf(const std::vector<transform::NodeVerdict>& verdicts, const std::string& node) {
  const auto it = std::find_if(verdicts.begin(), verdicts.end(), [&](const transform::NodeVerdict& each) { return each.node == node; });
  return it == verdicts.end() ? transform::NodeVerdict{} : *it;
}

}  // namespace ew::test

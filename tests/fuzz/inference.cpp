// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/analysis.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/infer.h"
#include "tests/fuzz/targets.h"

namespace ew::fuzz {

void runInference(std::string_view bytes) {
  const Result<onnx::Imported> imported = onnx::importBytes(std::string(bytes), "/nonexistent");
  if (!imported.ok()) return;
  for (const std::int64_t extent : {0, 1, 7}) {
    ops::InferOptions options;
    options.dynamicDefault = extent;
    const Result<ops::Inference> inference = ops::inferShapes(imported->graph, options);
    if (!inference.ok()) {
      require(inference.error().code != ErrorCode::Internal, inference.error().text());
      continue;
    }
    require(verify(inference->graph).ok(), "inference broke the graph");
    require(inference->graph.nodes().size() == imported->graph.nodes().size(), "inference changed the nodes");
    (void)ops::findUnsupported(inference->graph);
    (void)analysis::summarize(inference->graph);
  }
}

}  // namespace ew::fuzz

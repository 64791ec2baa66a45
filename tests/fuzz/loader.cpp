// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "core/onnx/onnx_file.h"
#include "tests/fuzz/targets.h"

namespace ew::fuzz {

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void runLoader(std::string_view bytes) {
  const Result<onnx::Imported> imported = onnx::importBytes(std::string(bytes), "/nonexistent");
  if (!imported.ok()) return require(!imported.error().text().empty(), "an error without a text");
  require(verify(imported->graph).ok(), "the imported graph is broken");
  const Result<std::string> written = onnx::exportBytes(imported->graph);
  if (!written.ok()) return require(written.error().code != ErrorCode::Internal, written.error().text());
  const Result<onnx::Imported> again = onnx::importBytes(*written, "/nonexistent");
  require(again.ok(), again.ok() ? "" : "what was written does not open: " + again.error().text());
  require(again->graph.nodes().size() == imported->graph.nodes().size(), "nodes were lost in writing");
  const Result<std::string> twice = onnx::exportBytes(again->graph);
  require(twice.ok() && *twice == *written, "writing is not stable");
}

}  // namespace ew::fuzz

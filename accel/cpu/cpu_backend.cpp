// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/cpu_backend.h"

#include "accel/cpu/dnnl_support.h"
#include "accel/cpu/executable.h"
#include "core/base/processor.h"
#include "core/base/text.h"
#include "core/ops/op.h"

namespace ew {
namespace {

class CpuBackend final : public Backend {
 public:
  std::string id() const override { return "cpu"; }

  std::string description() const override {
    const dnnl::version_t* version = dnnl::version();
    return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch) +
           (hasAvx512Vnni() || hasAvxVnni() ? ", exact 8-bit dot products in hardware" : ", no exact 8-bit dot products in hardware");
  }

  Status available() const override { return {}; }

  std::optional<Reason> refusal(const Graph& graph, const Node& node) const override {
    if (!node.captures.empty()) return Reason{ReasonCode::Subgraph, node.opType};
    const ops::Lookup found = ops::findOp(graph, node);
    if (found.def == nullptr) return found.reason;
    return std::nullopt;
  }

  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options, Progress& progress) const override {
    for (const Node& node : graph.nodes())
      if (const auto reason = refusal(graph, node))
        return unsupported(reason->text()).at("node " + inQuotes(displayName(graph, node)));
    return cpu::makeExecutable(graph, options, progress);
  }
};

}  // namespace

std::shared_ptr<const Backend> makeCpuBackend() { return std::make_shared<CpuBackend>(); }

}  // namespace ew

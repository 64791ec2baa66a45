// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/precision_argument.h"

#include <algorithm>

#include "accel/backends.h"
#include "core/base/text.h"

namespace ew::cli {
namespace {

std::optional<FloatPrecision> precisionNamed(const std::string& name) {
  if (name == "float32") return FloatPrecision::Full;
  if (name == "bf16") return FloatPrecision::BFloat16;
  return std::nullopt;
}

/// Adds one rule, "stage3.*=bf16"; a later rule wins.
Status addRule(const std::string& rule, const Graph& graph, CompileOptions& options) {
  const std::size_t equals = rule.rfind('=');
  const auto precision = equals == std::string::npos ? std::nullopt : precisionNamed(rule.substr(equals + 1));
  if (!precision || equals == 0) return usageError("--layer-precision takes NAME=float32 or NAME=bf16, not " + inQuotes(rule));
  const std::string pattern = rule.substr(0, equals);
  bool found = false;
  for (const Node& node : graph.nodes()) {
    if (!matchesPattern(pattern, displayName(graph, node))) continue;
    options.layerPrecision[node.id] = *precision;
    found = true;
  }
  if (!found) return usageError("--layer-precision: no layer is called " + inQuotes(pattern));
  return {};
}

bool wantsBf16(const CompileOptions& options) {
  const auto isBf16 = [](const auto& entry) { return entry.second == FloatPrecision::BFloat16; };
  return options.floatPrecision == FloatPrecision::BFloat16 || std::any_of(options.layerPrecision.begin(), options.layerPrecision.end(), isBf16);
}

}  // namespace

void PrecisionArgument::addWholeModelTo(CLI::App& app) {
  app.add_option("--precision", all, "What float layers multiply: float32, or bf16 where the processor has it (cpu backend)")
      ->check(CLI::IsMember({"float32", "bf16"}));
}

void PrecisionArgument::addTo(CLI::App& app) {
  addWholeModelTo(app);
  app.add_option("--layer-precision", layers, "The same for the layers of a name or pattern, stage3.*=bf16 (repeatable)")->type_name("NAME=PRECISION");
}

Result<CompileOptions> PrecisionArgument::options(const Context& context, const Graph* graph) const {
  CompileOptions options = context.compileOptions();
  options.floatPrecision = *precisionNamed(all);
  for (const std::string& rule : layers) EW_TRY(addRule(rule, *graph, options));
  if (!wantsBf16(options)) return options;
  if (context.common.backend != "cpu") return usageError("bf16 is a precision of the cpu backend, not of " + inQuotes(context.common.backend));
  if (!cpu::dispatch().hasBf16) context.note("warning: this processor has no bfloat16 products: all layers stay in float32");
  return options;
}

}  // namespace ew::cli

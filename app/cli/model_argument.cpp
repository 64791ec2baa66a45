// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_argument.h"

#include <filesystem>

#include "core/base/text.h"
#include "core/onnx/contents.h"
#include "core/onnx/functions.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/infer_partly.h"

namespace ew::cli {
namespace {

/// "x=1x3x224x224"
Result<std::pair<std::string, Dims>> parseShape(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  Dims dims;
  bool good = equals != std::string::npos && equals > 0;
  if (good)
    for (const std::string& part : split(text.substr(equals + 1), 'x')) {
      long long extent = 0;
      good = good && parseInt(part, extent) && extent >= 0;
      dims.push_back(extent);
    }
  if (!good) return usageError("--shape takes NAME=1x3x224x224 (or SYMBOL=1), not " + inQuotes(text));
  return std::pair{text.substr(0, equals), dims};
}

nlohmann::json valueJson(const Value& value) {
  nlohmann::json shape = nullptr;
  if (value.shape) {
    shape = nlohmann::json::array();
    for (const Dim& dim : value.shape->dims()) {
      if (dim.known()) shape.push_back(dim.extent);
      else shape.push_back(dim.symbol.empty() ? nlohmann::json(nullptr) : nlohmann::json(escapeControl(dim.symbol)));
    }
  }
  return {{"name", escapeControl(value.name)}, {"dtype", dtypeName(value.dtype)}, {"shape", std::move(shape)}};
}

}  // namespace

void ModelArgument::addTo(CLI::App& app) {
  app.add_option("MODEL", file, "ONNX model")->required();
  app.add_option("--shape", shapes, "Fix an input's shape, x=1x3x224x224, or the extents named by a symbol, N=1 (repeatable)")->type_name("NAME=SHAPE");
}

Result<ops::FixedShapes> fixedShapes(const ModelArgument& argument) {
  ops::FixedShapes out;
  for (const std::string& text : argument.shapes) {
    EW_ASSIGN(auto shape, parseShape(text));
    if (!out.insert(shape).second) return usageError("--shape gives " + inQuotes(shape.first) + " twice");
  }
  return out;
}

Result<LoadedModel> loadModel(const ModelArgument& argument, Context& context) {
  EW_ASSIGN(onnx::Imported imported, onnx::importModel(argument.file));
  onnx::showFunctionsAsNodes(imported);
  EW_ASSIGN(const ops::FixedShapes shapes, fixedShapes(argument));
  const Result<ops::InferOptions> options = ops::optionsFor(imported.graph, shapes);
  if (!options.ok()) return usageError("--shape: " + options.error().text());
  LoadedModel model;
  model.warnings = std::move(imported.warnings);
  Result<ops::Inference> inference = ops::inferShapes(std::move(imported.graph), *options);
  if (inference.ok()) {
    model.graph = std::move(inference->graph);
    model.warnings.insert(model.warnings.end(), inference->warnings.begin(), inference->warnings.end());
  } else if (!argument.shapes.empty()) {
    return std::move(inference).error().at(argument.file);
  } else {
    // A model that cannot run can still be shown and exported.
    model.warnings.push_back("shapes: " + inference.error().text());
    Result<ops::Inference> partly = ops::inferPartly(std::move(imported.graph));
    model.graph = partly.ok() ? std::move(partly->graph) : std::move(imported.graph);
  }
  for (const std::string& warning : model.warnings) context.note("warning: " + warning);
  return model;
}

Error withShapeHint(Error error, const Graph& graph) {
  const ValueId open = ops::firstDynamicInput(graph);
  if (error.code != ErrorCode::Invalid || open == kNone) return error;
  error.message += " (dynamic dimensions were taken as 1; --shape " + graph.value(open).name + "=... gives others)";
  return error;
}

Result<std::shared_ptr<const data::Dataset>> openData(const std::string& text, const Graph& graph) {
  EW_ASSIGN_AT(const data::DataSpec spec, data::parseDataSpecText(text, std::filesystem::current_path()), "--data");
  if (graph.inputs().size() != 1) return invalid("the model has " + std::to_string(graph.inputs().size()) + " inputs; data needs exactly one");
  const Value& input = graph.value(graph.inputs()[0]);
  Result<std::shared_ptr<const data::Dataset>> dataset = data::openDataset(spec, input.dtype, input.shape);
  if (!dataset.ok()) return dataset.error().at("--data");
  return dataset;
}

nlohmann::json modelJson(const std::string& file, const Graph& graph) {
  nlohmann::json opsets = nlohmann::json::object();
  for (const auto& [domain, version] : graph.info().opsets) opsets[domain.empty() ? "ai.onnx" : escapeControl(domain)] = version;
  nlohmann::json out{{"file", escapeControl(file)}, {"ir_version", graph.info().irVersion}, {"opsets", std::move(opsets)},
                     {"producer", escapeControl(graph.info().producerName + " " + graph.info().producerVersion)},
                     {"graph_name", escapeControl(graph.info().graphName)}, {"model_version", graph.info().modelVersion},
                     {"metadata", nlohmann::json::object()}, {"functions", nlohmann::json::array()},
                     {"inputs", nlohmann::json::array()}, {"outputs", nlohmann::json::array()}};
  for (const auto& [key, value] : graph.info().metadata) out["metadata"][escapeControl(key)] = escapeControl(value);
  for (const onnx::FunctionFacts& function : onnx::functionsOf(graph.info()))
    out["functions"].push_back({{"domain", escapeControl(function.domain)}, {"name", escapeControl(function.name)}, {"nodes", function.nodes}});
  for (const ValueId id : graph.inputs()) out["inputs"].push_back(valueJson(graph.value(id)));
  for (const ValueId id : graph.outputs()) out["outputs"].push_back(valueJson(graph.value(id)));
  return out;
}

}  // namespace ew::cli

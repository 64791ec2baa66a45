// SPDX-License-Identifier: Apache-2.0
#include "core/base/object_reader.h"
#include "core/recipe/step_kinds.h"
#include "core/transform/quantize/quantize.h"

namespace ew::recipe {
namespace {

constexpr int histogramBins = 2048;
const std::vector<std::string> weightTypes{"int8"};
const std::vector<std::string> activationTypes{"uint8", "int8", "none"};
const std::vector<std::string> granularities{"channel", "tensor"};

std::vector<std::string> calibratorNames() {
  std::vector<std::string> names;
  for (const transform::Calibrator& calibrator : transform::calibrators()) names.emplace_back(calibrator.name);
  return names;
}

/// A layer's value is "float", or a map with `weights` and `activations`.
void readLayers(ObjectReader& reader, transform::QuantizeOptions& out) {
  const nlohmann::json* layers = reader.child("layers");
  if (layers == nullptr) return;
  if (!layers->is_object()) return reader.fail("layers", "must map layer names or patterns to `float` or a precision");
  for (const auto& [name, value] : layers->items()) {
    transform::LayerPrecision precision{out.weights, out.activations};
    if (value == "float") {
      precision = {"float", "float"};
    } else {
      ObjectReader inner(value, reader.pointer("layers") + "/" + name);
      std::vector<std::string> allowed = weightTypes;
      allowed.emplace_back("float");
      inner.choice("weights", precision.weights, allowed);
      inner.choice("activations", precision.activations, activationTypes);
      if (const Status status = inner.finish(); !status.ok()) return reader.fail("layers", "for " + name + ": " + status.error().message);
    }
    out.layers[name] = precision;
  }
}

}  // namespace

Result<transform::QuantizeOptions> quantizeOptions(const nlohmann::json& json) {
  transform::QuantizeOptions out;
  ObjectReader reader(json, "");
  reader.choice("weights", out.weights, weightTypes);
  reader.choice("activations", out.activations, activationTypes);
  reader.choice("granularity", out.granularity, granularities);
  reader.choice("calibrator", out.calibrator, calibratorNames());
  readLayers(reader, out);
  EW_TRY(reader.finish());
  return out;
}

namespace {

std::vector<OptionInfo> options() {
  const transform::QuantizeOptions defaults;
  return {{"weights", "enum", weightTypes, defaults.weights, "Integer type of the weights, symmetric"},
          {"activations", "enum", activationTypes, defaults.activations, "Integer type of the activations; none: weights only"},
          {"granularity", "enum", granularities, defaults.granularity, "One weight scale for each output channel, or one for the tensor"},
          {"calibrator", "enum", calibratorNames(), defaults.calibrator, "How the range of each activation is chosen from the calibration data"},
          {"layers", "map", {}, nlohmann::json::object(), "Layer names or patterns with a precision of their own, or `float`"}};
}

Status check(const nlohmann::json& json) {
  EW_TRY(quantizeOptions(json));
  return {};
}

Result<transform::PassResult> run(const Graph& graph, const nlohmann::json& json, const StepContext& context, Progress& progress) {
  EW_ASSIGN(const transform::QuantizeOptions options, quantizeOptions(json));
  if (options.activations == "none") return transform::quantize(graph, options, nullptr, progress);
  if (context.calibration == nullptr)
    return invalid("quantizing activations needs calibration data: give data.calibration (--calibration on the command line), or use `activations: none`");
  if (graph.inputs().size() != 1) return invalid("calibration needs a model with one input; this one has " + std::to_string(graph.inputs().size()));
  const Value& input = graph.value(graph.inputs()[0]);
  EW_ASSIGN_AT(const auto dataset, data::openDataset(*context.calibration, input.dtype, input.shape), "calibration data");
  EW_ASSIGN(const transform::CalibrationResult calibration,
            transform::calibrate(graph, context.backends, context.backend, *dataset, histogramBins, progress));
  return transform::quantize(graph, options, &calibration, progress);
}

}  // namespace

StepKind quantizeStep() {
  return {"quantize", "Post-training quantization to 8-bit integers with calibration data", options, check, run};
}

}  // namespace ew::recipe

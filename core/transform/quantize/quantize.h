// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/data/dataset.h"
#include "core/run/runtime.h"
#include "core/transform/pass.h"

namespace ew::transform {

/// Finds the clipping range from a histogram of values. Sees a histogram, returns a range, knows no graph.
struct Calibrator {
  std::string_view name;
  std::string_view description;
  /// `bits` and `isSignedType` describe the integer type that the range will be mapped to.
  analysis::Range (*range)(const analysis::Histogram& histogram, int bits, bool isSignedType);
};
std::span<const Calibrator> calibrators();  ///< minmax, mse, percentile, ...

/// Ranges of every activation, by value name of the graph that was calibrated.
struct CalibrationResult {
  std::map<std::string, analysis::Histogram> histograms;
  std::int64_t samples = 0;
};

/// Runs the samples once (twice over the data: ranges, then histograms) with an observer; activations are never
/// stored, so memory does not grow with the number of samples. The model has one input.
Result<CalibrationResult> calibrate(const Graph& graph, const BackendSet& backends, const std::string& backendId,
                                    const data::Dataset& dataset, int bins, Progress& progress);

struct LayerPrecision { std::string weights; std::string activations; };  ///< weights "float": leave the layer

struct QuantizeOptions {
  std::string weights = "int8";
  std::string activations = "uint8";    ///< uint8 | int8 | none (weights only)
  std::string granularity = "channel";  ///< tensor | channel
  std::string calibrator = "minmax";
  std::map<std::string, LayerPrecision> layers;
};

/// Post-training quantization to QuantizeLinear / DequantizeLinear as ONNX Runtime takes it: symmetric weights,
/// asymmetric activations, int32 bias at scale x * scale w, Relu absorbed where the range starts at zero.
/// `calibration` may be null for weights-only. Every layer left in float is listed with its reason.
Result<PassResult> quantize(const Graph& graph, const QuantizeOptions& options, const CalibrationResult* calibration,
                            Progress& progress);

}  // namespace ew::transform

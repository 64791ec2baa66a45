// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// How Resize and Upsample place and weigh input elements; words as in the attributes.
struct ResizeMode {
  std::string mode = "nearest";             ///< nearest, linear, cubic
  std::string coordinates = "half_pixel";   ///< coordinate_transformation_mode
  std::string nearest = "round_prefer_floor";
  double cubicA = -0.75;
  bool excludeOutside = false, antialias = false;
  double extrapolation = 0;
};

/// One axis of a resize.
struct ResizeAxis {
  std::int64_t in = 0, out = 0;
  double scale = 1;
  double roiStart = 0, roiEnd = 1;  ///< for tf_crop_and_resize

  bool isIdentity(const ResizeMode& mode) const { return in == out && scale == 1 && mode.coordinates != "tf_crop_and_resize"; }
};

/// Which input elements make each output element of an axis, and with which weights.
struct ResizeTaps {
  std::vector<std::size_t> begin;     ///< taps of output o: begin[o] .. begin[o + 1] - 1
  std::vector<std::int64_t> index;    ///< inside the input
  std::vector<double> weight;
  std::vector<bool> outside;          ///< output o lies outside the input: takes the extrapolation value
};

/// The mode that the attributes of a node ask for; Invalid on an unknown word. Version 10 and Upsample know only
/// asymmetric coordinates, and round down where the axis grows and up where it shrinks (`nearest` is empty).
Result<ResizeMode> resizeMode(const Node& node, bool asymmetricOnly);

/// The axes of `dims` after scales or sizes (one of them empty), which with attribute `axes` belong to those only. Invalid
/// when counts or values do not fit.
Result<std::vector<ResizeAxis>> resizeAxes(const Node& node, const Dims& dims, std::span<const float> scales,
                                           std::span<const std::int64_t> sizes, std::span<const double> roi);

/// The extent that a scale makes of an extent, as ONNX Runtime computes it: in float32, rounded down.
std::int64_t scaledExtent(std::int64_t extent, float scale);

/// Invalid for an empty input; Limit when an antialias filter would be absurdly wide.
Result<ResizeTaps> resizeTaps(const ResizeAxis& axis, const ResizeMode& mode);

}  // namespace ew::ops

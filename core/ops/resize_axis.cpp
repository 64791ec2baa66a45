// SPDX-License-Identifier: Apache-2.0
#include "core/ops/resize_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/ops/attributes.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxTaps = std::int64_t{1} << 26;

/// In float32 as ONNX Runtime computes it, since ties of the nearest modes hang on the last bit.
float sourcePosition(const ResizeAxis& axis, const std::string& coordinates, std::int64_t position) {
  const auto x = static_cast<float>(position), in = static_cast<float>(axis.in);
  const auto scale = static_cast<float>(axis.scale);
  // The specification's own code keeps the fraction of the output extent.
  const float out = scale * in;
  if (coordinates == "asymmetric") return x / scale;
  if (coordinates == "tf_half_pixel_for_nn") return (x + 0.5F) / scale;
  if (coordinates == "align_corners") return out == 1 ? 0 : x * (in - 1) / (out - 1);
  if (coordinates == "tf_crop_and_resize") {
    const auto start = static_cast<float>(axis.roiStart);
    const float roi = static_cast<float>(axis.roiEnd) - start;
    return (out == 1 ? roi * (in - 1) / 2 : x * roi * (in - 1) / (out - 1)) + start * (in - 1);
  }
  if (coordinates == "pytorch_half_pixel" && axis.out == 1) return 0;
  // half_pixel_symmetric: what the fraction of the output extent cut off is shared by both ends.
  const float offset = coordinates == "half_pixel_symmetric" ? in / 2 * (1 - static_cast<float>(axis.out) / out) : 0.0F;
  return offset + (x + 0.5F) / scale - 0.5F;
}

double nearestPosition(double x, const std::string& rounding) {
  if (rounding == "floor") return std::floor(x);
  if (rounding == "ceil") return std::ceil(x);
  return rounding == "round_prefer_ceil" ? std::floor(x + 0.5) : std::ceil(x - 0.5);
}

double triangle(double x) { return std::max(0.0, 1 - std::fabs(x)); }

/// Keys' cubic convolution kernel.
double cubic(double x, double a) {
  x = std::fabs(x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

void addNearest(const ResizeAxis& axis, const ResizeMode& mode, double x, ResizeTaps& taps) {
  const std::string rounding = !mode.nearest.empty() ? mode.nearest : axis.scale < 1 ? "ceil" : "floor";
  const double at = std::clamp(nearestPosition(x, rounding), 0.0, static_cast<double>(axis.in - 1));
  taps.index.push_back(static_cast<std::int64_t>(at));
  taps.weight.push_back(1);
}

/// The kernel's taps around x; those outside the input read its border, or with exclude_outside count nothing.
void addFiltered(const ResizeAxis& axis, const ResizeMode& mode, double x, double stretch, ResizeTaps& taps) {
  const double radius = (mode.mode == "cubic" ? 2 : 1) / stretch;
  const double base = std::floor(x);
  const auto first = static_cast<std::int64_t>(std::floor(-radius)) + 1;
  const std::size_t begin = taps.index.size();
  double sum = 0;
  for (std::int64_t k = first; k < 2 - first; ++k) {
    const double position = base + static_cast<double>(k);
    const double distance = (position - x) * stretch;
    double weight = mode.mode == "cubic" ? cubic(distance, mode.cubicA) : triangle(distance);
    if (mode.excludeOutside && (position < 0 || position >= static_cast<double>(axis.in))) weight = 0;
    taps.index.push_back(static_cast<std::int64_t>(std::clamp(position, 0.0, static_cast<double>(axis.in - 1))));
    taps.weight.push_back(weight);
    sum += weight;
  }
  if ((mode.antialias || mode.excludeOutside) && sum != 0)
    for (std::size_t i = begin; i < taps.weight.size(); ++i) taps.weight[i] /= sum;
}

template <std::size_t N>
Status requireWord(const std::string& word, const std::array<const char*, N>& known, const char* attribute) {
  if (std::ranges::find(known, word) != known.end()) return {};
  return invalid(std::string("attribute ") + attribute + " has the value '" + word + "'");
}

/// keep_aspect_ratio_policy: one scale for all resized axes, and extents rounded half up.
void keepAspectRatio(const std::string& policy, const std::vector<std::size_t>& which, std::vector<ResizeAxis>& axes) {
  double scale = axes[which[0]].scale;
  for (const std::size_t axis : which) scale = policy == "not_larger" ? std::min(scale, axes[axis].scale) : std::max(scale, axes[axis].scale);
  for (const std::size_t axis : which) {
    axes[axis].scale = scale;
    axes[axis].out = static_cast<std::int64_t>(std::floor(scale * static_cast<double>(axes[axis].in) + 0.5));
  }
}

Result<std::vector<std::size_t>> resizedAxes(const Node& node, std::size_t rank) {
  std::vector<std::int64_t> every(rank);
  for (std::size_t i = 0; i < rank; ++i) every[i] = static_cast<std::int64_t>(i);
  return normalizedAxes(node.attributes.getInts("axes", std::move(every)), rank);
}

}  // namespace

std::int64_t scaledExtent(std::int64_t extent, float scale) {
  const float out = std::floor(static_cast<float>(extent) * scale);
  return out < 9.0e18F ? static_cast<std::int64_t>(out) : std::numeric_limits<std::int64_t>::max();
}

Result<ResizeMode> resizeMode(const Node& node, bool asymmetricOnly) {
  ResizeMode out;
  out.mode = node.attributes.getString("mode", out.mode);
  // Upsample version 7 calls it by another name.
  if (out.mode == "bilinear" && asymmetricOnly) out.mode = "linear";
  EW_TRY(requireWord<3>(out.mode, {"nearest", "linear", "cubic"}, "mode"));
  if (asymmetricOnly) {
    out.coordinates = "asymmetric";
    // Version 10 names no rounding; its conformance data rounds up where the axis shrinks, and so does ONNX Runtime.
    out.nearest.clear();
    return out;
  }
  out.coordinates = node.attributes.getString("coordinate_transformation_mode", out.coordinates);
  EW_TRY(requireWord<7>(out.coordinates,
                        {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"},
                        "coordinate_transformation_mode"));
  out.nearest = node.attributes.getString("nearest_mode", out.nearest);
  EW_TRY(requireWord<4>(out.nearest, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}, "nearest_mode"));
  out.cubicA = static_cast<double>(node.attributes.getFloat("cubic_coeff_a", -0.75F));
  out.excludeOutside = node.attributes.getInt("exclude_outside", 0) != 0;
  out.antialias = node.attributes.getInt("antialias", 0) != 0;
  out.extrapolation = static_cast<double>(node.attributes.getFloat("extrapolation_value", 0));
  return out;
}

Result<std::vector<ResizeAxis>> resizeAxes(const Node& node, const Dims& dims, std::span<const float> scales,
                                           std::span<const std::int64_t> sizes, std::span<const double> roi) {
  EW_ASSIGN(const std::vector<std::size_t> which, resizedAxes(node, dims.size()));
  std::vector<ResizeAxis> axes;
  for (const std::int64_t extent : dims) axes.push_back({extent, extent, 1, 0, 1});
  if ((scales.empty() ? sizes.size() : scales.size()) != which.size() || (!roi.empty() && roi.size() != 2 * which.size()))
    return invalid(std::to_string(scales.size()) + " scales, " + std::to_string(sizes.size()) + " sizes and a roi of " + std::to_string(roi.size()) +
                   " values for " + std::to_string(which.size()) + " axes");
  for (std::size_t i = 0; i < which.size(); ++i) {
    ResizeAxis& axis = axes[which[i]];
    if (scales.empty()) {
      if (sizes[i] < 0 || axis.in == 0) return invalid("extent " + std::to_string(axis.in) + " cannot become " + std::to_string(sizes[i]));
      axis.out = sizes[i];
      axis.scale = static_cast<double>(axis.out) / static_cast<double>(axis.in);
    } else {
      if (!std::isfinite(scales[i]) || scales[i] <= 0) return invalid("scale " + std::to_string(scales[i]));
      axis.scale = static_cast<double>(scales[i]);
      axis.out = scaledExtent(axis.in, scales[i]);
    }
    if (!roi.empty()) {
      axis.roiStart = roi[i];
      axis.roiEnd = roi[i + which.size()];
    }
  }
  const std::string policy = node.attributes.getString("keep_aspect_ratio_policy", "stretch");
  EW_TRY(requireWord<3>(policy, {"stretch", "not_larger", "not_smaller"}, "keep_aspect_ratio_policy"));
  if (policy != "stretch" && scales.empty() && !which.empty()) keepAspectRatio(policy, which, axes);
  return axes;
}

Result<ResizeTaps> resizeTaps(const ResizeAxis& axis, const ResizeMode& mode) {
  if (axis.in < 1) return invalid("an empty axis cannot be resized");
  const double stretch = mode.antialias ? std::min(1.0, axis.scale) : 1.0;
  if (static_cast<double>(axis.out) * (4 / stretch + 4) > static_cast<double>(maxTaps)) return limitReached("a resize filter of over 2^26 taps");
  ResizeTaps taps;
  taps.begin.push_back(0);
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const auto x = static_cast<double>(sourcePosition(axis, mode.coordinates, o));
    if (!std::isfinite(x)) return invalid("the roi or scale is not finite");
    const bool outside = mode.coordinates == "tf_crop_and_resize" && (x < 0 || x > static_cast<double>(axis.in - 1));
    if (mode.mode == "nearest" || outside) addNearest(axis, mode, x, taps);
    else addFiltered(axis, mode, x, stretch, taps);
    taps.outside.push_back(outside);
    taps.begin.push_back(taps.index.size());
  }
  return taps;
}

}  // namespace ew::ops

// SPDX-License-Identifier: Apache-2.0
#include "core/ops/window.h"

#include <algorithm>
#include <limits>

#include "core/ops/attributes.h"
#include "core/ops/extent.h"

namespace ew::ops {
namespace {

std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return a > 0 ? (a + b - 1) / b : -(-a / b); }
std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

Status setPads(Window& window, const std::string& autoPad, bool ceilMode) {
  if (autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER") {
    window.out = ceilDiv(window.in, window.stride);
    const std::int64_t total = std::max<std::int64_t>(0, (window.out - 1) * window.stride + window.reach() - window.in);
    window.padBegin = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    window.padEnd = total - window.padBegin;
    return {};
  }
  if (autoPad == "VALID") window.padBegin = window.padEnd = 0;
  else if (autoPad != "NOTSET") return invalid("attribute auto_pad is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  const std::int64_t room = window.in + window.padBegin + window.padEnd - window.reach();
  window.out = (ceilMode ? ceilDiv(room, window.stride) : floorDiv(room, window.stride)) + 1;
  // A window that would start behind the input and its leading padding is left out.
  if (ceilMode && (window.out - 1) * window.stride >= window.in + window.padBegin) --window.out;
  if (window.out < 0 || room < 0)
    return invalid("a window of " + std::to_string(window.reach()) + " does not fit into " + std::to_string(window.in) + " with pads " +
                   std::to_string(window.padBegin) + " and " + std::to_string(window.padEnd));
  return {};
}

}  // namespace

std::int64_t Window::firstTap(std::int64_t o) const { return std::clamp<std::int64_t>(ceilDiv(-start(o), dilation), 0, kernel); }

std::int64_t Window::lastTap(std::int64_t o) const {
  return std::clamp<std::int64_t>(floorDiv(in - 1 - start(o), dilation) + 1, firstTap(o), kernel);
}

std::int64_t Window::paddedTaps(std::int64_t o) const {
  return std::clamp<std::int64_t>(floorDiv(in + padEnd - 1 - start(o), dilation) + 1, 0, kernel);
}

std::int64_t Window::firstOutput(std::int64_t tap) const {
  return std::clamp<std::int64_t>(ceilDiv(padBegin - tap * dilation, stride), 0, out);
}

std::int64_t Window::lastOutput(std::int64_t tap) const {
  return std::clamp<std::int64_t>(floorDiv(in - 1 + padBegin - tap * dilation, stride) + 1, firstOutput(tap), out);
}

Result<std::vector<Window>> slidingWindows(const Node& node, std::span<const std::int64_t> spatial,
                                           std::span<const std::int64_t> kernel, bool ceilMode) {
  const std::size_t axes = spatial.size();
  if (kernel.size() != axes)
    return invalid("the kernel has " + std::to_string(kernel.size()) + " dimensions, the input " + std::to_string(axes) + " spatial ones");
  EW_ASSIGN(const auto strides, listAttribute(node, "strides", axes, 1, 1));
  EW_ASSIGN(const auto dilations, listAttribute(node, "dilations", axes, 1, 1));
  EW_ASSIGN(const auto pads, listAttribute(node, "pads", 2 * axes, 0, std::numeric_limits<std::int32_t>::min()));
  const std::string autoPad = node.attributes.getString("auto_pad", "NOTSET");
  std::vector<Window> windows(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (kernel[i] < 1 || kernel[i] > most || spatial[i] < 0 || spatial[i] > most)
      return invalid("kernel extent " + std::to_string(kernel[i]) + " over input extent " + std::to_string(spatial[i]));
    windows[i] = {spatial[i], 0, kernel[i], strides[i], dilations[i], pads[i], pads[i + axes]};
    EW_TRY(setPads(windows[i], autoPad.empty() ? "NOTSET" : autoPad, ceilMode));
  }
  return windows;
}

namespace {

/// The output extent of a window over a dynamic one.
Dim slidOver(const Dim& extent, const Window& window, bool ceilMode, const std::string& autoPad) {
  if (autoPad.starts_with("SAME")) return quotientOf(shiftedDim(extent, window.stride - 1), window.stride);
  // Whether the window that ceil_mode adds starts inside the input depends on the extent, unless it always does.
  if (ceilMode && window.stride + window.padEnd > window.reach()) return {};
  const std::int64_t up = ceilMode ? window.stride - 1 : 0;
  return quotientOf(shiftedDim(extent, window.padBegin + window.padEnd - window.reach() + window.stride + up), window.stride);
}

}  // namespace

Result<std::vector<Dim>> slidingExtents(const Node& node, std::span<const Dim> spatial,
                                        std::span<const std::int64_t> kernel, bool ceilMode) {
  // Where the input is dynamic, an extent at which any window fits stands in for the checks.
  constexpr std::int64_t standIn = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int64_t> extents;
  for (const Dim& dim : spatial) extents.push_back(dim.known() ? dim.extent : standIn);
  EW_ASSIGN(const std::vector<Window> windows, slidingWindows(node, extents, kernel, ceilMode));
  std::vector<Dim> out;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    out.push_back(spatial[i].known() ? Dim(windows[i].out) : slidOver(spatial[i], windows[i], ceilMode, node.attributes.getString("auto_pad", "")));
  }
  return out;
}

}  // namespace ew::ops

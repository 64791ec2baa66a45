// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/layer_detail.h"

#include <algorithm>
#include <cmath>

namespace ew::widgets {
namespace {

constexpr int kBins = 101;  // odd, so that a symmetric range has a bin round zero
constexpr std::int64_t kLargestMap = 512;

std::optional<analysis::Weight> weightOf(const Graph* graph, NodeId id) {
  const Node* node = graph == nullptr ? nullptr : graph->node(id);
  return node == nullptr ? std::nullopt : analysis::mainWeight(*graph, *node);
}

std::optional<analysis::Range> rangeOf(const Tensor& values) {
  std::optional<analysis::Range> out;
  for (const float value : values.data<float>()) {
    if (!std::isfinite(value)) continue;
    if (!out) out = analysis::Range{value, value};
    out->low = std::min<double>(out->low, value);
    out->high = std::max<double>(out->high, value);
  }
  return out;
}

/// Zeros stand apart, so that a pruned layer's spike does not flatten everything else.
void takeZerosOut(analysis::Histogram& histogram) {
  const auto bins = static_cast<double>(histogram.counts.size());
  if (histogram.counts.empty() || histogram.range.high <= histogram.range.low) return;
  const double at = (0 - histogram.range.low) / (histogram.range.high - histogram.range.low) * bins;
  const auto bin = static_cast<std::size_t>(std::clamp(at, 0.0, bins - 1));
  histogram.counts[bin] = std::max<std::int64_t>(0, histogram.counts[bin] - histogram.zeros);
}

void fillMap(WeightDetail& out, const analysis::Weight& weight) {
  const Dims& dims = weight.floats.dims();
  if (dims.empty()) return;
  const auto axis = static_cast<std::size_t>(weight.channelAxis);
  const std::size_t other = dims.size() < 2 ? axis : axis == 0 ? 1 : 0;
  const Dims strides = stridesOf(dims);
  out.mapRows = dims[axis];
  out.mapColumns = other == axis ? 1 : dims[other];
  const int rows = static_cast<int>(std::min(out.mapRows, kLargestMap)), columns = static_cast<int>(std::min(out.mapColumns, kLargestMap));
  if (rows <= 0 || columns <= 0) return;
  std::vector<std::int64_t> zeros(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)), total = zeros;
  const std::span<const float> data = weight.floats.data<float>();
  for (std::size_t i = 0; i < data.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t row = (at / strides[axis]) % dims[axis] * rows / out.mapRows;
    const std::int64_t column = other == axis ? 0 : (at / strides[other]) % dims[other] * columns / out.mapColumns;
    const auto cell = static_cast<std::size_t>(row * columns + column);
    ++total[cell];
    if (data[i] == 0) ++zeros[cell];
  }
  out.zeroMap = QImage(columns, rows, QImage::Format_Grayscale8);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const auto cell = static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
      out.zeroMap.scanLine(r)[c] = static_cast<uchar>(total[cell] == 0 ? 0 : zeros[cell] * 255 / total[cell]);
    }
}

WeightDetail detailOf(const std::optional<analysis::Weight>& weight, std::optional<analysis::Range> range, Progress& progress) {
  WeightDetail out;
  if (!weight || progress.cancelled()) return out;
  out.known = true;
  out.histogram = analysis::histogram(weight->floats, kBins, range);
  takeZerosOut(out.histogram);
  out.channels = analysis::channelStats(*weight);
  if (!progress.cancelled()) fillMap(out, *weight);
  return out;
}

}  // namespace

LayerDetail layerDetail(const Graph* original, NodeId originalNode, const Graph* current, NodeId currentNode, Progress& progress) {
  const auto before = weightOf(original, originalNode), now = weightOf(current, currentNode);
  std::optional<analysis::Range> range;
  for (const auto& weight : {&before, &now}) {
    if (!*weight) continue;
    const auto own = rangeOf((*weight)->floats);
    if (!own) continue;
    if (!range) range = own;
    range->low = std::min(range->low, own->low);
    range->high = std::max(range->high, own->high);
  }
  LayerDetail out;
  out.original = detailOf(before, range, progress);
  out.current = detailOf(now, range, progress);
  return out;
}

}  // namespace ew::widgets

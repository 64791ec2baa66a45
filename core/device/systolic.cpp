// SPDX-License-Identifier: Apache-2.0
#include "core/device/systolic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/checked.h"

namespace ew::device {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 4;

/// Extents come from files: products are held at a large number instead of overflowing.
std::int64_t times(std::int64_t a, std::int64_t b) { return std::min(checkedMul(a, b).value_or(most), most); }

std::int64_t folds(std::int64_t extent, std::int64_t width) { return extent / width + (extent % width != 0 ? 1 : 0); }

std::int64_t transferCycles(double bytes, const SystolicArray& array) {
  if (array.dmaBytesPerCycle <= 0) return 0;
  return static_cast<std::int64_t>(std::min(std::ceil(bytes / array.dmaBytesPerCycle), static_cast<double>(most)));
}

std::int64_t computeCycles(const MatrixWork& work, const SystolicArray& array) {
  if (work.groups > 1 && work.n <= 2 && array.depthwise == "columns")
    return times(folds(times(times(work.m, work.n), work.groups), array.columns), work.k);
  const bool outputStationary = array.dataflow == "os";
  const std::int64_t rowFolds = folds(outputStationary ? work.m : work.k, array.rows);
  const std::int64_t columnFolds = folds(work.n, array.columns);
  const std::int64_t stream = outputStationary ? work.k : work.m;
  const std::int64_t fill = (outputStationary ? 1 : 2) * array.rows + array.columns - 2;
  return times(times(times(rowFolds, columnFolds), fill + stream), work.groups);
}

}  // namespace

SystolicCycles systolicCycles(const MatrixWork& work, const SystolicArray& array) {
  SystolicCycles out;
  if (work.m <= 0 || work.k <= 0 || work.n <= 0 || work.groups <= 0 || array.rows <= 0 || array.columns <= 0) return out;
  out.compute = computeCycles(work, array);

  // An array with no stated buffer is taken to hold its inputs.
  const bool inputsFit = array.bufferBytes <= 0 || work.inputBytes / work.groups <= array.bufferBytes;
  const double inputReads = inputsFit ? 1.0 : static_cast<double>(folds(work.n, array.columns));
  out.memory = transferCycles(static_cast<double>(work.inputBytes) * inputReads + static_cast<double>(work.weightBytes) +
                                  static_cast<double>(work.outputBytes), array);
  out.total = std::max(out.compute, out.memory);
  const double macs = static_cast<double>(times(times(work.m, work.k), times(work.n, work.groups)));
  const double slots = static_cast<double>(array.rows) * static_cast<double>(array.columns) * static_cast<double>(out.total);
  out.utilization = macs / slots;
  return out;
}

SystolicCycles vectorCycles(std::int64_t elements, std::int64_t bytes, const SystolicArray& array) {
  SystolicCycles out;
  if (elements <= 0 || array.columns <= 0) return out;
  out.compute = folds(elements, array.columns);
  out.memory = transferCycles(static_cast<double>(bytes), array);
  out.total = std::max(out.compute, out.memory);
  return out;
}

std::string systolicName(const SystolicArray& array) {
  return "systolic " + std::to_string(array.rows) + "x" + std::to_string(array.columns) + " " + array.dataflow;
}

}  // namespace ew::device

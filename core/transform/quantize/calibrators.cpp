// SPDX-License-Identifier: Apache-2.0
#include "core/transform/quantize/calibrators.h"

#include <array>

namespace ew::transform {

std::span<const Calibrator> calibrators() {
  static constexpr std::array table{
      Calibrator{"minmax", "The whole observed range", minmaxRange},
      Calibrator{"moving_average", "Mean over the samples of their least and greatest value", movingAverageRange},
      Calibrator{"percentile", "The range of 99.99 % of the values", percentileRange},
      Calibrator{"entropy", "Least relative entropy between the values and their integers (TensorRT)", entropyRange},
      Calibrator{"mse", "Least expected squared error", mseRange},
      Calibrator{"sqnr", "Least quantization noise, where clipping counts three times (AIMET)", sqnrRange},
  };
  return table;
}

analysis::Range minmaxRange(const analysis::Histogram& histogram, int, bool) { return histogram.range; }

analysis::Range movingAverageRange(const analysis::Histogram& histogram, int, bool) {
  return histogram.average.value_or(histogram.range);
}

}  // namespace ew::transform

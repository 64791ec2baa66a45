// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/transform/quantize/quantize.h"

namespace ew::transform {

analysis::Range minmaxRange(const analysis::Histogram& histogram, int bits, bool isSigned);
analysis::Range movingAverageRange(const analysis::Histogram& histogram, int bits, bool isSigned);
analysis::Range percentileRange(const analysis::Histogram& histogram, int bits, bool isSigned);
analysis::Range entropyRange(const analysis::Histogram& histogram, int bits, bool isSigned);
analysis::Range mseRange(const analysis::Histogram& histogram, int bits, bool isSigned);
analysis::Range sqnrRange(const analysis::Histogram& histogram, int bits, bool isSigned);

/// Middle of a bin.
double binCentre(const analysis::Histogram& histogram, std::size_t bin);

/// How real numbers map to integers of `bits`: real = (integer - zeroPoint) * scale. Signed types are symmetric.
struct AffineMap {
  float scale = 1;
  std::int32_t zeroPoint = 0;
  std::int32_t low = 0, high = 255;

  double rounded(double x) const;  ///< the real number that x becomes
};
/// The range is first widened to hold 0 and rounded to 12 significant digits, so that two machines that differ in a
/// last bit agree.
AffineMap affineMap(analysis::Range range, int bits, bool isSigned);

}  // namespace ew::transform

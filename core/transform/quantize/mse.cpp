// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/transform/quantize/calibrators.h"

namespace ew::transform {
namespace {

/// The histogram as weighted points; exact zeros cost nothing and are left out.
struct Points {
  std::vector<double> at, weight;
};

Points pointsOf(const analysis::Histogram& histogram) {
  Points out;
  const double width = (histogram.range.high - histogram.range.low) / static_cast<double>(histogram.counts.size());
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double low = histogram.range.low + static_cast<double>(i) * width;
    auto count = static_cast<double>(histogram.counts[i]);
    if (low <= 0 && 0 < low + width) count -= static_cast<double>(histogram.zeros);
    if (count <= 0) continue;
    out.at.push_back(low + 0.5 * width);
    out.weight.push_back(count);
  }
  return out;
}

/// Searches ranges inside the observed one for the least weighted squared error.
class Search {
 public:
  Search(const analysis::Histogram& histogram, int bits, bool isSigned, double clipFactor)
      : whole_(histogram.range), points_(pointsOf(histogram)), bits_(bits), isSigned_(isSigned), clipFactor_(clipFactor) {}

  analysis::Range run() {
    whole_.low = std::min(whole_.low, 0.0);
    whole_.high = std::max(whole_.high, 0.0);
    best_ = whole_;
    least_ = error(whole_);
    // Both ends together first, then each end alone around what was found, in finer and finer steps.
    for (int i = 1; i < 100; ++i) attempt({whole_.low * (1 - 0.01 * i), whole_.high * (1 - 0.01 * i)});
    for (double step = 0.05; step > 0.002; step /= 2) {
      bool improved = true;
      for (int round = 0; improved && round < 20; ++round) {
        const analysis::Range at = best_;
        const double low = whole_.low * step, high = whole_.high * step;
        improved = attempt({at.low + low, at.high}) || attempt({at.low - low, at.high}) || attempt({at.low, at.high + high}) ||
                   attempt({at.low, at.high - high});
      }
    }
    return best_;
  }

 private:
  bool attempt(analysis::Range range) {
    range.low = std::clamp(range.low, whole_.low, 0.0);
    range.high = std::clamp(range.high, 0.0, whole_.high);
    if (!(range.high - range.low > 0)) return false;
    const double found = error(range);
    if (found >= least_) return false;
    least_ = found;
    best_ = range;
    return true;
  }

  double error(const analysis::Range& range) const {
    const AffineMap map = affineMap(range, bits_, isSigned_);
    const double least = (map.low - map.zeroPoint) * static_cast<double>(map.scale), greatest = (map.high - map.zeroPoint) * static_cast<double>(map.scale);
    double sum = 0;
    for (std::size_t i = 0; i < points_.at.size(); ++i) {
      const double x = points_.at[i];
      const double difference = x - map.rounded(x);
      sum += points_.weight[i] * difference * difference * (x < least || x > greatest ? clipFactor_ : 1.0);
    }
    return sum;
  }

  analysis::Range whole_, best_;
  Points points_;
  int bits_;
  bool isSigned_;
  double clipFactor_, least_ = 0;
};

}  // namespace

analysis::Range mseRange(const analysis::Histogram& histogram, int bits, bool isSigned) {
  return Search(histogram, bits, isSigned, 1).run();
}

/// The cost of AIMET's "tf_enhanced" scheme (S. Siddegowda et al. 2022): clipping noise weighs three times rounding noise.
analysis::Range sqnrRange(const analysis::Histogram& histogram, int bits, bool isSigned) {
  return Search(histogram, bits, isSigned, 3).run();
}

}  // namespace ew::transform

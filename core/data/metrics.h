// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/tensor/tensor.h"

namespace ew::data {

/// A percentage with its 95 % confidence interval.
struct Interval {
  double value = 0, low = 0, high = 0;
};

/// Wilson score interval for `hits` of `total` at 95 % (E. B. Wilson 1927), in percent.
Interval wilson(std::int64_t hits, std::int64_t total);

/// Counts top-1 and top-5 hits of classifier outputs.
class Accuracy {
 public:
  /// `scores` is one sample's output (any shape, flattened). A tie counts the lower index first, as argmax does.
  void add(const Tensor& scores, std::int64_t label);
  std::int64_t samples() const { return samples_; }
  std::int64_t top1Hits() const { return top1_; }
  /// "top1" and, when there are at least 10 classes, "top5".
  std::map<std::string, Interval> result() const;

 private:
  std::int64_t samples_ = 0, top1_ = 0, top5_ = 0, classes_ = 0;
};

/// Index of the largest element (the first of equals); -1 for an empty or non-numeric tensor.
std::int64_t argmax(const Tensor& scores);

}  // namespace ew::data

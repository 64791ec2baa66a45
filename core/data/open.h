// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>

#include "core/data/dataset.h"

namespace ew::data {

/// The two families of datasets behind openDataset().
Result<std::shared_ptr<const Dataset>> openImages(const DataSpec& spec, DType inputType,
                                                  const std::optional<Shape>& inputShape);
Result<std::shared_ptr<const Dataset>> openArray(const DataSpec& spec, DType inputType,
                                                 const std::optional<Shape>& inputShape);

/// Which of `count` samples `skip` and `limit` leave: [first, second).
inline std::pair<std::int64_t, std::int64_t> selected(const DataSpec& spec, std::int64_t count) {
  const std::int64_t begin = std::min(spec.skip, count);
  const std::int64_t end = spec.limit > 0 ? std::min(count, begin + spec.limit) : count;
  return {begin, end};
}

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/shape.h"

#include "core/base/checked.h"

namespace ew {

bool Shape::known() const {
  for (const Dim& dim : dims_)
    if (!dim.known()) return false;
  return true;
}

std::optional<Dims> Shape::concrete() const {
  if (!known()) return std::nullopt;
  Dims out;
  out.reserve(dims_.size());
  for (const Dim& dim : dims_) out.push_back(dim.extent);
  return out;
}

std::optional<std::int64_t> Shape::elements() const {
  const auto dims = concrete();
  return dims ? checkedProduct(*dims) : std::nullopt;
}

std::string Shape::text() const {
  if (dims_.empty()) return "scalar";
  std::string out;
  for (const Dim& dim : dims_) out += (out.empty() ? "" : " x ") + dim.text();
  return out;
}

std::int64_t elementCount(const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t extent : dims) count *= extent;
  return count;
}

Dims stridesOf(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (std::size_t axis = dims.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * dims[axis];
  return strides;
}

std::string dimsText(const Dims& dims) {
  if (dims.empty()) return "scalar";
  std::string out;
  for (const std::int64_t extent : dims) out += (out.empty() ? "" : "x") + std::to_string(extent);
  return out;
}

}  // namespace ew

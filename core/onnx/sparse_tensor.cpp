// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/sparse_tensor.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "core/base/text.h"

namespace ew::onnx {
namespace {

/// Values and where they stand in the dense tensor, in elements; all positions are inside.
struct Entries {
  Tensor values;
  Dims dims;
  std::vector<std::int64_t> positions;
  std::size_t width = 0;  ///< bytes of an element
};

Result<Entries> entriesOf(const pb::SparseTensorProto& proto, const TensorSource& source) {
  Entries out;
  EW_ASSIGN_AT(out.values, tensorFromProto(proto.values(), source), "sparse values");
  EW_ASSIGN_AT(const Tensor indices, tensorFromProto(proto.indices(), source), "sparse indices");
  EW_ASSIGN(out.dims, validDims(proto.dims(), source.limits));
  const std::int64_t count = elementCount(out.dims);
  if (count > source.limits.sparseElements - source.sparseElements)
    return limitReached("sparse tensor of shape " + dimsText(out.dims) +
                        (source.sparseElements > 0 ? ", with those before it," : "") + " is over the limit of " +
                        std::to_string(source.limits.sparseElements) + " elements");
  const int bits = dtypeBits(out.values.dtype());
  if (bits < 8)
    return unsupported("sparse tensors of " + std::string(dtypeName(out.values.dtype())) + " are not supported");
  out.width = static_cast<std::size_t>(bits / 8);
  const std::int64_t stored = out.values.size();
  const bool linear = indices.rank() == 1;
  const auto rank = static_cast<std::int64_t>(out.dims.size());
  if (indices.dtype() != DType::i64 || indices.size() != (linear ? stored : stored * rank) || indices.rank() > 2)
    return invalid("sparse indices of shape " + dimsText(indices.dims()) + " do not fit " + std::to_string(stored) +
                   " values");
  const Dims strides = stridesOf(out.dims);
  const std::span<const std::int64_t> index = indices.data<std::int64_t>();
  out.positions.reserve(static_cast<std::size_t>(stored));
  for (std::int64_t i = 0; i < stored; ++i) {
    std::int64_t at = 0;
    for (std::int64_t axis = 0; axis < (linear ? 1 : rank); ++axis) {
      const std::int64_t one = index[static_cast<std::size_t>(linear ? i : i * rank + axis)];
      const std::int64_t extent = linear ? count : out.dims[static_cast<std::size_t>(axis)];
      if (one < 0 || one >= extent) return invalid("sparse index " + std::to_string(one) + " is outside the shape");
      at += linear ? one : one * strides[static_cast<std::size_t>(axis)];
    }
    out.positions.push_back(at);
  }
  return out;
}

bool isZero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

void copyTensor(const pb::TensorProto& from, const Tensor& content, pb::TensorProto& to) {
  if (from.has_name()) to.set_name(from.name());
  if (from.has_doc_string()) to.set_doc_string(from.doc_string());
  to.mutable_unknown_fields()->MergeFrom(from.unknown_fields());
  dropPayloadNumber(to);
  tensorToProto(content, to);
}

}  // namespace

Result<Tensor> denseFromSparse(const pb::SparseTensorProto& proto, const TensorSource& source) {
  EW_ASSIGN(const Entries entries, entriesOf(proto, source));
  EW_ASSIGN(Tensor out, Tensor::create(entries.values.dtype(), entries.dims));
  const std::span<std::byte> to = out.mutableBytes();
  const std::span<const std::byte> from = entries.values.storedBytes();
  for (std::size_t i = 0; i < entries.positions.size(); ++i)
    std::memcpy(&to[static_cast<std::size_t>(entries.positions[i]) * entries.width], &from[i * entries.width], entries.width);
  return out;
}

Result<pb::SparseTensorProto> selfContained(const pb::SparseTensorProto& proto, const TensorSource& source) {
  EW_ASSIGN(const Tensor values, tensorFromProto(proto.values(), source));
  EW_ASSIGN(const Tensor indices, tensorFromProto(proto.indices(), source));
  pb::SparseTensorProto out;
  copyTensor(proto.values(), values, *out.mutable_values());
  copyTensor(proto.indices(), indices, *out.mutable_indices());
  *out.mutable_dims() = proto.dims();
  out.mutable_unknown_fields()->MergeFrom(proto.unknown_fields());
  return out;
}

bool saysTheSame(const pb::SparseTensorProto& proto, const Tensor& dense) {
  const Result<Entries> entries = entriesOf(proto, {});
  if (!entries.ok() || entries->dims != dense.dims() || entries->values.dtype() != dense.dtype()) return false;
  const std::span<const std::byte> has = dense.storedBytes(), says = entries->values.storedBytes();
  const std::size_t width = entries->width;
  std::int64_t expected = 0, found = 0;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < entries->positions.size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(entries->positions[i]) * width;
    if (std::memcmp(&has[at], &says[i * width], width) != 0) return false;
    if (seen.insert(entries->positions[i]).second && !isZero(says.subspan(i * width, width))) ++expected;
  }
  for (std::size_t at = 0; at < has.size(); at += width) found += isZero(has.subspan(at, width)) ? 0 : 1;
  return found == expected;
}

}  // namespace ew::onnx

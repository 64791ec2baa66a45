// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/tensor_proto.h"

#include <algorithm>
#include <cstring>

#include "core/base/checked.h"
#include "core/base/text.h"
#include "core/onnx/external_data.h"

namespace ew::onnx {

Result<Dims> validDims(const google::protobuf::RepeatedField<std::int64_t>& from, const Limits& limits) {
  if (from.size() > limits.rank)
    return limitReached("rank " + std::to_string(from.size()) + " is over the limit of " + std::to_string(limits.rank));
  Dims dims(from.begin(), from.end());
  for (const std::int64_t extent : dims)
    if (extent < 0) return invalid("negative extent in shape " + dimsText(dims));
  const auto count = checkedProduct(dims);
  if (!count || *count > limits.elements)
    return limitReached("shape " + dimsText(dims) + " is over the limit of " + std::to_string(limits.elements) +
                        " elements");
  return dims;
}

namespace {

Error wrongCount(const char* field, std::int64_t has, std::int64_t needs, const Dims& dims) {
  return invalid(std::string(field) + " has " + std::to_string(has) + " entries, shape " + dimsText(dims) + " needs " +
                 std::to_string(needs));
}

/// Copies the bytes of a repeated field whose entries lie in memory as the elements do.
template <class Field>
Result<Tensor> copied(const Field& field, const char* name, DType type, const Dims& dims, std::int64_t perElement = 1) {
  const std::int64_t needs = elementCount(dims) * perElement;
  if (field.size() != needs) return wrongCount(name, field.size(), needs, dims);
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  if (needs > 0) std::memcpy(out.mutableBytes().data(), field.data(), out.byteSize());
  return out;
}

/// int32_data holds every type of at most 16 bits, one element an entry; sub-byte elements are packed in bytes.
Result<Tensor> narrowed(const pb::TensorProto& proto, DType type, const Dims& dims) {
  const int width = std::max(8, dtypeBits(type)) / 8;
  const auto needs = static_cast<std::int64_t>(packedBytes(type, elementCount(dims))) / width;
  if (proto.int32_data_size() != needs) return wrongCount("int32_data", proto.int32_data_size(), needs, dims);
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  std::byte* to = out.mutableBytes().data();
  const std::int32_t low = -(1 << (8 * width - 1));
  const std::int32_t high = (1 << (8 * width)) - 1;
  for (const std::int32_t entry : proto.int32_data()) {
    if (entry < low || entry > high)
      return invalid("int32_data holds " + std::to_string(entry) + ", which does not fit " +
                     std::string(dtypeName(type)));
    const auto bits = static_cast<std::uint32_t>(entry);
    std::memcpy(to, &bits, static_cast<std::size_t>(width));  // little endian
    to += width;
  }
  return out;
}

Result<Tensor> uint32FromUint64(const pb::TensorProto& proto, const Dims& dims) {
  if (proto.uint64_data_size() != elementCount(dims))
    return wrongCount("uint64_data", proto.uint64_data_size(), elementCount(dims), dims);
  EW_ASSIGN(Tensor out, Tensor::create(DType::u32, dims));
  std::transform(proto.uint64_data().begin(), proto.uint64_data().end(), out.mutableData<std::uint32_t>().begin(),
                 [](std::uint64_t value) { return static_cast<std::uint32_t>(value); });
  return out;
}

Result<Tensor> fromStrings(const pb::TensorProto& proto, const Dims& dims) {
  if (proto.string_data_size() != elementCount(dims))
    return wrongCount("string_data", proto.string_data_size(), elementCount(dims), dims);
  return Tensor::strings(dims, {proto.string_data().begin(), proto.string_data().end()});
}

Result<Tensor> fromTypedField(const pb::TensorProto& proto, DType type, const Dims& dims) {
  switch (type) {
    case DType::f32: return copied(proto.float_data(), "float_data", type, dims);
    case DType::c64: return copied(proto.float_data(), "float_data", type, dims, 2);
    case DType::f64: return copied(proto.double_data(), "double_data", type, dims);
    case DType::c128: return copied(proto.double_data(), "double_data", type, dims, 2);
    case DType::i32: return copied(proto.int32_data(), "int32_data", type, dims);
    case DType::i64: return copied(proto.int64_data(), "int64_data", type, dims);
    case DType::u64: return copied(proto.uint64_data(), "uint64_data", type, dims);
    case DType::u32: return uint32FromUint64(proto, dims);
    case DType::string: return fromStrings(proto, dims);
    default: return narrowed(proto, type, dims);
  }
}

Result<Tensor> copiedBytes(std::span<const std::byte> bytes, DType type, const Dims& dims) {
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  if (!bytes.empty()) std::memcpy(out.mutableBytes().data(), bytes.data(), bytes.size());
  return out;
}

Result<Tensor> fromBytes(const pb::TensorProto& proto, DType type, const Dims& dims, const TensorSource& source) {
  const auto needs = static_cast<std::int64_t>(packedBytes(type, elementCount(dims)));
  if (proto.data_location() == pb::TensorProto::EXTERNAL) {
    EW_ASSIGN(const ExternalBytes found,
              externalBytes(proto, source.folder, source.limits.fileBytes, *source.files, needs));
    return Tensor::mapped(type, dims, found.bytes, found.file);
  }
  const auto number = source.payloads ? payloadNumber(proto) : std::nullopt;
  if (number && *number >= source.payloads->ranges.size()) return internalError("a payload of that number does not exist");
  if (number && proto.has_raw_data()) return invalid("raw_data is given twice");
  const std::span<const std::byte> raw =
      number ? source.payloads->ranges[*number] : std::as_bytes(std::span(proto.raw_data()));
  if (static_cast<std::int64_t>(raw.size()) != needs)
    return invalid("raw_data has " + std::to_string(raw.size()) + " bytes, shape " + dimsText(dims) + " of " +
                   std::string(dtypeName(type)) + " needs " + std::to_string(needs));
  if (!number || !source.payloads->owner) return copiedBytes(raw, type, dims);
  return Tensor::mapped(type, dims, raw, source.payloads->owner);
}

/// Kernels read bools as C++ bools, so no byte but 0 and 1 may get there.
Status normalizeBools(Tensor& tensor) {
  const auto isBool = [](std::byte byte) { return byte == std::byte{0} || byte == std::byte{1}; };
  if (std::ranges::all_of(tensor.storedBytes(), isBool)) return {};
  EW_TRY(checkAllocation(DType::boolean, tensor.size()));  // one that was mapped becomes a copy
  for (std::byte& byte : tensor.mutableBytes()) byte = byte == std::byte{0} ? std::byte{0} : std::byte{1};
  return {};
}

Result<DType> elementType(int number) {
  const auto type = dtypeFromOnnx(number);
  if (type && *type != DType::none) return *type;
  if (number == 0) return invalid("tensor without an element type");
  const std::string name = number == 23 ? " (float4e2m1)" : number == 24 ? " (float8e8m0)" : "";
  return unsupported("element type number " + std::to_string(number) + name + " is not supported");
}

}  // namespace

Result<Tensor> tensorFromProto(const pb::TensorProto& proto, const TensorSource& source) {
  EW_ASSIGN(const DType type, elementType(proto.data_type()));
  EW_ASSIGN(const Dims dims, validDims(proto.dims(), source.limits));
  if (proto.has_segment()) return unsupported("tensors in segments are not supported");
  const bool isBytes = proto.data_location() == pb::TensorProto::EXTERNAL || proto.has_raw_data() ||
                       (source.payloads && payloadNumber(proto));
  if (type == DType::string && isBytes) return invalid("strings cannot be stored as raw or external data");
  Result<Tensor> made = isBytes ? fromBytes(proto, type, dims, source) : fromTypedField(proto, type, dims);
  if (made.ok() && type == DType::boolean) EW_TRY(normalizeBools(*made));
  return made;
}

void tensorToProto(const Tensor& tensor, pb::TensorProto& proto) {
  proto.mutable_dims()->Assign(tensor.dims().begin(), tensor.dims().end());
  proto.set_data_type(dtypeToOnnx(tensor.dtype()));
  proto.clear_string_data();
  if (tensor.dtype() == DType::string) {
    for (const std::string& text : tensor.stringData()) proto.add_string_data(text);
    return;
  }
  const std::span<const std::byte> bytes = tensor.storedBytes();
  proto.set_raw_data(bytes.data(), bytes.size());
}

}  // namespace ew::onnx

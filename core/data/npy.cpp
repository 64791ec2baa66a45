// SPDX-License-Identifier: Apache-2.0
#include "core/data/npy.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/checked.h"
#include "core/base/text.h"
#include "core/base/zip.h"

namespace ew::data {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct TypeRow {
  std::string_view code;
  DType type;
};
constexpr std::array types{TypeRow{"f4", DType::f32}, TypeRow{"f8", DType::f64},  TypeRow{"f2", DType::f16},
                           TypeRow{"i1", DType::i8},  TypeRow{"i2", DType::i16},  TypeRow{"i4", DType::i32},
                           TypeRow{"i8", DType::i64}, TypeRow{"u1", DType::u8},   TypeRow{"u2", DType::u16},
                           TypeRow{"u4", DType::u32}, TypeRow{"u8", DType::u64},  TypeRow{"b1", DType::boolean},
                           TypeRow{"c8", DType::c64}, TypeRow{"c16", DType::c128}};

/// The text behind 'key': in the header's Python dictionary.
Result<std::string_view> valueOf(std::string_view header, const std::string& key) {
  const std::size_t at = header.find("'" + key + "'");
  const std::size_t colon = at == std::string_view::npos ? at : header.find(':', at);
  if (colon == std::string_view::npos) return invalid("npy header without " + inQuotes(key));
  const std::size_t begin = header.find_first_not_of(' ', colon + 1);
  if (begin == std::string_view::npos) return invalid("npy header without a value of " + inQuotes(key));
  return header.substr(begin);
}

Result<DType> typeFrom(std::string_view header) {
  EW_ASSIGN(const std::string_view value, valueOf(header, "descr"));
  const std::size_t end = value.empty() || value[0] != '\'' ? std::string_view::npos : value.find('\'', 1);
  if (end == std::string_view::npos) return unsupported("npy arrays of records are not supported");
  const std::string_view code = value.substr(1, end - 1);
  if (code.starts_with(">")) return unsupported("npy element type " + inQuotes(code) + ": big-endian is not supported");
  const std::string_view plain =
      code.substr(code.find_first_not_of("<|=") == std::string_view::npos ? 0 : code.find_first_not_of("<|="));
  for (const TypeRow& row : types)
    if (row.code == plain) return row.type;
  return unsupported("npy element type " + inQuotes(code) + " is not supported");
}

Result<Dims> dimsFrom(std::string_view header) {
  EW_ASSIGN(const std::string_view value, valueOf(header, "shape"));
  const std::size_t end = value.find(')');
  if (value.empty() || value[0] != '(' || end == std::string_view::npos)
    return invalid("npy header with a malformed shape");
  Dims dims;
  for (std::string part : split(value.substr(1, end - 1), ',')) {
    std::erase(part, ' ');
    if (part.empty()) continue;
    long long extent = 0;
    if (!parseInt(part, extent) || extent < 0) return invalid("npy header with extent " + inQuotes(part));
    dims.push_back(extent);
  }
  if (dims.size() > 32) return limitReached("npy array of rank " + std::to_string(dims.size()) + ", the limit is 32");
  return dims;
}

/// Column-major to row-major.
Tensor fromFortran(const Tensor& tensor, const Dims& dims) {
  Tensor out = Tensor::zeros(tensor.dtype(), dims);
  const auto width = static_cast<std::size_t>(dtypeBits(tensor.dtype()) / 8);
  const std::span<std::byte> to = out.mutableBytes();
  const Dims strides = stridesOf(dims);
  std::vector<std::int64_t> index(dims.size(), 0);
  for (std::int64_t from = 0; from < tensor.size(); ++from) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < dims.size(); ++axis) at += index[axis] * strides[axis];
    std::memcpy(&to[static_cast<std::size_t>(at) * width], &tensor.bytes()[static_cast<std::size_t>(from) * width],
                width);
    for (std::size_t axis = 0; axis < dims.size() && ++index[axis] == dims[axis]; ++axis) index[axis] = 0;
  }
  return out;
}

/// Types that NumPy lacks in the nearest one that it has.
Tensor asNumpyKnows(const Tensor& tensor) {
  const bool known =
      std::any_of(types.begin(), types.end(), [&](const TypeRow& row) { return row.type == tensor.dtype(); });
  if (known || tensor.dtype() == DType::string || !tensor.present()) return tensor;
  if (isFloat(tensor.dtype())) {
    Result<Tensor> wide = toFloat32(tensor);
    return wide.ok() ? std::move(wide).value() : tensor;
  }
  Tensor out = Tensor::zeros(isSigned(tensor.dtype()) ? DType::i8 : DType::u8, tensor.dims());
  const std::span<std::byte> to = out.mutableBytes();
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    to[static_cast<std::size_t>(i)] = static_cast<std::byte>(subByteAt(tensor, i));
  return out;
}

std::string headerFor(const std::string& descr, const Dims& dims) {
  std::string shape;
  for (const std::int64_t extent : dims) shape += std::to_string(extent) + ", ";
  if (dims.size() > 1) shape.resize(shape.size() - 2);
  if (dims.size() == 1) shape.resize(shape.size() - 1);
  std::string text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // Magic, version, length and text together fill whole 64-byte blocks, the last byte being a line feed.
  text.append(63 - (10 + text.size()) % 64, ' ');
  text += '\n';
  std::string out(magic);
  out += '\x01';
  out += '\0';
  out += static_cast<char>(text.size() & 0xff);
  out += static_cast<char>(text.size() >> 8);
  return out + text;
}

}  // namespace

Result<Tensor> readNpy(const std::string& bytes) {
  if (!std::string_view(bytes).starts_with(magic) || bytes.size() < 10) return invalid("is not an npy file");
  const int version = bytes[6];
  if (version < 1 || version > 3) return unsupported("npy version " + std::to_string(version) + " is not supported");
  const std::size_t lengthBytes = version == 1 ? 2 : 4;
  if (bytes.size() < 8 + lengthBytes) return invalid("npy file is truncated");
  std::size_t length = 0;
  for (std::size_t i = 0; i < lengthBytes; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[8 + i])) << (8 * i);
  const std::size_t begin = 8 + lengthBytes;
  if (length > bytes.size() - begin) return invalid("npy header is truncated");
  const std::string_view header = std::string_view(bytes).substr(begin, length);
  EW_ASSIGN(const DType type, typeFrom(header));
  EW_ASSIGN(const std::string_view order, valueOf(header, "fortran_order"));
  EW_ASSIGN(const Dims dims, dimsFrom(header));
  const auto count = checkedProduct(dims);
  const std::string_view content = std::string_view(bytes).substr(begin + length);
  if (!count || *count > (std::int64_t{1} << 40) || packedBytes(type, *count) != content.size())
    return invalid("npy shape " + dimsText(dims) + " of " + std::string(dtypeName(type)) + " does not match " +
                   std::to_string(content.size()) + " bytes of data");
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  if (!content.empty()) std::memcpy(out.mutableBytes().data(), content.data(), content.size());
  if (type == DType::boolean)
    for (std::byte& byte : out.mutableBytes()) byte = byte == std::byte{0} ? std::byte{0} : std::byte{1};
  return order.starts_with("True") && dims.size() > 1 ? fromFortran(out, dims) : out;
}

std::string writeNpy(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) {
    std::size_t width = 1;
    for (const std::string& text : tensor.stringData()) width = std::max(width, text.size());
    std::string out = headerFor("|S" + std::to_string(width), tensor.dims());
    for (const std::string& text : tensor.stringData()) out += text + std::string(width - text.size(), '\0');
    return out;
  }
  const Tensor known = asNumpyKnows(tensor);
  std::string code = "u1";
  for (const TypeRow& row : types)
    if (row.type == known.dtype()) code = std::string(row.code);
  std::string out = headerFor((dtypeBits(known.dtype()) > 8 ? "<" : "|") + code, known.dims());
  out.append(reinterpret_cast<const char*>(known.bytes().data()), known.byteSize());
  return out;
}

Result<std::map<std::string, Tensor>> readNpz(const std::string& bytes) {
  ZipLimits limits;
  // Deflate packs at most 1032 bytes into one, so a larger promise is a lie.
  limits.totalBytes = std::min(limits.totalBytes, static_cast<std::int64_t>(bytes.size()) * 1032 + 1024);
  EW_ASSIGN(const ZipFiles files, unpackZip(bytes, limits));
  std::map<std::string, Tensor> out;
  for (const auto& [name, content] : files) {
    EW_ASSIGN_AT(Tensor tensor, readNpy(content), "array " + inQuotes(name));
    out.emplace(name.ends_with(".npy") ? name.substr(0, name.size() - 4) : name, std::move(tensor));
  }
  return out;
}

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#include "core/data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "core/base/checked.h"

namespace ew::data {
namespace {

constexpr std::int64_t unpackedLimit = std::int64_t{4} << 30;

DType typeOf(unsigned char code) {
  switch (code) {
    case 0x08: return DType::u8;
    case 0x09: return DType::i8;
    case 0x0b: return DType::i16;
    case 0x0c: return DType::i32;
    case 0x0d: return DType::f32;
    case 0x0e: return DType::f64;
    default: return DType::none;
  }
}

bool isGzip(const std::string& bytes) { return bytes.starts_with("\x1f\x8b"); }

std::uint32_t bigEndian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

bool looksLikeIdx(const std::string& bytes) {
  return isGzip(bytes) || (bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 &&
                           typeOf(static_cast<unsigned char>(bytes[2])) != DType::none);
}

Result<std::string> gunzip(const std::string& bytes, std::int64_t limit) {
  z_stream state{};
  if (inflateInit2(&state, 15 + 16) != Z_OK) return limitReached("no memory to unpack gzip");
  const std::unique_ptr<z_stream, EndInflate> stream(&state);
  // zlib counts in 32 bits, so both sides go in pieces.
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::string out;
  std::array<char, 1 << 16> buffer{};
  std::size_t given = 0;
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream->avail_in == 0) {
      const std::size_t take = std::min(piece, bytes.size() - given);
      if (take == 0) return invalid("gzip data is truncated");
      stream->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data() + given));
      stream->avail_in = static_cast<uInt>(take);
      given += take;
    }
    stream->next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream->avail_out = static_cast<uInt>(buffer.size());
    code = inflate(stream.get(), Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return invalid("gzip data is damaged");
    out.append(buffer.data(), buffer.size() - stream->avail_out);
    if (static_cast<std::int64_t>(out.size()) > limit)
      return limitReached("gzip unpacks to more than " + std::to_string(limit) + " bytes");
  }
  return out;
}

Result<Tensor> readIdx(const std::string& bytes) {
  if (isGzip(bytes)) {
    EW_ASSIGN(const std::string unpacked, gunzip(bytes, unpackedLimit));
    if (isGzip(unpacked)) return invalid("gzip in gzip is not an idx file");
    return readIdx(unpacked);
  }
  if (!looksLikeIdx(bytes)) return invalid("is not an idx file");
  const DType type = typeOf(static_cast<unsigned char>(bytes[2]));
  const auto rank = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]));
  const std::size_t begin = 4 + 4 * rank;
  if (bytes.size() < begin) return invalid("idx header is truncated");
  Dims dims;
  for (std::size_t axis = 0; axis < rank; ++axis) dims.push_back(bigEndian(bytes.data() + 4 + 4 * axis));
  const auto count = checkedProduct(dims);
  const std::size_t left = bytes.size() - begin;
  if (!count || *count > (std::int64_t{1} << 40) || packedBytes(type, *count) != left)
    return invalid("idx shape " + dimsText(dims) + " of " + std::string(dtypeName(type)) + " does not match " +
                   std::to_string(left) + " bytes of data");
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  const std::span<std::byte> to = out.mutableBytes();
  if (left > 0) std::memcpy(to.data(), bytes.data() + begin, left);
  const auto width = static_cast<std::size_t>(dtypeBits(type) / 8);
  for (std::size_t i = 0; width > 1 && i < to.size(); i += width)
    std::reverse(to.begin() + static_cast<std::ptrdiff_t>(i), to.begin() + static_cast<std::ptrdiff_t>(i + width));
  return out;
}

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ew::onnx::wire {

/// Protobuf's wire format, read without protobuf: a file may have over 2 GiB, and most of it is never looked at.
enum Type : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kGroupStart = 3, kGroupEnd = 4, kFixed32 = 5 };

struct Field {
  std::uint32_t number = 0, type = 0;
  std::uint64_t value = 0;             ///< of a varint
  std::span<const std::byte> whole;    ///< tag, length and content
  std::span<const std::byte> content;  ///< of a field of type kBytes
};

/// The fields of one message in turn.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> message) : message_(message) {}
  /// False at the end, and where the bytes make no sense.
  bool next(Field& field);
  bool malformed() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }  ///< "is truncated at byte 12"

 private:
  bool varint(std::uint64_t& value, int longest);
  bool skip(std::uint64_t bytes);
  bool skipGroup();
  bool content(Field& field);
  bool fail(std::string problem);

  std::span<const std::byte> message_;
  std::size_t at_ = 0;
  std::string problem_;
};

void appendVarint(std::string& out, std::uint64_t value);
std::size_t varintSize(std::uint64_t value);
inline std::uint32_t tagOf(std::uint32_t number, Type type) { return number << 3 | type; }

}  // namespace ew::onnx::wire

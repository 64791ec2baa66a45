// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/wire.h"

namespace ew::onnx::wire {

bool Reader::fail(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

bool Reader::varint(std::uint64_t& value, int longest) {
  value = 0;
  for (int i = 0; i < longest && at_ < message_.size(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(message_[at_++]);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return true;
  }
  return false;
}

bool Reader::skip(std::uint64_t bytes) {
  if (bytes > message_.size() - at_) return false;
  at_ += static_cast<std::size_t>(bytes);
  return true;
}

/// To behind the end of a group whose start has been read. Groups are older than ONNX; only unknown fields have them.
bool Reader::skipGroup() {
  for (int open = 1; open > 0;) {
    std::uint64_t tag = 0, value = 0;
    bool ok = varint(tag, 5);
    switch (tag & 7U) {
      case kVarint: ok = ok && varint(value, 10); break;
      case kFixed64: ok = ok && skip(8); break;
      case kBytes: ok = ok && varint(value, 10) && skip(value); break;
      case kGroupStart: ok = ok && ++open < 100; break;
      case kGroupEnd: --open; break;
      case kFixed32: ok = ok && skip(4); break;
      default: ok = false;
    }
    if (!ok) return false;
  }
  return true;
}

bool Reader::content(Field& field) {
  std::uint64_t length = 0;
  if (!varint(length, 10)) return false;
  const std::size_t left = message_.size() - at_;
  if (length > left)
    return fail("is truncated: field " + std::to_string(field.number) + " has " + std::to_string(length) +
                " bytes, the file ends after " + std::to_string(left) + " of them");
  field.content = message_.subspan(at_, static_cast<std::size_t>(length));
  return skip(length);
}

bool Reader::next(Field& field) {
  if (malformed() || at_ == message_.size()) return false;
  const std::size_t begin = at_;
  const auto place = [&] { return " at byte " + std::to_string(at_); };
  std::uint64_t tag = 0;
  if (!varint(tag, 5) || tag >> 3 == 0 || tag > UINT32_MAX) return fail("is not an ONNX file (no protobuf field" + place() + ")");
  field = {};
  field.number = static_cast<std::uint32_t>(tag >> 3);
  field.type = static_cast<std::uint32_t>(tag & 7U);
  bool ok = false;
  switch (field.type) {
    case kVarint: ok = varint(field.value, 10); break;
    case kFixed64: ok = skip(8); break;
    case kBytes: ok = content(field); break;
    case kGroupStart: ok = skipGroup(); break;
    case kFixed32: ok = skip(4); break;
    default: return fail("is not an ONNX file (protobuf wire type " + std::to_string(field.type) + place() + ")");
  }
  if (!ok) return malformed() ? false : fail("is truncated" + place());
  field.whole = message_.subspan(begin, at_ - begin);
  return true;
}

void appendVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::size_t varintSize(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

}  // namespace ew::onnx::wire

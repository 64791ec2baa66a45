// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/parse.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "core/base/text.h"

namespace ew::onnx {
namespace {

using google::protobuf::io::CodedInputStream;

constexpr std::int64_t protobufBytes = std::numeric_limits<std::int32_t>::max();

bool parseNested(google::protobuf::MessageLite& message, const std::string& bytes, int depth) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  CodedInputStream stream(data, static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(depth);
  return message.ParsePartialFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

/// A subgraph is three messages deep (attribute, graph, node); the rest is for types and tensors below.
int messageDepth(std::int64_t nesting) { return static_cast<int>(std::min<std::int64_t>(nesting, 1000) * 3 + 16); }

/// No control characters, and mostly ASCII (the rest may be UTF-8).
bool looksLikeText(std::string_view head) {
  const auto isControl = [](unsigned char c) {
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') || c == 0x7f;
  };
  const auto ascii = std::count_if(head.begin(), head.end(), [](unsigned char c) { return c < 0x80; });
  return std::none_of(head.begin(), head.end(), isControl) && 2 * ascii > static_cast<std::ptrdiff_t>(head.size());
}

/// Walks the outermost fields; says where they stop making sense.
std::string wireProblem(const std::string& bytes) {
  CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  const auto at = [&] { return " at byte " + std::to_string(stream.CurrentPosition()); };
  while (stream.CurrentPosition() < static_cast<int>(bytes.size())) {
    const std::uint32_t tag = stream.ReadTag();
    if (tag >> 3 == 0) return "is not an ONNX file (no protobuf field" + at() + ")";
    std::uint64_t number = 0;
    std::uint32_t length = 0;
    bool ok = true;
    switch (tag & 7U) {
      case 0: ok = stream.ReadVarint64(&number); break;
      case 1: ok = stream.Skip(8); break;
      case 2: {
        ok = stream.ReadVarint32(&length);
        const auto left = static_cast<std::int64_t>(bytes.size()) - stream.CurrentPosition();
        if (ok && length > left)
          return "is truncated: field " + std::to_string(tag >> 3) + " has " + std::to_string(length) +
                 " bytes, the file ends after " + std::to_string(left) + " of them";
        ok = ok && stream.Skip(static_cast<int>(length));
        break;
      }
      case 5: ok = stream.Skip(4); break;
      default: return "is not an ONNX file (protobuf wire type " + std::to_string(tag & 7U) + at() + ")";
    }
    if (!ok) return "is truncated" + at();
  }
  return {};
}

/// What a file that is no ONNX model most likely is; empty when nothing comes to mind.
std::string otherKind(std::string_view head) {
  if (head.starts_with("version https://git-lfs"))
    return "is a Git LFS pointer, not the model itself: fetch the model with 'git lfs pull'";
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && head[first] == '<' && looksLikeText(head))
    return "is an HTML or XML page, not an ONNX file";
  if (looksLikeText(head)) return "is a text file, not an ONNX file";
  if (head.starts_with("PK\x03\x04")) return "is a zip archive, not an ONNX file";
  if (head.starts_with("\x1f\x8b")) return "is gzip-compressed: unpack it first";
  if (head.starts_with("\x89HDF")) return "is an HDF5 file, not an ONNX file";
  if (head.size() >= 8 && head.substr(4, 4) == "TFL3") return "is a TensorFlow Lite file, not an ONNX file";
  return {};
}

Error notAModel(const std::string& bytes, const Limits& limits) {
  if (std::string kind = otherKind(std::string_view(bytes).substr(0, 512)); !kind.empty()) return invalid(kind);
  if (std::string problem = wireProblem(bytes); !problem.empty()) return invalid(problem);
  // Sound outside, so the trouble lies deeper: damage, or more nesting than is allowed.
  pb::ModelProto deep;
  if (parseNested(deep, bytes, 4000))
    return limitReached("is nested deeper than the limit of " + std::to_string(limits.nesting) + " levels");
  return invalid("is damaged: a protobuf message inside is malformed");
}

}  // namespace

bool parseMessage(google::protobuf::MessageLite& message, const std::string& bytes, const Limits& limits) {
  return static_cast<std::int64_t>(bytes.size()) <= protobufBytes &&
         parseNested(message, bytes, messageDepth(limits.nesting));
}

Result<std::unique_ptr<pb::ModelProto>> parseModel(const std::string& bytes, const Limits& limits) {
  if (bytes.empty()) return invalid("the file is empty");
  const std::int64_t limit = std::min(limits.fileBytes, protobufBytes);
  if (static_cast<std::int64_t>(bytes.size()) > limit)
    return limitReached("has " + std::to_string(bytes.size()) + " bytes, the limit for one protobuf message is " +
                        std::to_string(limit));
  auto model = std::make_unique<pb::ModelProto>();
  if (!parseNested(*model, bytes, messageDepth(limits.nesting))) return notAModel(bytes, limits);
  if (!model->has_graph()) {
    std::string kind = otherKind(std::string_view(bytes).substr(0, 512));
    return invalid(kind.empty() ? "holds no graph: not an ONNX model" : kind);
  }
  return model;
}

}  // namespace ew::onnx

// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/parse.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "core/onnx/wire.h"

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
std::string wireProblem(std::span<const std::byte> bytes) {
  wire::Reader reader(bytes);
  wire::Field field;
  while (reader.next(field)) {}
  return reader.problem();
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

std::string_view headOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 512)};
}

Error notAModel(std::span<const std::byte> bytes) {
  if (std::string kind = otherKind(headOf(bytes)); !kind.empty()) return invalid(kind);
  if (std::string problem = wireProblem(bytes); !problem.empty()) return invalid(problem);
  return invalid("is damaged: a protobuf message inside is malformed");
}

Error tooDeep(const Limits& limits) {
  return limitReached("is nested deeper than the limit of " + std::to_string(limits.nesting) + " levels");
}

}  // namespace

bool parseMessage(google::protobuf::MessageLite& message, const std::string& bytes, const Limits& limits) {
  return static_cast<std::int64_t>(bytes.size()) <= protobufBytes &&
         parseNested(message, bytes, messageDepth(limits.nesting));
}

Result<ParsedModel> parseModel(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const Limits& limits) {
  if (bytes.empty()) return invalid("the file is empty");
  if (static_cast<std::int64_t>(bytes.size()) > limits.fileBytes)
    return limitReached("has " + std::to_string(bytes.size()) + " bytes, the limit is " + std::to_string(limits.fileBytes));
  ParsedModel out{std::make_unique<pb::ModelProto>(), std::make_shared<Payloads>(), {}};
  out.payloads->owner = std::move(owner);
  Result<std::string> reduced = withoutPayloads(bytes, limits, *out.payloads);
  if (!reduced.ok()) return reduced.error().code == ErrorCode::Limit ? std::move(reduced).error() : notAModel(bytes);
  if (!parseNested(*out.proto, *reduced, messageDepth(limits.nesting))) {
    // The way to the tensors is sound, so the trouble lies beside it: damage, or types and functions nested too deep.
    pb::ModelProto deep;
    return parseNested(deep, *reduced, 4000) ? tooDeep(limits) : notAModel(bytes);
  }
  if (!out.proto->has_graph()) {
    std::string kind = otherKind(headOf(bytes));
    return invalid(kind.empty() ? "holds no graph: not an ONNX model" : kind);
  }
  return out;
}

Result<ParsedModel> parseModelFile(const std::filesystem::path& path, const Limits& limits) {
  EW_ASSIGN(std::shared_ptr<const MappedFile> file, MappedFile::open(path, limits.fileBytes));
  Result<ParsedModel> parsed = parseModel(file->bytes(), file, limits);
  if (!parsed.ok()) return std::move(parsed).error().at(path.string());
  parsed->file = std::move(file);
  return parsed;
}

}  // namespace ew::onnx

// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/external_data.h"

#include <fstream>

#include "core/base/checked.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace ew::onnx {
namespace {

Result<std::int64_t> countOf(const pb::StringStringEntryProto& entry) {
  long long number = 0;
  if (!parseInt(entry.value(), number) || number < 0)
    return invalid("external data: " + entry.key() + " " + inQuotes(entry.value()) + " is not a size");
  return number;
}

}  // namespace

Result<ExternalRange> externalRange(const pb::TensorProto& proto, const std::filesystem::path& folder,
                                    std::int64_t wanted) {
  ExternalRange range;
  std::string location;
  for (const pb::StringStringEntryProto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") {
      EW_ASSIGN(range.offset, countOf(entry));
    }
    if (entry.key() == "length") {
      EW_ASSIGN(range.length, countOf(entry));
    }
  }
  if (location.empty()) return invalid("external data without a location");
  Result<std::filesystem::path> file = resolveInside(folder, location);
  if (!file.ok()) return std::move(file).error().at("external data");
  range.file = std::move(file).value();
  const std::string place = "external data " + inQuotes(location);
  std::error_code code;
  if (!std::filesystem::is_regular_file(range.file, code))
    return ioError(std::filesystem::exists(range.file, code) ? "is not a regular file" : "no such file").at(place);
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(range.file, code));
  if (code) return ioError("cannot stat: " + code.message()).at(place);
  if (range.length >= 0 && range.length != wanted)
    return invalid("length is " + std::to_string(range.length) + " bytes, the tensor needs " + std::to_string(wanted))
        .at(place);
  const auto end = checkedAdd(range.offset, wanted);
  if (!end || *end > size)
    return invalid("needs " + std::to_string(wanted) + " bytes from offset " + std::to_string(range.offset) +
                   ", the file has " + std::to_string(size))
        .at(place);
  // Without offset and length the whole file is the tensor.
  if (range.offset == 0 && range.length < 0 && size != wanted)
    return invalid("has " + std::to_string(size) + " bytes, the tensor needs " + std::to_string(wanted)).at(place);
  range.length = wanted;
  return range;
}

Status readRange(const ExternalRange& range, std::span<std::byte> to) {
  std::ifstream stream(range.file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(range.offset));
  stream.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
  if (!stream) return ioError("cannot read external data").at(range.file.string());
  return {};
}

}  // namespace ew::onnx

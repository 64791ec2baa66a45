// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/external_data.h"

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

Result<std::shared_ptr<const MappedFile>> fileAt(const std::string& location, const std::filesystem::path& folder,
                                                std::int64_t limit, ExternalFiles& files) {
  if (const auto known = files.find(location); known != files.end()) return known->second;
  EW_ASSIGN_AT(const std::filesystem::path path, resolveInside(folder, location), "external data");
  const std::string place = "external data " + inQuotes(location);
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code))
    return ioError(std::filesystem::exists(path, code) ? "is not a regular file" : "no such file").at(place);
  EW_ASSIGN_AT(std::shared_ptr<const MappedFile> file, MappedFile::open(path, limit), place);
  files.emplace(location, file);
  return file;
}

}  // namespace

std::string locationOf(const pb::TensorProto& proto) {
  std::string location;
  for (const pb::StringStringEntryProto& entry : proto.external_data())
    if (entry.key() == "location") location = entry.value();
  return location;
}

Result<ExternalBytes> externalBytes(const pb::TensorProto& proto, const std::filesystem::path& folder, std::int64_t fileLimit,
                                    ExternalFiles& files, std::int64_t wanted) {
  std::int64_t offset = 0, length = -1;  // -1: not stated
  for (const pb::StringStringEntryProto& entry : proto.external_data()) {
    if (entry.key() == "offset") {
      EW_ASSIGN(offset, countOf(entry));
    }
    if (entry.key() == "length") {
      EW_ASSIGN(length, countOf(entry));
    }
  }
  const std::string location = locationOf(proto);
  if (location.empty()) return invalid("external data without a location");
  EW_ASSIGN(const std::shared_ptr<const MappedFile> file, fileAt(location, folder, fileLimit, files));
  const std::string place = "external data " + inQuotes(location);
  const auto size = static_cast<std::int64_t>(file->bytes().size());
  if (length >= 0 && length != wanted)
    return invalid("length is " + std::to_string(length) + " bytes, the tensor needs " + std::to_string(wanted)).at(place);
  const auto end = checkedAdd(offset, wanted);
  if (!end || *end > size)
    return invalid("needs " + std::to_string(wanted) + " bytes from offset " + std::to_string(offset) + ", the file has " +
                   std::to_string(size))
        .at(place);
  // Without offset and length the whole file is the tensor.
  if (offset == 0 && length < 0 && size != wanted)
    return invalid("has " + std::to_string(size) + " bytes, the tensor needs " + std::to_string(wanted)).at(place);
  return ExternalBytes{file->bytes().subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(wanted)), file};
}

}  // namespace ew::onnx

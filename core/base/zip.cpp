// SPDX-License-Identifier: Apache-2.0
#include "core/base/zip.h"

#include <zip.h>

#include <filesystem>
#include <memory>

#include "core/base/text.h"

namespace ew {
namespace {

constexpr std::uint16_t fixedTime = 0;
constexpr std::uint16_t fixedDate = (0 << 9) | (1 << 5) | 1;  // 1980-01-01, the first that a zip can say

std::string textOf(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

struct DiscardArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, DiscardArchive>;

Status addFile(zip_t* archive, const std::string& name, const std::string& content) {
  zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (source == nullptr) return internalError(std::string("zip: ") + zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return internalError(std::string("zip: ") + zip_strerror(archive)).at(name);
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  zip_set_file_compression(archive, entry, ZIP_CM_DEFLATE, 9);
  zip_file_set_dostime(archive, entry, fixedTime, fixedDate, 0);
  return {};
}

/// Deflate packs at most 1032 to 1: an entry that states more would only make us reserve memory.
bool isPossibleSize(const zip_stat_t& info) { return info.size / 1100 <= info.comp_size; }

bool isSafeName(const std::string& name) {
  const std::filesystem::path path(name);
  if (name.empty() || path.is_absolute() || name.find('\\') != std::string::npos) return false;
  for (const auto& part : path)
    if (part == "..") return false;
  return true;
}

Result<std::string> readEntry(zip_t* archive, zip_uint64_t index, std::int64_t bytes) {
  zip_file_t* file = zip_fopen_index(archive, index, 0);
  if (file == nullptr) return invalid(std::string("damaged archive: ") + zip_strerror(archive));
  std::string content(static_cast<std::size_t>(bytes), '\0');
  const zip_int64_t got = zip_fread(file, content.data(), content.size());
  char beyond = 0;
  // Reading to the end is what makes libzip check the CRC.
  const bool ended = got == bytes && zip_fread(file, &beyond, 1) == 0;
  zip_fclose(file);
  if (!ended) return invalid("damaged archive: an entry does not unpack to the size it states");
  return content;
}

}  // namespace

Result<std::string> packZip(const ZipFiles& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 1, &error);
  if (target == nullptr) return internalError("zip: " + textOf(error));
  zip_source_keep(target);
  Archive archive(zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) {
    zip_source_free(target);
    zip_source_free(target);
    return internalError("zip: " + textOf(error));
  }
  for (const auto& [name, content] : files) EW_TRY(addFile(archive.get(), name, content));
  if (zip_close(archive.get()) != 0) return internalError(std::string("zip: ") + zip_strerror(archive.get()));
  (void)archive.release();
  zip_stat_t info;
  zip_stat_init(&info);
  std::string bytes;
  if (zip_source_stat(target, &info) == 0 && zip_source_open(target) == 0) {
    bytes.resize(info.size);
    if (zip_source_read(target, bytes.data(), info.size) != static_cast<zip_int64_t>(info.size)) bytes.clear();
    zip_source_close(target);
  }
  zip_source_free(target);
  if (bytes.empty() && !files.empty()) return internalError("zip: the archive could not be read back");
  return bytes;
}

Result<ZipFiles> unpackZip(const std::string& bytes, const ZipLimits& limits) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return internalError("zip: " + textOf(error));
  Archive archive(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (!archive) {
    zip_source_free(source);
    return invalid("cannot be read as a zip archive: " + textOf(error));
  }
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count > limits.files)
    return limitReached("archive has " + std::to_string(count) + " files, the limit is " + std::to_string(limits.files));
  ZipFiles files;
  std::int64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    zip_stat_t info;
    if (zip_stat_index(archive.get(), index, 0, &info) != 0) return invalid("damaged archive");
    const std::string name = info.name;
    if (name.ends_with("/")) continue;
    if (!isSafeName(name)) return invalid("archive entry " + inQuotes(name) + " has a path that leaves the archive");
    if (info.size > static_cast<zip_uint64_t>(limits.totalBytes - total))
      return limitReached("archive unpacks to more than " + std::to_string(limits.totalBytes) + " bytes");
    if (!isPossibleSize(info)) return invalid("damaged archive: an entry states a size that its data cannot unpack to").at(inQuotes(name));
    total += static_cast<std::int64_t>(info.size);
    EW_ASSIGN_AT(std::string content, readEntry(archive.get(), index, static_cast<std::int64_t>(info.size)), inQuotes(name));
    if (!files.emplace(name, std::move(content)).second) return invalid("archive has two entries named " + inQuotes(name));
  }
  return files;
}

}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ew {

/// Closes a file descriptor on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  int release() { const int fd = fd_; fd_ = -1; return fd; }

 private:
  int fd_;
};

struct OpenedFile {
  Descriptor descriptor;
  std::int64_t bytes = 0;
};
/// Opens a regular file of at most `limit` bytes for reading. Directories, devices, FIFOs and missing files are errors
/// that name the path.
Result<OpenedFile> openRegularFile(const std::filesystem::path& path, std::int64_t limit);

/// Reads a whole file that openRegularFile() opens.
Result<std::string> readFile(const std::filesystem::path& path, std::int64_t limit = std::int64_t{8} << 30);

/// A file in the making that appears whole or not at all: written beside its place under another name, flushed to disk,
/// renamed by commit(). Without commit() nothing stays behind. Files that are open or mapped under the same name keep
/// their content.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  Status write(std::span<const std::byte> bytes);
  Status write(std::string_view text) { return write(std::as_bytes(std::span(text))); }
  Status commit();
  const std::filesystem::path& path() const { return path_; }

 private:
  AtomicFile(Descriptor file, std::string temporary, std::filesystem::path path)
      : file_(std::move(file)), temporary_(std::move(temporary)), path_(std::move(path)) {}
  Descriptor file_;
  std::string temporary_;  ///< empty when there is nothing to remove
  std::filesystem::path path_;
};

/// The same in one go.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// `relative` inside `folder`, refused when it is absolute, has "..", or leaves the folder through a link.
Result<std::filesystem::path> resolveInside(const std::filesystem::path& folder, const std::string& relative);

}  // namespace ew

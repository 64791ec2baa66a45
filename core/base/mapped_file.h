// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/base/result.h"

namespace ew {

/// Tells the system that the whole pages among these bytes of a mapped file are not needed for now.
void releaseMappedPages(std::span<const std::byte> bytes);

/// A regular file as read-only memory, for as long as anybody holds it. The pages are the system's: they are read when
/// touched and may be dropped again (Tensor::releasePages), so that a file larger than memory can be worked through.
/// Replacing the file (temporary file, then rename: what all careful programs do) leaves a mapping as it was. A program
/// that shortens the file in place takes pages away from under us: reading them gives zeros instead of a signal, and
/// damaged() says so from then on. One that overwrites it in place changes what we read.
class MappedFile {
 public:
  /// Io: missing, unreadable, or no regular file (folders, FIFOs and devices are named). Limit: over `limit` bytes.
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path, std::int64_t limit);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  /// Tells the system that none of the pages is needed for now.
  void releasePages() const { releaseMappedPages(bytes()); }
  const std::filesystem::path& path() const { return path_; }
  /// The file was shortened while it was mapped: what was read behind its new end is zero, not what the file had.
  bool damaged() const;

 private:
  MappedFile() = default;
  std::filesystem::path path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t slot_ = 0;  ///< in the table that the signal handler reads
};

/// Io, naming the file, when any file that is mapped now was shortened: results of the work so far are void.
Status checkMappedFiles();

}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ew::test {

/// An empty folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Writes a file in it, making its parent folders; gives its path back.
  std::filesystem::path write(const std::string& name, const std::string& content) const;
  /// Every file below it, relative, sorted.
  std::vector<std::string> files() const;

 private:
  std::filesystem::path path_;
};

/// The whole file; empty when it cannot be read.
std::string contentOf(const std::filesystem::path& path);

}  // namespace ew::test

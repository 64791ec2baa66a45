// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/base/file.h"

namespace ew::onnx {

/// Names for the files of external data of a model that is to be written at `model`.
class DataFileNames {
 public:
  explicit DataFileNames(std::filesystem::path model) : model_(std::move(model)) {}

  /// The location that the model had before, where such a file is free or belongs to the model that is replaced; else, and
  /// for "", the model's name with ".data": the file may be the weights of another model, the original itself perhaps.
  std::string nameFor(const std::string& before);

 private:
  bool isOurs(const std::string& location);

  std::filesystem::path model_;
  std::map<std::string, std::string> chosen_;            ///< by the location before
  std::map<std::filesystem::path, std::string> names_;   ///< by the file that each means
  std::optional<std::set<std::string>> replaced_;  ///< locations of the model that is there now
};

/// Begins the file at `location` inside `folder`, with the folders on the way to it.
Result<AtomicFile> createDataFile(const std::filesystem::path& folder, const std::string& location);

}  // namespace ew::onnx

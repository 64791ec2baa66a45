// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::data {

/// Labels in the order of the samples. `files` is empty where the source names none.
struct Labels {
  std::vector<std::string> files;
  std::vector<std::int64_t> classes;
};

/// A text of one label a line, or CSV whose header names `label` or `class_index` (and `file`). Invalid names the line.
Result<Labels> parseLabels(const std::string& text);

/// An integer array of one axis (or one with trailing extents of 1).
Result<std::vector<std::int64_t>> labelsFromArray(const Tensor& array);

/// Any labels file: text, .npy, or idx (gzip-compressed or not).
Result<Labels> readLabels(const std::filesystem::path& file);

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ew::onnx {

/// Oddities in the order of their first appearance, one line for each kind however often it happens.
class Warnings {
 public:
  void add(const std::string& kind, std::string text) {
    const auto [it, isNew] = index_.emplace(kind, entries_.size());
    if (isNew)
      entries_.push_back({std::move(text), 1});
    else
      ++entries_[it->second].second;
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const auto& [text, count] : entries_)
      out.push_back(count == 1 ? text : text + " (and " + std::to_string(count - 1) + " more)");
    return out;
  }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<std::pair<std::string, std::size_t>> entries_;
};

}  // namespace ew::onnx

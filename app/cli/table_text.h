// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace ew::cli {

/// Columns of text for a terminal: numbers right-aligned, texts left-aligned, widths as needed (UTF-8 aware).
class TableText {
 public:
  explicit TableText(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// `digits` significant digits in the C locale: "12.3", "0.00123", "45 600".
std::string significant(double value, int digits = 3);

}  // namespace ew::cli

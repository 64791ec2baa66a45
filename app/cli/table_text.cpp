// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ew::cli {
namespace {

std::size_t widthOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool isNumber(const std::string& cell) { return cell.empty() || std::string_view("0123456789-+?").find(cell[0]) != std::string_view::npos; }

}  // namespace

std::string TableText::text() const {
  std::vector<std::size_t> widths(rows_[0].size(), 0);
  std::vector<bool> numeric(rows_[0].size(), true);
  numeric[0] = false;
  for (std::size_t r = 0; r < rows_.size(); ++r)
    for (std::size_t i = 0; i < std::min(rows_[r].size(), widths.size()); ++i) {
      widths[i] = std::max(widths[i], widthOf(rows_[r][i]));
      if (r > 0) numeric[i] = numeric[i] && isNumber(rows_[r][i]);
    }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - widthOf(row[i]), ' ');
      if (i > 0) line += "  ";
      line += numeric[i] ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "-";
  if (value == 0) return "0";
  const double magnitude = std::fabs(value);
  const int before = magnitude >= 1 ? static_cast<int>(std::floor(std::log10(magnitude))) + 1 : 0;
  const int leadingZeros = magnitude > 0 && magnitude < 1 ? static_cast<int>(-std::floor(std::log10(magnitude))) - 1 : 0;
  const int decimals = std::clamp(magnitude >= 1 ? digits - before : digits + leadingZeros, 0, 9);
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals).ptr;
  return {buffer.data(), end};
}

}  // namespace ew::cli

// SPDX-License-Identifier: Apache-2.0
#include "core/data/labels.h"

#include <algorithm>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/data/idx.h"
#include "core/data/npy.h"

namespace ew::data {
namespace {

/// One line of CSV; quotes may hold commas, a doubled quote stands for one.
std::vector<std::string> csvFields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Column of each field that matters; -1 when the header lacks it.
struct Columns {
  std::ptrdiff_t file = -1, label = -1;
};

Columns columnsOf(const std::vector<std::string>& header) {
  const auto column = [&](const char* name) -> std::ptrdiff_t {
    const auto it =
        std::find_if(header.begin(), header.end(), [&](const std::string& field) { return trimmed(field) == name; });
    return it == header.end() ? -1 : it - header.begin();
  };
  Columns columns{column("file"), column("label")};
  if (columns.label < 0) columns.label = column("class_index");
  return columns;
}

bool parseLabel(const std::string& text, std::int64_t& out) {
  long long number = 0;
  if (!parseInt(text, number) || number < 0) return false;
  out = number;
  return true;
}

}  // namespace

Result<Labels> parseLabels(const std::string& text) {
  Labels out;
  Columns columns{-1, 0};
  bool first = true;
  std::size_t number = 0;
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    std::string line = trimmed(raw);
    if (first && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);
    if (line.empty()) continue;
    const std::vector<std::string> fields = csvFields(line);
    std::int64_t label = 0;
    if (std::exchange(first, false) && (fields.size() > 1 || !parseLabel(line, label))) {
      columns = columnsOf(fields);
      if (columns.label < 0) return invalid("the header names neither 'label' nor 'class_index'").at("line 1");
      continue;
    }
    const std::string place = "line " + std::to_string(number);
    if (static_cast<std::ptrdiff_t>(fields.size()) <= std::max(columns.file, columns.label))
      return invalid("has fewer fields than the header").at(place);
    const std::string labelText = trimmed(fields[static_cast<std::size_t>(columns.label)]);
    if (!parseLabel(labelText, label))
      return invalid("label " + inQuotes(labelText) + " is not a class number").at(place);
    out.classes.push_back(label);
    if (columns.file >= 0) out.files.push_back(trimmed(fields[static_cast<std::size_t>(columns.file)]));
  }
  if (out.classes.empty()) return invalid("holds no labels");
  return out;
}

Result<std::vector<std::int64_t>> labelsFromArray(const Tensor& array) {
  if (!isInteger(array.dtype()) && array.dtype() != DType::boolean)
    return invalid("labels are " + std::string(dtypeName(array.dtype())) + ", not integers");
  if (array.rank() == 0 || array.size() != array.dim(0))
    return invalid("labels have shape " + dimsText(array.dims()) + ", not one axis");
  return toInts(array);
}

Result<Labels> readLabels(const std::filesystem::path& file) {
  EW_ASSIGN(const std::string bytes, readFile(file));
  Labels out;
  if (!bytes.starts_with("\x93NUMPY") && !looksLikeIdx(bytes)) {
    EW_ASSIGN_AT(out, parseLabels(bytes), file.string());
    return out;
  }
  Result<Tensor> array = looksLikeIdx(bytes) ? readIdx(bytes) : readNpy(bytes);
  if (!array.ok()) return std::move(array).error().at(file.string());
  EW_ASSIGN_AT(out.classes, labelsFromArray(*array), file.string());
  return out;
}

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/cost.h"
#include "core/ops/op.h"

namespace ew::ops {
namespace {

/// Every part takes a string object, also where a row is padded: more than this many are refused.
constexpr std::int64_t mostParts = std::int64_t{1} << 24;
constexpr std::string_view whitespace = " \t\n\r\f\v";

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::string;
  if (context.outputs.size() > 1) context.outputs[1].dtype = DType::i64;
  if (!context.inputs[0].shape) return {};
  std::vector<Dim> dims = context.inputs[0].shape->dims();
  if (context.outputs.size() > 1) context.outputs[1].shape = Shape(dims);
  dims.emplace_back();
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// Runs of whitespace separate, those at the ends do not count; what is left after `most` splits stays as it is.
std::vector<std::string> wordsOf(std::string_view text, std::size_t most) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(whitespace);
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin);
    const std::size_t end = text.find_first_of(whitespace);
    if (end == std::string_view::npos || out.size() == most) {
      out.emplace_back(text);
      return out;
    }
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::vector<std::string> partsOf(std::string_view text, std::string_view delimiter, std::size_t most) {
  if (delimiter.empty()) return wordsOf(text, most);
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = out.size() == most ? std::string_view::npos : text.find(delimiter);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + delimiter.size());
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.dtype() != DType::string) return invalid("X must hold strings, not " + std::string(dtypeName(x.dtype())));
  const std::string delimiter = context.node.attributes.getString("delimiter", "");
  const std::int64_t maxsplit = context.node.attributes.getInt("maxsplit", -1);
  const std::size_t most = maxsplit < 0 ? static_cast<std::size_t>(mostParts) : static_cast<std::size_t>(std::min(maxsplit, mostParts));
  std::vector<std::vector<std::string>> rows;
  std::size_t longest = 0;
  for (const std::string& text : x.stringData()) {
    rows.push_back(partsOf(text, delimiter, most));
    longest = std::max(longest, rows.back().size());
    if (work({x.size(), static_cast<std::int64_t>(longest)}) > mostParts) return limitReached("more than " + std::to_string(mostParts) + " substrings");
  }
  EW_ASSIGN(Tensor counts, Tensor::create(DType::i64, x.dims()));
  std::vector<std::string> flat;
  flat.reserve(rows.size() * longest);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    counts.mutableData<std::int64_t>()[i] = static_cast<std::int64_t>(rows[i].size());
    rows[i].resize(longest);
    std::ranges::move(rows[i], std::back_inserter(flat));
  }
  Dims dims = x.dims();
  dims.push_back(static_cast<std::int64_t>(longest));
  context.outputs[0] = Tensor::strings(std::move(dims), std::move(flat));
  if (context.outputs.size() > 1) context.outputs[1] = std::move(counts);
  return {};
}

}  // namespace

OpDef stringSplitOp() {
  return {.name = "StringSplit", .sinceVersion = 20, .infer = infer, .compute = compute, .mostInputs = 1};
}

}  // namespace ew::ops

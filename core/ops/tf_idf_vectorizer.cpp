// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "core/ops/cost.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

using Gram = std::vector<std::int64_t>;

/// The n-grams of the attributes. Words are numbered; one that is in no n-gram is -1.
struct Pool {
  std::map<Gram, std::size_t> columns;  ///< output column of each n-gram of a wanted length
  std::unordered_map<std::string, std::int64_t> words;
  std::int64_t width = 0;               ///< columns of the output
  std::size_t least = 1, most = 1;      ///< lengths
  std::int64_t skips = 0;
  bool counts = true;                   ///< how often an n-gram comes, not only whether
  std::vector<float> weights;           ///< one a column; empty for 1
};

Result<std::int64_t> widthOf(const Node& node) {
  const std::vector<std::int64_t> indexes = node.attributes.getInts("ngram_indexes");
  if (indexes.empty()) return invalid("attribute ngram_indexes is missing");
  const auto [least, most] = std::ranges::minmax(indexes);
  if (least < 0 || most >= std::numeric_limits<std::int32_t>::max()) return invalid("ngram_indexes reach from " + std::to_string(least) + " to " + std::to_string(most));
  return most + 1;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::f32;
  EW_ASSIGN(const std::int64_t width, widthOf(context.node));
  EW_ASSIGN(const auto x, rankedShape(context, 0, 0, 2));
  if (x) context.outputs[0].shape = x->rank() == 2 ? Shape({(*x)[0], Dim(width)}) : Shape({Dim(width)});
  return {};
}

/// Entries of the pool, as numbers: pool_int64s, or the words of pool_strings numbered as they come.
std::vector<std::int64_t> entriesOf(const Node& node, Pool& pool) {
  std::vector<std::int64_t> entries = node.attributes.getInts("pool_int64s");
  for (const std::string& word : node.attributes.getStrings("pool_strings"))
    entries.push_back(pool.words.emplace(word, static_cast<std::int64_t>(pool.words.size())).first->second);
  return entries;
}

Status addGrams(const Node& node, Pool& pool) {
  const std::vector<std::int64_t> entries = entriesOf(node, pool), starts = node.attributes.getInts("ngram_counts"), columns = node.attributes.getInts("ngram_indexes");
  std::size_t next = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::int64_t end = i + 1 < starts.size() ? starts[i + 1] : static_cast<std::int64_t>(entries.size());
    if (starts[i] < 0 || end < starts[i] || end > static_cast<std::int64_t>(entries.size())) return invalid("ngram_counts do not fit the pool");
    const std::size_t length = i + 1, count = static_cast<std::size_t>(end - starts[i]) / length;
    if (next + count > columns.size()) return invalid("ngram_indexes has " + std::to_string(columns.size()) + " entries, too few for the pool");
    for (std::size_t k = 0; k < count && length >= pool.least && length <= pool.most; ++k) {
      const auto first = entries.begin() + starts[i] + static_cast<std::ptrdiff_t>(k * length);
      pool.columns[Gram(first, first + static_cast<std::ptrdiff_t>(length))] = static_cast<std::size_t>(columns[next + k]);
    }
    next += count;
  }
  return {};
}

Result<Pool> poolOf(const Node& node) {
  Pool pool;
  EW_ASSIGN(pool.width, widthOf(node));
  const std::int64_t least = node.attributes.getInt("min_gram_length", 0), most = node.attributes.getInt("max_gram_length", 0);
  pool.skips = node.attributes.getInt("max_skip_count", 0);
  if (least < 1 || most < least || pool.skips < 0) return invalid("min_gram_length, max_gram_length or max_skip_count is out of range");
  const auto lengths = static_cast<std::int64_t>(node.attributes.getInts("ngram_counts").size());
  pool.least = static_cast<std::size_t>(least);
  pool.most = static_cast<std::size_t>(std::min(most, lengths));
  EW_TRY(addGrams(node, pool));
  const std::string mode = node.attributes.getString("mode", "");
  if (mode != "TF" && mode != "IDF" && mode != "TFIDF") return invalid("mode is '" + mode + "', not TF, IDF or TFIDF");
  pool.counts = mode != "IDF";
  if (mode != "TF") pool.weights = node.attributes.getFloats("weights");
  if (!pool.weights.empty() && static_cast<std::int64_t>(pool.weights.size()) < pool.width) return invalid("weights has too few entries");
  return pool;
}

Result<std::vector<std::int64_t>> tokensOf(const Tensor& x, const Pool& pool) {
  if (x.dtype() == DType::i32 || x.dtype() == DType::i64) return pool.words.empty() ? toInts(x) : invalid("X holds integers, the pool strings");
  if (x.dtype() != DType::string) return invalid("X is " + std::string(dtypeName(x.dtype())) + ", not string, int32 or int64");
  std::vector<std::int64_t> out;
  for (const std::string& word : x.stringData()) {
    const auto found = pool.words.find(word);
    out.push_back(found == pool.words.end() ? -1 : found->second);
  }
  return out;
}

/// Counts the n-grams of one row, for every number of skipped tokens; single tokens once.
void count(std::span<const std::int64_t> tokens, const Pool& pool, std::span<float> out) {
  for (std::size_t step = 1; step <= static_cast<std::size_t>(pool.skips) + 1 && step < std::max<std::size_t>(tokens.size(), 2); ++step)
    for (std::size_t length = std::max<std::size_t>(pool.least, step > 1 ? 2 : 1); length <= pool.most; ++length)
      for (std::size_t start = 0; start + (length - 1) * step < tokens.size(); ++start) {
        Gram gram(length);
        for (std::size_t k = 0; k < length; ++k) gram[k] = tokens[start + k * step];
        if (const auto found = pool.columns.find(gram); found != pool.columns.end()) out[found->second] += 1;
      }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const Pool pool, poolOf(context.node));
  if (x.rank() > 2 || (x.rank() == 2 && x.dim(0) < 1)) return invalid("X has the shape " + dimsText(x.dims()) + ", not [C] or [N,C]");
  EW_ASSIGN(const std::vector<std::int64_t> tokens, tokensOf(x, pool));
  const std::int64_t rows = x.rank() == 2 ? x.dim(0) : 1, columns = x.size() / rows;
  if (work({x.size(), std::min(pool.skips, columns) + 1, static_cast<std::int64_t>(pool.most * pool.most)}) > (std::int64_t{1} << 32)) return limitReached("n-grams of X take over 2^32 steps");
  EW_ASSIGN(Tensor out, Tensor::create(DType::f32, x.rank() == 2 ? Dims{rows, pool.width} : Dims{pool.width}));
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::span<float> line = out.mutableData<float>().subspan(static_cast<std::size_t>(row * pool.width), static_cast<std::size_t>(pool.width));
    count(std::span(tokens).subspan(static_cast<std::size_t>(row * columns), static_cast<std::size_t>(columns)), pool, line);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!pool.counts && line[i] > 1) line[i] = 1;
      if (!pool.weights.empty()) line[i] *= pool.weights[i];
    }
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef tfIdfVectorizerOp() {
  return {.name = "TfIdfVectorizer", .sinceVersion = 9, .infer = infer, .compute = compute, .mostInputs = 1};
}

}  // namespace ew::ops

// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <algorithm>
#include <cstring>

#include "accel/cpu/kernels/sparse.h"
#include "accel/cpu/kernels/unary.h"
#include "accel/cpu/loops/aligned_floats.h"
#include "accel/cpu/loops/sparse_product.h"
#include "accel/cpu/post_ops.h"
#include "accel/cpu/tuning.h"

namespace ew::cpu {
namespace {

/// What follows the product, as far as it runs inside.
struct After {
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  float lowAfter = low, highAfter = high;
  bool residual = false;
  std::size_t postOps = 0;  ///< so many are inside; the others are element-wise
};

/// Narrows the bounds; false for functions that do more than that.
bool bound(const Eltwise& function, float& low, float& high) {
  if (function.algorithm == dnnl::algorithm::eltwise_relu && function.alpha == 0) {
    low = 0;
    return true;
  }
  if (function.algorithm != dnnl::algorithm::eltwise_clip) return false;
  low = function.alpha;
  high = function.beta;
  return true;
}

/// At most one bound before the residual and one after it; false where a residual follows something else.
bool follow(const Group& group, After& out) {
  const std::vector<PostOp>& ops = group.postOps;
  std::size_t& i = out.postOps;
  if (i < ops.size() && ops[i].eltwise && bound(*ops[i].eltwise, out.low, out.high)) ++i;
  if (i < ops.size() && ops[i].residual != kNone) {
    out.residual = true;
    ++i;
    if (i < ops.size() && ops[i].eltwise && bound(*ops[i].eltwise, out.lowAfter, out.highAfter)) ++i;
  }
  return std::none_of(ops.begin() + static_cast<std::ptrdiff_t>(i), ops.end(), [](const PostOp& op) { return op.residual != kNone; });
}

PixelLayout rowsLayout(std::int64_t channels, std::int64_t pixels) { return {channels, channels, channels, channels * pixels}; }

/// The layout in our terms; nothing for others than planes, channels innermost and blocks of 8 or 16.
std::optional<PixelLayout> layoutOf(const Desc& desc, const Dims& dims) {
  if (dims.size() < 3 || dims.size() > 5) return std::nullopt;
  const std::size_t rank = dims.size() - 3;
  constexpr Tag last[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc}, by8[] = {Tag::nCw8c, Tag::nChw8c, Tag::nCdhw8c},
                by16[] = {Tag::nCw16c, Tag::nChw16c, Tag::nCdhw16c};
  const std::int64_t channels = dims[1], pixels = elementCount(dims) / (dims[0] * channels);
  if (desc == plainDesc(DType::f32, dims)) return PixelLayout{1, 1, pixels, channels * pixels};
  if (desc == Desc(dims, DataType::f32, last[rank])) return rowsLayout(channels, pixels);
  for (const std::int64_t block : {std::int64_t{8}, std::int64_t{16}})
    if (channels % block == 0 && desc == Desc(dims, DataType::f32, block == 8 ? by8[rank] : by16[rank]))
      return PixelLayout{block, block, block * pixels, channels * pixels};
  return std::nullopt;
}

Desc channelsLast(const Dims& dims) {
  constexpr Tag last[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  return Desc(dims, DataType::f32, last[dims.size() - 3]);
}

struct Layouts {
  Desc from, to;
};

/// The source as it lies where we know that layout, and the result in the same kind: what the dense kernel would do.
Layouts layoutsOf(Builder& builder, const SparseLayer& layer, ValueId y, SparseProduct& product) {
  if (layer.matrix) {
    product.from = rowsLayout(layer.columns(), layer.pixels);
    product.to = rowsLayout(layer.rows(), layer.pixels);
    return {plainDesc(DType::f32, builder.dims(layer.source)), plainDesc(DType::f32, builder.dims(y))};
  }
  const Dims in = builder.dims(layer.source), out = builder.dims(y);
  Desc from = builder.placed(layer.source).desc;
  std::optional<PixelLayout> known = layoutOf(from, in);
  if (!known) {
    from = channelsLast(in);
    known = layoutOf(from, in);
  }
  product.from = *known;
  Desc to = channelsLast(out);
  if (known->block == 8 || known->block == 16) {
    constexpr Tag by8[] = {Tag::nCw8c, Tag::nChw8c, Tag::nCdhw8c}, by16[] = {Tag::nCw16c, Tag::nChw16c, Tag::nCdhw16c};
    if (hasBlocks(from) && layer.rows() % known->block == 0) to = Desc(out, DataType::f32, (known->block == 8 ? by8 : by16)[out.size() - 3]);
  }
  product.to = *layoutOf(to, out);
  return {from, to};
}

std::int64_t nonZeros(const Tensor& weights) {
  const auto w = weights.data<float>();
  return std::count_if(w.begin(), w.end(), [](float value) { return value != 0; });
}

/// Everything that a run needs and that stays.
struct Work {
  SparseProduct product;
  SparseWeights weights;
  Tensor dense;
  SparsePath path;
  int threads = 1;

  std::size_t scratchBytes() const { return static_cast<std::size_t>(sparseScratch(weights, path) * threads) * sizeof(float); }
  void run(const float* x, const float* residual, float* y, float* scratch) const {
    sparseProduct(product, weights, dense.data<float>().data(), path, x, residual, y, scratch, threads);
  }
};

/// The product on memory of its own.
std::function<void()> sparseAlone(const std::shared_ptr<const Work>& work, bool residual) {
  const auto memory = [](std::size_t floats) { return std::make_shared<AlignedFloats>(floats, 0.5F); };
  const auto pixels = static_cast<std::size_t>(work->product.images * work->product.pixels);
  const auto x = memory(pixels * static_cast<std::size_t>(work->weights.columns));
  const auto y = memory(pixels * static_cast<std::size_t>(work->weights.rows));
  const auto scratch = memory(work->scratchBytes() / sizeof(float));
  return [=] { work->run(x->data(), residual ? y->data() : nullptr, y->data(), scratch->data()); };
}

std::string keyOf(const Work& work, const After& after, std::int64_t zerosPerMille) {
  const auto layout = [](const PixelLayout& l) { return std::to_string(l.block) + "/" + std::to_string(l.pixelStride); };
  return "sparse f32 " + std::to_string(work.weights.rows) + "x" + std::to_string(work.weights.columns) + " zeros " +
         std::to_string(zerosPerMille / 10) + "% pixels " + std::to_string(work.product.images) + "x" + std::to_string(work.product.pixels) +
         " from " + layout(work.product.from) + " to " + layout(work.product.to) + (after.residual ? " residual " : " ") +
         std::to_string(after.postOps) + " threads " + std::to_string(work.threads) + " " + std::string(work.path.name);
}

/// Whether leaving out the zeros pays.
bool pays(const Builder& builder, const Group& group, Factory dense, const std::shared_ptr<const Work>& work, const After& after) {
  constexpr std::int64_t surePerMille = 700, leastPixels = 32, leastWeights = 1024;
  const std::int64_t all = work->weights.rows * work->weights.columns;
  const std::int64_t zeros = (all - static_cast<std::int64_t>(work->weights.entries.size())) * 1000 / all;
  if (builder.options().reproducible) return zeros >= surePerMille && all >= leastWeights && work->product.images * work->product.pixels >= leastPixels;
  const std::string key = keyOf(*work, after, zeros);
  // Compiling the dense form measures candidates too, and one measurement is made at a time: so it comes first.
  std::function<void()> without;
  if (timesOf(key).empty()) {
    without = denseAlone(builder, group, dense);
    if (!without) return false;
  }
  const auto make = [&]() -> std::vector<Candidate> {
    if (!without) return {};
    return {{"dense", without}, {"sparse", sparseAlone(work, after.residual)}};
  };
  if (fastest(key, {"dense", "sparse"}, make) != 1) return false;
  // Among other layers the difference is smaller than alone, so a narrow victory is none.
  constexpr double clearly = 0.9;
  double denseMs = 0, sparseMs = 0;
  for (const auto& [name, ms] : timesOf(key)) (name == "dense" ? denseMs : sparseMs) = ms;
  return sparseMs <= denseMs * clearly;
}

/// The steps of the layer, now that it is decided.
void lay(Builder& builder, const Group& group, const SparseLayer& layer, const Layouts& layouts, const After& after,
         const std::shared_ptr<const Work>& work) {
  const SlotId from = builder.read(layer.source, layouts.from);
  SlotId to = kNoSlot, beside = kNoSlot;
  if (after.residual && !residualStays(builder, group, layouts.to, from)) {
    to = beside = placeOverResidual(builder, group, layouts.to, from);
  } else {
    if (after.residual) beside = builder.placed(residualOf(group)).slot;
    to = builder.write(group.output(), layouts.to);
  }
  const SlotId scratch = builder.scratch(work->scratchBytes());
  const auto body = [=](Storage& storage) {
    work->run(storage.as<const float>(from), beside == kNoSlot ? nullptr : storage.as<const float>(beside), storage.as<float>(to), storage.as<float>(scratch));
  };
  std::vector<SlotId> reads{from};
  if (beside != kNoSlot) reads.push_back(beside);
  builder.add(std::make_unique<LoopKernel>("sparse:" + std::string(work->path.name), body), reads, {to, scratch});
  for (std::size_t i = after.postOps; i < group.postOps.size(); ++i) addInPlace(builder, *group.postOps[i].eltwise, layouts.to, to);
}

}  // namespace

/// Looks at short runs in many places, where the bytes lie: an aligned copy or a visit to every page of mapped weights
/// would take longer than the rest of compiling the layer again.
bool hasManyZeros(const Tensor& weights) {
  constexpr std::size_t places = 64, run = 32, leastPercent = 30;
  const std::span<const std::byte> bytes = weights.storedBytes();
  const auto count = static_cast<std::size_t>(weights.size());
  std::size_t seen = 0, zeros = 0;
  const auto look = [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i, ++seen) {
      float w = 0;
      std::memcpy(&w, bytes.data() + i * sizeof w, sizeof w);
      zeros += w == 0 ? 1 : 0;
    }
  };
  if (count <= places * run) look(0, count);
  else for (std::size_t place = 0; place < places; ++place) look((count - run) * place / (places - 1), (count - run) * place / (places - 1) + run);
  return seen > 0 && zeros * 100 >= seen * leastPercent;
}

Result<bool> addSparse(Builder& builder, const Group& group, const SparseLayer& layer, Factory dense) {
  constexpr std::int64_t leastMacs = 1 << 15;  // less is done before the choice would matter
  After after;
  if (sparsePaths().empty() || layer.images * layer.pixels < 8 || !follow(group, after)) return false;
  if (layer.rows() * layer.columns() * layer.images * layer.pixels < leastMacs) return false;
  if (nonZeros(layer.weights) > std::int64_t{std::numeric_limits<std::int32_t>::max()}) return false;
  auto work = std::make_shared<Work>();
  const Layouts layouts = layoutsOf(builder, layer, group.output(), work->product);
  work->product.images = layer.images;
  work->product.pixels = layer.pixels;
  work->product.low = after.low;
  work->product.high = after.high;
  work->product.lowAfter = after.lowAfter;
  work->product.highAfter = after.highAfter;
  work->path = sparsePaths().front();
  work->threads = omp_get_max_threads();
  work->dense = layer.weights;
  const auto bias = layer.bias.present() ? layer.bias.data<float>() : std::span<const float>();
  work->weights = packSparse(layer.weights.data<float>(), layer.rows(), layer.columns(), bias, work->path);
  if (!pays(builder, group, dense, work, after)) return false;
  lay(builder, group, layer, layouts, after, work);
  return true;
}

}  // namespace ew::cpu

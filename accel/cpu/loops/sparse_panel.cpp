// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/sparse_panel.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "accel/cpu/loops/sparse_panel.cpp"
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_SSE4 | HWY_SSSE3)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// One lane at a time is no way to do this: such processors multiply with the zeros.
#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// A block is 4 floats; a vector holds the same number of pixels in each layout below.
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr std::int64_t kLanes = HWY_LANES(float) < 16 ? HWY_LANES(float) : 16;
constexpr std::int64_t kBlocks = kLanes / 4;
constexpr std::int64_t kStride = panelVectors * kLanes;

/// Four floats of each of kBlocks places, `stride` apart.
HWY_INLINE V loadBlocks(const float* from, std::int64_t stride) {
#if HWY_TARGET == HWY_AVX3
  const __m512 a = _mm512_castps128_ps512(_mm_loadu_ps(from));
  const __m512 b = _mm512_insertf32x4(a, _mm_loadu_ps(from + stride), 1);
  const __m512 c = _mm512_insertf32x4(b, _mm_loadu_ps(from + 2 * stride), 2);
  return V{_mm512_insertf32x4(c, _mm_loadu_ps(from + 3 * stride), 3)};
#elif HWY_TARGET == HWY_AVX2
  return V{_mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)), _mm_loadu_ps(from + stride), 1)};
#else
  (void)stride;
  return hn::LoadU(D(), from);
#endif
}

HWY_INLINE void storeBlocks(V v, float* to, std::int64_t stride) {
#if HWY_TARGET == HWY_AVX3
  _mm_storeu_ps(to, _mm512_castps512_ps128(v.raw));
  _mm_storeu_ps(to + stride, _mm512_extractf32x4_ps(v.raw, 1));
  _mm_storeu_ps(to + 2 * stride, _mm512_extractf32x4_ps(v.raw, 2));
  _mm_storeu_ps(to + 3 * stride, _mm512_extractf32x4_ps(v.raw, 3));
#elif HWY_TARGET == HWY_AVX2
  _mm_storeu_ps(to, _mm256_castps256_ps128(v.raw));
  _mm_storeu_ps(to + stride, _mm256_extractf128_ps(v.raw, 1));
#else
  (void)stride;
  hn::StoreU(v, D(), to);
#endif
}

/// In each block, element j of vector i becomes element i of vector j.
HWY_INLINE void transposeBlocks(V& a, V& b, V& c, V& d) {
  const D f;
  const hn::Repartition<double, D> pairs;
  const auto ac0 = hn::BitCast(pairs, hn::InterleaveLower(f, a, b)), ac1 = hn::BitCast(pairs, hn::InterleaveUpper(f, a, b));
  const auto bd0 = hn::BitCast(pairs, hn::InterleaveLower(f, c, d)), bd1 = hn::BitCast(pairs, hn::InterleaveUpper(f, c, d));
  a = hn::BitCast(f, hn::InterleaveLower(pairs, ac0, bd0));
  b = hn::BitCast(f, hn::InterleaveUpper(pairs, ac0, bd0));
  c = hn::BitCast(f, hn::InterleaveLower(pairs, ac1, bd1));
  d = hn::BitCast(f, hn::InterleaveUpper(pairs, ac1, bd1));
}

/// Channels [channel, end) of kLanes pixels that lie in one block. Returns 0 times all that was read, added up.
V gatherBlock(const float* x, std::int64_t pixelStride, std::int64_t channels, float* panel) {
  const D f;
  V check = hn::Zero(f);
  std::int64_t c = 0;
  for (; c + 4 <= channels; c += 4) {
    V v[4];
    for (std::int64_t i = 0; i < 4; ++i) v[i] = loadBlocks(x + c + i * pixelStride, 4 * pixelStride);
    transposeBlocks(v[0], v[1], v[2], v[3]);
    for (std::int64_t i = 0; i < 4; ++i) {
      check = hn::MulAdd(v[i], hn::Zero(f), check);
      hn::Store(v[i], f, panel + (c + i) * kStride);
    }
  }
  for (; c < channels; ++c) {
    for (std::int64_t p = 0; p < kLanes; ++p) panel[c * kStride + p] = x[c + p * pixelStride];
    check = hn::MulAdd(hn::Load(f, panel + c * kStride), hn::Zero(f), check);
  }
  return check;
}

/// The same for fewer pixels than a vector has; the others become 0.
V gatherFew(const float* x, const PixelLayout& from, std::int64_t pixels, std::int64_t channel, std::int64_t channels, float* panel) {
  const D f;
  V check = hn::Zero(f);
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* const at = x + from.at(0, channel + c, 0);
    for (std::int64_t p = 0; p < kLanes; ++p) panel[c * kStride + p] = p < pixels ? at[p * from.pixelStride] : 0.0F;
    check = hn::MulAdd(hn::Load(f, panel + c * kStride), hn::Zero(f), check);
  }
  return check;
}

bool gather(const float* x, const PixelLayout& from, std::int64_t image, std::int64_t first, std::int64_t count, std::int64_t channel,
            std::int64_t channels, float* panel) {
  const D f;
  V check = hn::Zero(f);
  for (std::int64_t p = 0; p < count; p += kLanes) {
    const float* const pixel = x + from.at(image, 0, first + p);
    if (count - p < kLanes) {
      check = hn::Add(check, gatherFew(pixel, from, count - p, channel, channels, panel + p));
    } else if (from.block == 1) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const V v = hn::LoadU(f, pixel + (channel + c) * from.blockStride);
        check = hn::MulAdd(v, hn::Zero(f), check);
        hn::Store(v, f, panel + c * kStride + p);
      }
    } else {
      for (std::int64_t c = 0; c < channels;) {
        const std::int64_t inBlock = std::min(channels - c, from.block - (channel + c) % from.block);
        check = hn::Add(check, gatherBlock(pixel + from.at(0, channel + c, 0), from.pixelStride, inBlock, panel + c * kStride + p));
        c += inBlock;
      }
    }
  }
  return hn::AllTrue(f, hn::Eq(check, hn::Zero(f)));
}

/// Two sums a vector, so that an addition need not wait for the one before it.
template <int kVectors>
void multiply(const float* panel, const std::uint32_t* starts, const SparseWeights::Entry* entries, std::int64_t rows, const float* bias,
              float* tile) {
  const D f;
  const auto pixels = [&](const SparseWeights::Entry& entry) {
    return reinterpret_cast<const float*>(reinterpret_cast<const char*>(panel) + entry.offset);
  };
  for (std::int64_t row = 0; row < rows; ++row, tile += kStride) {
    V even[kVectors], odd[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      even[v] = bias != nullptr ? hn::Set(f, bias[row]) : hn::Load(f, tile + v * kLanes);
      odd[v] = hn::Zero(f);
    }
    const SparseWeights::Entry* entry = entries + starts[row];
    const SparseWeights::Entry* const end = entries + starts[row + 1];
    for (; entry + 2 <= end; entry += 2) {
      const V w0 = hn::Set(f, entry[0].value), w1 = hn::Set(f, entry[1].value);
      const float* const x0 = pixels(entry[0]);
      const float* const x1 = pixels(entry[1]);
      for (int v = 0; v < kVectors; ++v) even[v] = hn::MulAdd(w0, hn::Load(f, x0 + v * kLanes), even[v]);
      for (int v = 0; v < kVectors; ++v) odd[v] = hn::MulAdd(w1, hn::Load(f, x1 + v * kLanes), odd[v]);
    }
    if (entry < end)
      for (int v = 0; v < kVectors; ++v) even[v] = hn::MulAdd(hn::Set(f, entry->value), hn::Load(f, pixels(*entry) + v * kLanes), even[v]);
    for (int v = 0; v < kVectors; ++v) hn::Store(hn::Add(even[v], odd[v]), f, tile + v * kLanes);
  }
}

struct Bounds {
  V low, high, lowAfter, highAfter;
  bool after;
};

/// The second operand survives where one is undefined.
HWY_INLINE V bounded(V v, V low, V high) { return hn::Min(high, hn::Max(low, v)); }

HWY_INLINE V finished(const Bounds& bounds, V v, V residual) {
  v = bounded(v, bounds.low, bounds.high);
  return bounds.after ? bounded(hn::Add(v, residual), bounds.lowAfter, bounds.highAfter) : v;
}

/// Rows of kLanes pixels that lie in one block of channels.
void spreadBlock(const float* tile, std::int64_t rows, const Bounds& bounds, const float* residual, float* y, std::int64_t pixelStride) {
  const D f;
  std::int64_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    V v[4];
    for (std::int64_t i = 0; i < 4; ++i) v[i] = hn::Load(f, tile + (row + i) * kStride);
    transposeBlocks(v[0], v[1], v[2], v[3]);
    for (std::int64_t i = 0; i < 4; ++i) {
      const std::int64_t at = row + i * pixelStride;
      const V other = bounds.after ? loadBlocks(residual + at, 4 * pixelStride) : hn::Zero(f);
      storeBlocks(finished(bounds, v[i], other), y + at, 4 * pixelStride);
    }
  }
  for (; row < rows; ++row) {
    HWY_ALIGN float few[kLanes] = {};
    if (bounds.after)
      for (std::int64_t p = 0; p < kLanes; ++p) few[p] = residual[row + p * pixelStride];
    hn::Store(finished(bounds, hn::Load(f, tile + row * kStride), hn::Load(f, few)), f, few);
    for (std::int64_t p = 0; p < kLanes; ++p) y[row + p * pixelStride] = few[p];
  }
}

/// The same for fewer pixels than a vector has.
void spreadFew(const float* tile, std::int64_t rows, const Bounds& bounds, const float* residual, float* y, const PixelLayout& to,
               std::int64_t pixels) {
  const D f;
  for (std::int64_t row = 0; row < rows; ++row) {
    HWY_ALIGN float few[kLanes] = {};
    const std::int64_t at = to.at(0, row, 0);
    if (bounds.after)
      for (std::int64_t p = 0; p < pixels; ++p) few[p] = residual[at + p * to.pixelStride];
    hn::Store(finished(bounds, hn::Load(f, tile + row * kStride), hn::Load(f, few)), f, few);
    for (std::int64_t p = 0; p < pixels; ++p) y[at + p * to.pixelStride] = few[p];
  }
}

void spread(const float* tile, const SparseProduct& what, std::int64_t image, std::int64_t first, std::int64_t count, std::int64_t rows,
            const float* residual, float* y) {
  const D f;
  const Bounds bounds{hn::Set(f, what.low), hn::Set(f, what.high), hn::Set(f, what.lowAfter), hn::Set(f, what.highAfter), residual != nullptr};
  const PixelLayout& to = what.to;
  for (std::int64_t p = 0; p < count; p += kLanes) {
    const std::int64_t pixel = to.at(image, 0, first + p);
    const auto beside = [&](std::int64_t at) { return residual != nullptr ? residual + at : nullptr; };
    if (count - p < kLanes) {
      spreadFew(tile + p, rows, bounds, beside(pixel), y + pixel, to, count - p);
    } else if (to.block == 1) {
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t at = pixel + row * to.blockStride;
        const V other = residual != nullptr ? hn::LoadU(f, residual + at) : hn::Zero(f);
        hn::StoreU(finished(bounds, hn::Load(f, tile + row * kStride + p), other), f, y + at);
      }
    } else {
      for (std::int64_t row = 0; row < rows; row += to.block) {
        const std::int64_t at = pixel + to.at(0, row, 0);
        spreadBlock(tile + row * kStride + p, std::min(to.block, rows - row), bounds, beside(at), y + at, to.pixelStride);
      }
    }
  }
}

}  // namespace

const PanelCode& code() {
  static const PanelCode instance{kLanes, gather, {multiply<1>, multiply<2>, multiply<3>, multiply<4>}, spread};
  return instance;
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace ew::cpu {
namespace {

struct Path {
  SparsePath path;
  const PanelCode* code;
};

/// Best first.
const std::vector<Path>& paths() {
  static const std::vector<Path> all = [] {
    std::vector<Path> out;
    [[maybe_unused]] const auto add = [&](std::int64_t target, const char* name, const PanelCode& code) {
      if ((hwy::SupportedTargets() & target) != 0) out.push_back({{name, code.lanes}, &code});
    };
#if HWY_TARGETS & HWY_AVX3
    add(HWY_AVX3, "avx512", N_AVX3::code());
#endif
#if HWY_TARGETS & HWY_AVX2
    add(HWY_AVX2, "avx2", N_AVX2::code());
#endif
#if HWY_TARGETS & HWY_NEON
    add(HWY_NEON, "neon", N_NEON::code());
#endif
    return out;
  }();
  return all;
}

}  // namespace

std::span<const SparsePath> sparsePaths() {
  static const std::vector<SparsePath> all = [] {
    std::vector<SparsePath> out;
    for (const Path& path : paths()) out.push_back(path.path);
    return out;
  }();
  return all;
}

const PanelCode& panelCode(const SparsePath& wanted) {
  const auto it = std::find_if(paths().begin(), paths().end(), [&](const Path& path) { return path.path.name == wanted.name; });
  return *it->code;
}

}  // namespace ew::cpu
#endif  // HWY_ONCE

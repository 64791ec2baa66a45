// SPDX-License-Identifier: Apache-2.0
// The tile for one generation of processors, which the including file describes: EW_TARGET, EW_INLINE, and Vector with its
// type Floats, its Mask of lanes, and what can be done with them.

/// e^x for x of at most about 87 to each side, beyond that the same as there, by 2^n times a polynomial on half an octave to
/// each side (relative error 2e-7).
EW_INLINE Vector::Floats expOf(Vector::Floats x) {
  const Vector::Floats octaves = Vector::max(Vector::all(-126.0F), Vector::min(Vector::all(126.0F), Vector::mul(x, Vector::all(1.44269504F))));
  const Vector::Floats whole = Vector::rounded(octaves);
  const Vector::Floats rest = Vector::sub(octaves, whole);
  Vector::Floats sum = Vector::all(1.32187e-3F);
  for (const float factor : {9.6717e-3F, 5.550893e-2F, 2.4022238e-1F, 6.9314686e-1F, 1.0F}) sum = Vector::fma(sum, rest, Vector::all(factor));
  return Vector::scaledByPower(sum, whole);
}

EW_INLINE Vector::Floats sigmoidOf(Vector::Floats x) {
  return Vector::reciprocal(Vector::add(Vector::all(1.0F), expOf(Vector::sub(Vector::all(0.0F), x))));
}

template <TileActivation Activation>
EW_INLINE Vector::Floats activated(Vector::Floats x, Vector::Floats alpha) {
  if constexpr (Activation == TileActivation::Swish) return Vector::mul(x, sigmoidOf(x));
  if constexpr (Activation == TileActivation::Sigmoid) return sigmoidOf(x);
  if constexpr (Activation == TileActivation::Leaky) return Vector::whereNegative(x, Vector::mul(x, alpha));
  if constexpr (Activation == TileActivation::HardSwish) {
    const Vector::Floats slope = Vector::fma(x, Vector::all(1.0F / 6), Vector::all(0.5F));
    return Vector::mul(x, Vector::max(Vector::all(0.0F), Vector::min(Vector::all(1.0F), slope)));
  }
  return x;
}

/// Over results that are in the nearest cache: cheaper than the code for every tile would be.
template <TileActivation Activation>
EW_TARGET void activateAs(float* y, std::int64_t step, int rows, std::int64_t lanesLeft, float factor) {
  const Vector::Floats alpha = Vector::all(factor);
  if (lanesLeft >= Vector::lanes) {
    for (int r = 0; r < rows; ++r, y += step) Vector::store(y, activated<Activation>(Vector::load(y), alpha));
    return;
  }
  const Vector::Mask mask = Vector::maskOf(lanesLeft);
  for (int r = 0; r < rows; ++r, y += step) Vector::store(y, mask, activated<Activation>(Vector::load(y, mask), alpha));
}

EW_TARGET void activate(const TileAfter& after, float* y, std::int64_t step, int rows, std::int64_t lanesLeft) {
  switch (after.activation) {
    case TileActivation::None: break;
    case TileActivation::Swish: activateAs<TileActivation::Swish>(y, step, rows, lanesLeft, after.alpha); break;
    case TileActivation::HardSwish: activateAs<TileActivation::HardSwish>(y, step, rows, lanesLeft, after.alpha); break;
    case TileActivation::Sigmoid: activateAs<TileActivation::Sigmoid>(y, step, rows, lanesLeft, after.alpha); break;
    case TileActivation::Leaky: activateAs<TileActivation::Leaky>(y, step, rows, lanesLeft, after.alpha); break;
  }
}

EW_TARGET void addRows(const float* residual, float* y, std::int64_t step, int rows, std::int64_t lanesLeft) {
  const Vector::Mask mask = Vector::maskOf(lanesLeft);
  for (int r = 0; r < rows; ++r) Vector::store(y + r * step, mask, Vector::add(Vector::load(y + r * step, mask), Vector::load(residual + r * step, mask)));
}

/// Residual, bounds and activation of one vector of filters in all rows of a tile.
template <int Rows, class Sums>
EW_INLINE void finish(const TileAfter& after, const Sums& sums, const float* residual, float* y, std::int64_t step, std::int64_t lanesLeft) {
  const Vector::Floats low = Vector::all(after.low), high = Vector::all(after.high);
  if (lanesLeft >= Vector::lanes) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      Vector::Floats sum = sums(r);
      if (residual != nullptr) sum = Vector::add(sum, Vector::load(residual + r * step));
      Vector::store(y + r * step, Vector::min(high, Vector::max(low, sum)));
    }
  } else {
    const Vector::Mask mask = Vector::maskOf(lanesLeft);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      Vector::Floats sum = sums(r);
      if (residual != nullptr) sum = Vector::add(sum, Vector::load(residual + r * step, mask));
      Vector::store(y + r * step, mask, Vector::min(high, Vector::max(low, sum)));
    }
  }
  if (after.activation != TileActivation::None) activate(after, y, step, Rows, lanesLeft);
}

/// Rows x Vectors sums in registers.
template <int Rows, int Vectors>
EW_TARGET void tile(const FloatTile& t) {
  Vector::Floats acc[Rows][Vectors];
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
    const Vector::Floats start = Vector::load(t.bias + v * Vector::lanes);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) acc[r][v] = start;
  }
  const float* w = t.weights;
  const std::int64_t step = t.rowStep;
  for (std::int64_t run = 0; run < t.runs; ++run) {
    // A pointer for every third row: the two after it are one and two steps away, which an address can say.
    constexpr int thirds = (Rows + 2) / 3;
    const float* x[thirds];
#pragma GCC unroll 32
    for (int i = 0; i < thirds; ++i) x[i] = t.x + t.offsets[run] + i * 3 * step;
    for (std::int64_t k = 0; k < t.runLength; ++k) {
      Vector::Floats weights[Vectors];
#pragma GCC unroll 32
      for (int v = 0; v < Vectors; ++v) weights[v] = Vector::load(w + v * Vector::lanes);
      w += Vectors * Vector::lanes;
#pragma GCC unroll 32
      for (int r = 0; r < Rows; ++r) {
        const Vector::Floats value = Vector::all(x[r / 3][r % 3 * step]);
#pragma GCC unroll 32
        for (int v = 0; v < Vectors; ++v) acc[r][v] = Vector::fma(value, weights[v], acc[r][v]);
      }
#pragma GCC unroll 32
      for (int i = 0; i < thirds; ++i) ++x[i];
    }
  }
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
    const std::int64_t at = v * t.yVectorStep;
    const auto sums = [&](int r) EW_TARGET __attribute__((always_inline)) { return acc[r][v]; };
    finish<Rows>(*t.after, sums, t.residual != nullptr ? t.residual + at : nullptr, t.y + at, t.yStep, t.filters - v * Vector::lanes);
  }
  if (t.residualLast == nullptr) return;
  for (std::int64_t v = 0; v < Vectors; ++v) addRows(t.residualLast + v * t.yVectorStep, t.y + v * t.yVectorStep, t.yStep, Rows, t.filters - v * Vector::lanes);
}

/// One vector of channels after the other, Rows pixels each. A pixel's window lies in memory as it is.
template <int Rows, bool Full>
EW_INLINE void depthwiseVector(const DepthwiseTile& t, std::int64_t channel) {
  constexpr int thirds = (Rows + 2) / 3;
  const Vector::Mask mask = Vector::maskOf(t.channels - channel);
  const std::int64_t step = t.rowStep;
  Vector::Floats acc[Rows];
  const Vector::Floats start = Vector::load(t.bias + channel);
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) acc[r] = start;
  for (int i = t.firstRow; i < t.endRow; ++i) {
    const float* w = t.weights + channel + (i * t.kernelWidth + t.firstColumn) * t.weightStep;
    const float* x[thirds];
#pragma GCC unroll 32
    for (int k = 0; k < thirds; ++k) x[k] = t.x + channel + i * t.xRowStep + t.firstColumn * t.xColumnStep + k * 3 * step;
    for (int j = t.firstColumn; j < t.endColumn; ++j, w += t.weightStep) {
      const Vector::Floats weights = Vector::load(w);
#pragma GCC unroll 32
      for (int r = 0; r < Rows; ++r) {
        const float* from = x[r / 3] + r % 3 * step;
        acc[r] = Vector::fma(Full ? Vector::load(from) : Vector::load(from, mask), weights, acc[r]);
      }
#pragma GCC unroll 32
      for (int k = 0; k < thirds; ++k) x[k] += t.xColumnStep;
    }
  }
  const auto sums = [&](int r) EW_TARGET __attribute__((always_inline)) { return acc[r]; };
  finish<Rows>(*t.after, sums, t.residual != nullptr ? t.residual + channel : nullptr, t.y + channel, t.yStep, t.channels - channel);
}

/// The same for kernels that are three columns wide: every element of x is read once for all pixels that it reaches.
template <int Rows, int Stride>
EW_INLINE void depthwiseThree(const DepthwiseTile& t, std::int64_t channel) {
  constexpr int columns = (Rows - 1) * Stride + 3, thirds = (columns + 2) / 3;
  const std::int64_t step = t.xColumnStep;
  Vector::Floats acc[Rows];
  const Vector::Floats start = Vector::load(t.bias + channel);
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) acc[r] = start;
  for (int i = t.firstRow; i < t.endRow; ++i) {
    const float* w = t.weights + channel + i * 3 * t.weightStep;
    const Vector::Floats weights[] = {Vector::load(w), Vector::load(w + t.weightStep), Vector::load(w + 2 * t.weightStep)};
    const float* x[thirds];
#pragma GCC unroll 32
    for (int k = 0; k < thirds; ++k) x[k] = t.x + channel + i * t.xRowStep + k * 3 * step;
#pragma GCC unroll 32
    for (int c = 0; c < columns; ++c) {
      const Vector::Floats value = Vector::load(x[c / 3] + c % 3 * step);
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j)
        if (c >= j && (c - j) % Stride == 0 && (c - j) / Stride < Rows)
          acc[(c - j) / Stride] = Vector::fma(value, weights[j], acc[(c - j) / Stride]);
    }
  }
  const auto sums = [&](int r) EW_TARGET __attribute__((always_inline)) { return acc[r]; };
  finish<Rows>(*t.after, sums, t.residual != nullptr ? t.residual + channel : nullptr, t.y + channel, t.yStep, t.channels - channel);
}

template <int Rows>
EW_TARGET void depthwise(const DepthwiseTile& t) {
  std::int64_t c = 0;
  const std::int64_t whole = t.channels / Vector::lanes * Vector::lanes;
  if (t.kernelWidth == 3 && t.firstColumn == 0 && t.endColumn == 3) {
    if (t.rowStep == t.xColumnStep) for (; c < whole; c += Vector::lanes) depthwiseThree<Rows, 1>(t, c);
    else if (t.rowStep == 2 * t.xColumnStep) for (; c < whole; c += Vector::lanes) depthwiseThree<Rows, 2>(t, c);
  }
  for (; c < whole; c += Vector::lanes) depthwiseVector<Rows, true>(t, c);
  if (c < t.channels) depthwiseVector<Rows, false>(t, c);
  if (t.residualLast == nullptr) return;
  for (c = 0; c < t.channels; c += Vector::lanes) addRows(t.residualLast + c, t.y + c, t.yStep, Rows, t.channels - c);
}

template <int Vectors, int... Rows>
constexpr void setTiles(FloatTileSet& set, std::integer_sequence<int, Rows...>) {
  set.rows[Vectors] = static_cast<int>(sizeof...(Rows));
  ((set.tiles[Vectors][Rows + 1] = tile<Rows + 1, Vectors>), ...);
}

template <int... Rows>
constexpr void setDepthwise(FloatTileSet& set, std::integer_sequence<int, Rows...>) {
  set.depthwiseRows = static_cast<int>(sizeof...(Rows));
  ((set.depthwise[Rows + 1] = depthwise<Rows + 1>), ...);
}

template <int... Vectors>
constexpr FloatTileSet makeTiles(const char* name, std::integer_sequence<int, Vectors...>) {
  FloatTileSet set;
  set.name = name;
  set.lanes = Vector::lanes;
  set.vectors = static_cast<int>(sizeof...(Vectors));
  (setTiles<Vectors + 1>(set, std::make_integer_sequence<int, Vector::rows[Vectors]>()), ...);
  setDepthwise(set, std::make_integer_sequence<int, Vector::depthwiseRows>());
  return set;
}

// SPDX-License-Identifier: Apache-2.0
// The loops of a depthwise row; included where EW_TARGET and EW_INLINE say for which processors, and a type Vector has
// its vectors: `lanes` sums, interleave() of 16 bytes of up to four rows, dot() and finish() of four vectors.

constexpr std::int64_t groupResults = 4 * Vector::lanes, vectorBytes = Vector::lanes * 4;

/// `bytes` bytes from offset `at` of each row become one stream; what follows it is overwritten up to 60 bytes on.
template <int Rows>
EW_INLINE void interleaveBytes(const std::uint8_t* const* rows, std::int64_t at, std::int64_t bytes, std::int64_t rowBytes, std::uint8_t flip,
                               std::uint8_t* to) {
  const typename Vector::Mixer mixer(flip);
  std::int64_t i = 0;
  for (; i < bytes && at + i + 16 <= rowBytes; i += 16) {
    const std::uint8_t* from[Rows];
    for (int r = 0; r < Rows; ++r) from[r] = rows[r] + at + i;
    mixer.template interleave<Rows>(from, to + i * 4);
  }
  if (i >= bytes) return;
  std::uint8_t last[Rows][16] = {};
  const std::uint8_t* from[Rows];
  for (int r = 0; r < Rows; ++r) {
    for (std::int64_t k = 0; at + i + k < rowBytes; ++k) last[r][k] = rows[r][at + i + k];
    from[r] = last[r];
  }
  mixer.template interleave<Rows>(from, to + i * 4);
}

/// A row of pixels with its padding, every stride-th pixel in a lane of its own, so that each tap meets pixels in a row.
template <int Rows>
EW_TARGET void fillLanes(const DepthwiseLayer& l, const std::uint8_t* const* rows, std::uint8_t* lanes) {
  const std::int64_t rowBytes = l.width * l.channels, pixelBytes = l.channels * 4, met = l.metPixels();
  const auto pad = [&](std::uint8_t* to, std::int64_t bytes) { std::memset(to, l.padding, static_cast<std::size_t>(bytes)); };
  if (l.stride == 1) {
    const std::int64_t before = std::min(l.padBegin, met), inside = std::clamp<std::int64_t>(met - before, 0, l.width);
    pad(lanes, before * pixelBytes);
    interleaveBytes<Rows>(rows, 0, inside * l.channels, rowBytes, l.flip, lanes + before * pixelBytes);
    pad(lanes + (before + inside) * pixelBytes, (met - before - inside) * pixelBytes);
    return;
  }
  for (std::int64_t lane = 0; lane < l.stride; ++lane) {
    std::uint8_t* to = lanes + lane * l.laneBytes();
    for (std::int64_t pixel = lane; pixel < met; pixel += l.stride, to += pixelBytes) {
      const std::int64_t x = pixel - l.padBegin;
      if (x < 0 || x >= l.width) pad(to, pixelBytes);
      else interleaveBytes<Rows>(rows, x * l.channels, l.channels, rowBytes, l.flip, to);
    }
  }
}

/// The sums of one group; the offsets of the taps are those of the first group's bytes.
template <int Taps>
EW_INLINE void groupSums(const std::uint8_t* x, const std::int64_t* offsets, std::int64_t, const std::int8_t*, const typename Vector::Weights (*held)[4],
                         typename Vector::Ints* acc) {
#pragma GCC unroll 16
  for (int t = 0; t < Taps; ++t)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) acc[v] = Vector::dot(acc[v], Vector::values(x + offsets[t] + v * vectorBytes), held[t][v]);
}

/// The same for any number of taps, whose weights are read each time.
template <>
EW_INLINE void groupSums<0>(const std::uint8_t* x, const std::int64_t* offsets, std::int64_t count, const std::int8_t* weights,
                            const typename Vector::Weights (*)[4], typename Vector::Ints* acc) {
  for (std::int64_t t = 0; t < count; ++t, weights += 4 * vectorBytes)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v)
      acc[v] = Vector::dot(acc[v], Vector::values(x + offsets[t] + v * vectorBytes), Vector::weights(weights + v * vectorBytes));
}

/// The results of one phase. Copies of what the loop needs: a store to y could change anything else.
template <int Taps>
EW_TARGET __attribute__((noinline)) void phaseRow(const DepthwiseLayer& l, const std::int8_t* weights, std::int64_t phase, const std::uint8_t* scratch, const std::int64_t* tapOffsets,
                                                  std::int64_t count, std::uint8_t* y) {
  weights += phase * count * groupResults * 4;
  const typename Vector::Finish finish(l, l.start.data() + phase * groupResults, l.multipliers.data() + phase * groupResults);
  const std::int64_t total = l.outWidth * l.channels, step = l.phases * groupResults;
  typename Vector::Weights held[Taps > 0 ? Taps : 1][4];
  std::int64_t own[Taps > 0 ? Taps : 1];
  for (int t = 0; t < Taps; ++t) {
    own[t] = tapOffsets[t];
    for (int v = 0; v < 4; ++v) held[t][v] = Vector::weights(weights + (t * 4 + v) * vectorBytes);
  }
  const std::int64_t* offsets = Taps > 0 ? own : tapOffsets;
  typename Vector::Ints acc[4];
  std::int64_t at = phase * groupResults;
  for (; at + groupResults <= total; at += step) {
    for (int v = 0; v < 4; ++v) acc[v] = finish.start(v);
    groupSums<Taps>(scratch + at * 4, offsets, count, weights, held, acc);
    finish(acc, y + at);
  }
  if (at >= total) return;
  for (int v = 0; v < 4; ++v) acc[v] = finish.start(v);
  groupSums<Taps>(scratch + at * 4, offsets, count, weights, held, acc);
  finish.part(acc, y + at, total - at);
}

EW_TARGET void depthwiseRow(const DepthwiseLayer& l, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y,
                            std::uint8_t* below) {
  std::int64_t offsets[mostDepthwiseTaps];
  std::int64_t taps = 0;
  for (std::int64_t group = 0; group < l.rowGroups(); ++group) {
    std::uint8_t* lanes = scratch + group * l.stride * l.laneBytes();
    const std::uint8_t* const* from = rows + group * 4;
    switch (l.kernelRows - group * 4 + (below != nullptr ? 1 : 0)) {
      case 1: fillLanes<1>(l, from, lanes); break;
      case 2: fillLanes<2>(l, from, lanes); break;
      case 3: fillLanes<3>(l, from, lanes); break;
      default: fillLanes<4>(l, from, lanes);
    }
    for (std::int64_t column = 0; column < l.kernelColumns; ++column) {
      const std::int64_t pixel = column * l.dilation;
      offsets[taps++] = (group * l.stride + pixel % l.stride) * l.laneBytes() + pixel / l.stride * l.channels * 4;
    }
  }
  const auto allPhases = [&](const std::vector<std::int8_t>& weights, std::uint8_t* to) {
    for (std::int64_t phase = 0; phase < l.phases; ++phase) {
      if (taps == 3) phaseRow<3>(l, weights.data(), phase, scratch, offsets, taps, to);
      else phaseRow<0>(l, weights.data(), phase, scratch, offsets, taps, to);
    }
  };
  allPhases(l.weights, y);
  if (below != nullptr) allPhases(l.weightsBelow, below);
}

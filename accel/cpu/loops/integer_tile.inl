// SPDX-License-Identifier: Apache-2.0
// The tile for one generation of processors, which the including file describes: EW_TARGET, EW_INLINE and Vector with its types
// Ints (sums), Values (four bytes of x for all lanes) and Weights, and what can be done with them.

/// Brings sums that lie in memory, row after row, to bytes: Scale makes whole numbers within +-2^16 of them (or the least
/// integer where a float lies far below), Vector::Bytes adds the zero point and saturates.
template <class Scale, int Vectors>
EW_TARGET void finish(const IntegerTile& t, const std::int32_t* sums, int rows) {
  const Scale scale(t);
  const Vector::Bytes<Vectors> bytes(t);
  for (int r = 0; r < rows; ++r) {
    Vector::Ints whole[Vectors];
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) whole[v] = scale(Vector::load(sums + (r * Vectors + v) * Vector::lanes), v, r);
    bytes.write(whole, t.y + r * t.yStep);
  }
}

/// Rows x Vectors sums in registers.
template <int Rows, int Vectors>
EW_TARGET void tile(const IntegerTile& t) {
  Vector::Ints acc[Rows][Vectors];
#pragma GCC unroll 16
  for (int v = 0; v < Vectors; ++v) {
    const Vector::Ints start = Vector::load(t.start + v * Vector::lanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) acc[r][v] = start;
  }
  const Vector::Flip flip = Vector::flip(t.flip);
  const std::int8_t* w = t.weights;
  for (std::int64_t plane = 0; plane < t.planes; ++plane) {
    for (std::int64_t run = 0; run < t.runs; ++run) {
      const std::uint8_t* x[Rows];
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) x[r] = t.rows[run * t.rowStep + r] + t.offset;
      for (std::int64_t k = 0; k < t.runBytes; k += 4) {
        Vector::Weights weights[Vectors];
#pragma GCC unroll 16
        for (int v = 0; v < Vectors; ++v) weights[v] = Vector::weights(w + v * Vector::lanes * 4);
        w += Vectors * Vector::lanes * 4;
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
          const Vector::Values values = Vector::values(x[r] + k, flip);
#pragma GCC unroll 16
          for (int v = 0; v < Vectors; ++v) acc[r][v] = Vector::dot(acc[r][v], values, weights[v]);
        }
      }
    }
  }
  // Only the usual way is taken in registers: with more of them the compiler would keep the sums in memory all the time.
  if (t.multipliers != nullptr && t.sum == nullptr) {
    const Vector::Float scale(t);
    const Vector::Bytes<Vectors> bytes(t);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      Vector::Ints whole[Vectors];
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) whole[v] = scale(acc[r][v], v, r);
      bytes.write(whole, t.y + r * t.yStep);
    }
    return;
  }
  alignas(64) std::int32_t sums[Rows * Vectors * Vector::lanes];
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) Vector::store(sums + (r * Vectors + v) * Vector::lanes, acc[r][v]);
  if (t.sum != nullptr) finish<Vector::Sum, Vectors>(t, sums, Rows);
  else finish<Vector::Fixed, Vectors>(t, sums, Rows);
}

template <int Vectors, int... Rows>
constexpr void setTiles(TileSet& set, std::integer_sequence<int, Rows...>) {
  set.rows[Vectors] = static_cast<int>(sizeof...(Rows));
  ((set.tiles[Vectors][Rows + 1] = tile<Rows + 1, Vectors>), ...);
}

template <int... Vectors>
constexpr TileSet makeTiles(const char* name, std::integer_sequence<int, Vectors...>) {
  TileSet set;
  set.name = name;
  set.lanes = Vector::lanes;
  set.vectors = static_cast<int>(sizeof...(Vectors));
  (setTiles<Vectors + 1>(set, std::make_integer_sequence<int, Vector::rows[Vectors]>()), ...);
  return set;
}

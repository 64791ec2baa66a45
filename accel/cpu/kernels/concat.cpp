// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/parallel.h"
#include "accel/cpu/quantized_layer.h"
#include "core/ops/attributes.h"

namespace ew::cpu {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::int64_t grainBytes = 65536;

/// Byte offset of `part` inside `whole` when its elements lie there exactly as in a buffer of their own; nothing when
/// they are spread.
std::optional<std::size_t> pieceOffset(const Desc& whole, const Desc& part, std::size_t axis, std::int64_t at) {
  const dnnl_blocking_desc_t& a = whole.data.format_desc.blocking;
  const dnnl_blocking_desc_t& b = part.data.format_desc.blocking;
  if (a.inner_nblks != b.inner_nblks || a.inner_nblks > 1) return std::nullopt;
  std::int64_t block = 1;
  if (a.inner_nblks == 1) {
    if (a.inner_idxs[0] != b.inner_idxs[0] || a.inner_blks[0] != b.inner_blks[0]) return std::nullopt;
    if (a.inner_idxs[0] == static_cast<std::int64_t>(axis)) block = a.inner_blks[0];
  }
  if (at % block != 0 || part.data.dims[axis] % block != 0) return std::nullopt;
  for (std::size_t i = 0; i < static_cast<std::size_t>(part.data.ndims); ++i) {
    // Nothing may lie farther apart than the elements of the axis do: the part's are together.
    if (i != axis && part.data.dims[i] != 1 && a.strides[i] > a.strides[axis]) return std::nullopt;
    if (part.data.dims[i] > 1 && a.strides[i] != b.strides[i]) return std::nullopt;
  }
  const std::size_t offset = static_cast<std::size_t>(at / block * a.strides[axis]) * dnnl::memory::data_type_size(part.data_type());
  if (offset % alignment != 0 || !isDense(part)) return std::nullopt;
  return offset;
}

/// Lets every part be written where it ends up; false (and nothing done) when some part cannot be.
bool joinInPlace(Builder& builder, const std::vector<ValueId>& parts, ValueId y, const Desc& whole, std::size_t axis) {
  std::vector<std::size_t> offsets;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (std::count(parts.begin(), parts.end(), parts[i]) != 1 || builder.constant(parts[i]) != nullptr) return false;
    const Placed place = builder.placed(parts[i]);
    const auto offset = pieceOffset(whole, place.desc, axis, at);
    if (!offset || !builder.mayBecomePart(parts[i], place.slot)) return false;
    offsets.push_back(*offset);
    at += place.desc.dims()[axis];
  }
  const SlotId to = builder.write(y, whole);
  std::vector<SlotId> slots;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    slots.push_back(builder.placed(parts[i]).slot);
    builder.makePart(slots.back(), to, offsets[i]);
  }
  return true;
}

/// One part of a concatenation that is copied in runs of equal length.
struct Piece {
  SlotId slot = kNoSlot;
  std::size_t run = 0, offset = 0;  ///< bytes of a run, and where the first one goes
  std::vector<std::uint8_t> table;  ///< what each byte becomes; empty: itself
};

/// What each byte of every part becomes; empty for a part that stays as it is.
using Tables = std::vector<std::vector<std::uint8_t>>;

/// Whether both lie without blocks and with their axes nested in the same order.
bool sameOrder(const Desc& a, const Desc& b) {
  const dnnl_blocking_desc_t& x = a.data.format_desc.blocking;
  const dnnl_blocking_desc_t& y = b.data.format_desc.blocking;
  if (x.inner_nblks != 0 || y.inner_nblks != 0 || !isDense(a) || !isDense(b)) return false;
  for (int i = 0; i < a.data.ndims; ++i)
    for (int k = 0; k < a.data.ndims; ++k)
      if (a.data.dims[i] > 1 && a.data.dims[k] > 1 && (x.strides[i] < x.strides[k]) != (y.strides[i] < y.strides[k])) return false;
  return true;
}

/// Copies runs where every part nests its axes as the whole does; false for other layouts.
bool addCopies(Builder& builder, const std::vector<ValueId>& parts, ValueId y, const Desc& whole, std::size_t axis, const Tables& tables) {
  const auto step = static_cast<std::size_t>(whole.data.format_desc.blocking.strides[axis]) * dnnl::memory::data_type_size(whole.data_type());
  std::vector<Piece> pieces;
  std::size_t at = 0;
  for (const ValueId id : parts) {
    const Placed place = builder.placed(id);
    if (!sameOrder(place.desc, whole)) return false;
    const std::size_t run = static_cast<std::size_t>(place.desc.data.dims[axis]) * step;
    pieces.push_back({place.slot, run, at, tables[pieces.size()]});
    at += run;
  }
  if (!sameOrder(whole, whole)) return false;
  const SlotId to = builder.write(y, whole);
  const auto rows = static_cast<std::int64_t>(whole.get_size() / at);
  std::vector<SlotId> reads;
  for (const Piece& piece : pieces) reads.push_back(piece.slot);
  const auto body = [=](Storage& storage) {
    parallelFor(rows, std::max<std::int64_t>(1, grainBytes / static_cast<std::int64_t>(at)), [&](std::int64_t begin, std::int64_t end) {
      for (const Piece& piece : pieces) {
        const auto* from = storage.as<const std::uint8_t>(piece.slot) + static_cast<std::size_t>(begin) * piece.run;
        auto* out = storage.as<std::uint8_t>(to) + static_cast<std::size_t>(begin) * at + piece.offset;
        if (piece.table.empty()) copyRuns(from, piece.run, out, at, end - begin);
        else lookUpRuns(from, static_cast<std::int64_t>(piece.run), piece.table.data(), out, static_cast<std::int64_t>(at), end - begin);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("copy", body), std::move(reads), {to});
  return true;
}

/// Brings each part to its place by itself: parts that are spread, as slices with steps are.
void reorderParts(Builder& builder, const std::vector<ValueId>& parts, ValueId y, const Desc& whole, std::size_t axis) {
  const SlotId to = builder.write(y, whole);
  Dims at(whole.dims().size(), 0);
  for (const ValueId id : parts) {
    const Placed place = builder.placed(id);
    builder.addReorder(place.slot, place.desc, to, whole.submemory_desc(place.desc.dims(), at));
    at[axis] += place.desc.dims()[axis];
  }
}

/// The bytes of one part of QLinearConcat in terms of the result's scale and zero point.
std::optional<std::vector<std::uint8_t>> tableFor(const ops::QuantParameters& x, const ops::QuantParameters& y, DType type) {
  const float multiplier = x.scale() / y.scale();
  if (!usableMultiplier(multiplier)) return std::nullopt;
  if (multiplier == 1 && x.zeroPoint() == y.zeroPoint()) return std::vector<std::uint8_t>();
  std::vector<std::uint8_t> table(256);
  for (int i = 0; i < 256; ++i) {
    const int value = type == DType::i8 ? static_cast<std::int8_t>(i) : i;
    table[static_cast<std::size_t>(i)] = type == DType::i8 ? static_cast<std::uint8_t>(ops::requantizeFloat<std::int8_t>(value - x.zeroPoint(), multiplier, y.zeroPoint()))
                                                           : ops::requantizeFloat<std::uint8_t>(value - x.zeroPoint(), multiplier, y.zeroPoint());
  }
  return table;
}

Result<bool> addJoined(Builder& builder, const std::vector<ValueId>& parts, ValueId y, std::int64_t wantedAxis, const Tables& tables) {
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(wantedAxis, builder.dims(y).size()));
  std::vector<Desc> sources;
  for (const ValueId id : parts) sources.push_back(builder.placed(id).desc);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::concat::primitive_desc desc(static_cast<int>(axis), sources, engine(), attr);
  const bool converts = std::any_of(tables.begin(), tables.end(), [](const auto& table) { return !table.empty(); });
  if (!converts && joinInPlace(builder, parts, y, desc.dst_desc(), axis)) return true;
  if (addCopies(builder, parts, y, desc.dst_desc(), axis, tables)) return true;
  if (converts) return false;
  if (std::string_view(desc.impl_info_str()).starts_with("ref")) {
    reorderParts(builder, parts, y, desc.dst_desc(), axis);
    return true;
  }
  const dnnl::concat primitive(desc);
  std::vector<DnnlArg> args;
  for (std::size_t i = 0; i < sources.size(); ++i)
    args.push_back({DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), sources[i], builder.placed(parts[i]).slot});
  args.push_back({DNNL_ARG_DST, desc.dst_desc(), builder.write(y, desc.dst_desc())});
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

}  // namespace

Result<bool> addConcat(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId y = node.output(0);
  if (!builder.isStatic(y)) return false;
  for (const ValueId id : node.inputs)
    if (!builder.isStatic(id) || builder.dtype(id) != builder.dtype(y)) return false;
  return addJoined(builder, node.inputs, y, node.attributes.getInt("axis", 1), Tables(node.inputs.size()));
}

Result<bool> addQLinearConcat(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId y = node.output(0);
  constexpr std::size_t firstPart = 2, partInputs = 3;
  if (!builder.isStatic(y) || node.attributes.getString("requantization", "float") != "float") return false;
  const auto yScaling = perTensor(builder, node, 0, 1, builder.dtype(y));
  if (!yScaling || (node.inputs.size() - firstPart) % partInputs != 0) return false;
  std::vector<ValueId> parts;
  Tables tables;
  for (std::size_t i = firstPart; i < node.inputs.size(); i += partInputs) {
    const ValueId x = node.input(i);
    if (!builder.isStatic(x) || builder.dtype(x) != builder.dtype(y)) return false;
    const auto xScaling = perTensor(builder, node, i + 1, i + 2, builder.dtype(x));
    auto table = xScaling ? tableFor(*xScaling, *yScaling, builder.dtype(y)) : std::nullopt;
    if (!table) return false;
    parts.push_back(x);
    tables.push_back(*std::move(table));
  }
  return addJoined(builder, parts, y, node.attributes.getInt("axis", 0), tables);
}

}  // namespace ew::cpu

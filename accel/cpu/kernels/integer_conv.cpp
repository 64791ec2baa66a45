// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_conv.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t beyond = 64;  ///< bytes that may be read behind the last run

/// Whether a run is a line of pixels: runs are read in fours, which few channels do not fill, and each costs some time.
bool takesLines(const ops::ConvShape& shape) {
  constexpr std::int64_t fewChannels = 32;
  const ops::Window& width = shape.windows.back();
  return shape.groups == 1 && width.dilation == 1 && (shape.channels % 4 != 0 || (shape.channels <= fewChannels && width.kernel > 1));
}

/// How many groups to compute as one, whose weights then are mostly 0, so that filters fill a vector: the most of those
/// whose channels come in fours, if there are any.
std::int64_t joined(const ops::ConvShape& shape, const TileSet& set) {
  std::int64_t best = 1;
  const std::int64_t filters = shape.filters / shape.groups;
  for (std::int64_t n = 1; n <= shape.groups && n * filters <= set.lanes; ++n) {
    if (shape.groups % n != 0) continue;
    const bool fours = n * shape.groupChannels() % 4 == 0, before = best * shape.groupChannels() % 4 == 0;
    if (fours || !before) best = n;
  }
  return best;
}

/// Weights are stored as [filter][channel of the group][tap].
WeightOrder weightOrder(const ops::ConvShape& shape, std::int64_t groups) {
  const std::int64_t taps = shape.taps(), channels = shape.groupChannels(), pixels = takesLines(shape) ? shape.windows.back().kernel : 1;
  WeightOrder order;
  order.groups = groups;
  order.filterStep = channels * taps;
  for (std::int64_t tap = 0; tap < taps; tap += pixels) order.runs.push_back(tap);
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
    for (std::int64_t channel = 0; channel < channels; ++channel) order.bytes.push_back(channel * taps + pixel);
  return order;
}

std::string weightKey(const ops::ConvShape& shape, const QuantizedLayer& layer, const TileSet& set) {
  std::string key = weightKey(layer, set) + " conv " + std::to_string(shape.groups) + " " + std::to_string(shape.filters) + " " + std::to_string(shape.channels);
  for (const ops::Window& window : shape.windows) key += " " + std::to_string(window.kernel);
  return key + (takesLines(shape) ? " lines" : "");
}

}  // namespace

IntegerConv::Packed IntegerConv::pack(const ops::ConvShape& shape, const QuantizedLayer& layer, const TileSet& set) {
  const std::int64_t together = joined(shape, set), filters = shape.filters / shape.groups * together;
  const WeightOrder order = weightOrder(shape, together);
  Packed packed;
  for (std::int64_t group = 0; group < shape.groups / together; ++group)
    packed.push_back(std::make_shared<const PackedFilters>(layer, group * filters, filters, order, set));
  return packed;
}

IntegerConv::IntegerConv(const ops::ConvShape& shape, const QuantizedLayer& layer, const Packed& packed)
    : shape_(shape), wide_(takesLines(shape)), zero_(static_cast<std::uint8_t>(layer.xZero)) {
  const ops::Window one{.in = 1, .out = 1};
  const std::size_t rank = shape.windows.size();
  width_ = shape.windows[rank - 1];
  height_ = rank > 1 ? shape.windows[rank - 2] : one;
  depth_ = rank > 2 ? shape.windows[rank - 3] : one;
  shape_.groups = static_cast<std::int64_t>(packed.size());
  findRuns();
  for (const auto& filters : packed) matrices_.emplace_back(layer, filters);
  zeros_.assign(static_cast<std::size_t>(std::max(runBytes_, shape.channels) + beyond), zero_);
  const std::int64_t units = shape_.groups * matrices_[0].blocks();
  const auto weightBytes = static_cast<std::int64_t>(matrices_[0].weightBytes()) * shape_.groups;
  splitFilters_ = units > 1 && weightBytes > shape.batch * shape.inPlane() * shape.channels;
}

void IntegerConv::addSum(const IntegerSum& sum, DType type) {
  for (IntegerMatrix& matrix : matrices_) matrix.addSum(sum, type);
}

void IntegerConv::findRuns() {
  runBytes_ = wide_ ? width_.kernel * shape_.channels : shape_.groupChannels();
  const std::int64_t right = (width_.out - 1) * width_.stride + width_.reach() - width_.in - width_.padBegin;
  copied_ = runBytes_ % 4 != 0 || (wide_ && (width_.padBegin > 0 || right > 0));
  left_ = copied_ ? std::max<std::int64_t>(width_.padBegin, 0) : 0;
  lineBytes_ = (left_ + width_.in + (copied_ ? std::max<std::int64_t>(right, 0) : 0)) * shape_.channels;
  for (std::int64_t z = 0; z < depth_.kernel; ++z)
    for (std::int64_t y = 0; y < height_.kernel; ++y)
      for (std::int64_t x = 0; x < (wide_ ? 1 : width_.kernel); ++x) {
        const std::int64_t from = x * width_.dilation - width_.padBegin + left_;
        runs_.push_back({z * depth_.dilation - depth_.padBegin, y * height_.dilation - height_.padBegin, from * shape_.channels,
                         copied_ || wide_ ? 0 : width_.firstOutput(x), copied_ || wide_ ? width_.out : width_.lastOutput(x)});
      }
}

std::size_t IntegerConv::scratchBytes() const {
  return copied_ ? static_cast<std::size_t>(shape_.batch * depth_.in * height_.in * lineBytes_ + beyond) : 0;
}

void IntegerConv::copyLines(const std::uint8_t* x, std::uint8_t* scratch, std::int64_t begin, std::int64_t end) const {
  const std::int64_t bytes = width_.in * shape_.channels, left = left_ * shape_.channels;
  for (std::int64_t line = begin; line < end; ++line) {
    std::uint8_t* to = scratch + line * lineBytes_;
    std::memset(to, zero_, static_cast<std::size_t>(left));
    std::memcpy(to + left, x + line * bytes, static_cast<std::size_t>(bytes));
    std::memset(to + left + bytes, zero_, static_cast<std::size_t>(lineBytes_ - left - bytes));
  }
}

void IntegerConv::pointToLine(const std::uint8_t* line, const Run& run, std::int64_t first, std::int64_t count, const std::uint8_t** rows) const {
  const std::int64_t step = width_.stride * shape_.channels;
  const std::int64_t begin = std::clamp<std::int64_t>(run.first - first, 0, count), end = std::clamp<std::int64_t>(run.last - first, begin, count);
  std::fill(rows, rows + begin, zeros_.data());
  const std::uint8_t* at = line + run.width + (first + begin) * step;
  for (std::int64_t i = begin; i < end; ++i, at += step) rows[i] = at;
  std::fill(rows + end, rows + count, zeros_.data());
}

/// rows[run * step + i] for output pixels begin + i.
void IntegerConv::pointTo(const std::uint8_t* x, std::int64_t begin, std::int64_t end, const std::uint8_t** rows, std::int64_t step) const {
  for (std::int64_t pixel = begin; pixel < end;) {
    const std::int64_t first = pixel % width_.out, line = pixel / width_.out, count = std::min(width_.out - first, end - pixel);
    const std::int64_t image = line / (height_.out * depth_.out);
    const std::int64_t z = line / height_.out % depth_.out * depth_.stride, y = line % height_.out * height_.stride;
    const std::uint8_t** to = rows + (pixel - begin);
    for (const Run& run : runs_) {
      const std::int64_t inZ = z + run.depth, inY = y + run.height;
      if (inZ < 0 || inZ >= depth_.in || inY < 0 || inY >= height_.in) std::fill(to, to + count, zeros_.data());
      else pointToLine(x + ((image * depth_.in + inZ) * height_.in + inY) * lineBytes_, run, first, count, to);
      to += step;
    }
    pixel += count;
  }
}

void IntegerConv::multiply(const std::uint8_t* x, const std::uint8_t* other, std::uint8_t* y, const Part& part) const {
  constexpr std::int64_t pointers = 1024, cached = 192 * 1024;  // bytes of x that stay in the cache while all filters pass
  std::array<const std::uint8_t*, pointers> few;
  std::vector<const std::uint8_t*> many;
  const auto runs = static_cast<std::int64_t>(runs_.size());
  const std::int64_t perPixel = std::max<std::int64_t>(1, shape_.channels * width_.stride * height_.stride);
  const std::int64_t chunk = std::max<std::int64_t>(TileSet::mostRows, std::min(pointers / runs, cached / perPixel));
  const std::uint8_t** rows = few.data();
  if (chunk * runs > pointers) {
    many.resize(static_cast<std::size_t>(chunk * runs));
    rows = many.data();
  }
  const std::int64_t blocks = matrices_[0].blocks(), groupFilters = shape_.filters / shape_.groups;
  for (std::int64_t begin = part.beginPixel; begin < part.endPixel; begin += chunk) {
    const std::int64_t count = std::min(chunk, part.endPixel - begin);
    pointTo(x, begin, begin + count, rows, chunk);
    for (std::int64_t unit = part.beginUnit; unit < part.endUnit; ++unit) {
      const std::int64_t group = unit / blocks, to = begin * shape_.filters + group * groupFilters;
      matrices_[static_cast<std::size_t>(group)].multiply(rows, chunk, count, group * shape_.groupChannels(), unit % blocks,
                                                          other == nullptr ? nullptr : other + to, y + to, shape_.filters);
    }
  }
}

void IntegerConv::run(const std::uint8_t* x, const std::uint8_t* other, std::uint8_t* y, std::uint8_t* scratch) const {
  if (copied_) {
    const std::int64_t lines = shape_.batch * depth_.in * height_.in;
    parallelFor(lines, std::max<std::int64_t>(1, 65536 / lineBytes_), [&](std::int64_t begin, std::int64_t end) { copyLines(x, scratch, begin, end); });
    std::memset(scratch + lines * lineBytes_, zero_, beyond);
    x = scratch;
  }
  const std::int64_t units = shape_.groups * matrices_[0].blocks();
  if (splitFilters_) parallelFor(units, 1, [&](std::int64_t begin, std::int64_t end) { multiply(x, other, y, {0, pixels(), begin, end}); });
  else parallelFor(pixels(), TileSet::mostRows, [&](std::int64_t begin, std::int64_t end) { multiply(x, other, y, {begin, end, 0, units}); });
}

bool addIntegerConv(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer, const std::optional<FusedSum>& sum) {
  constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  if (shape.windows.size() > 3) return false;
  const Tag tag = channelsLast[shape.windows.size() - 1];
  const auto lastOf = [&](ValueId id) { return Desc(builder.dims(id), *dnnlType(builder.dtype(id)), tag); };
  const TileSet& set = *tileSets()[0];
  const auto packed = builder.derived<IntegerConv::Packed>(
      weightKey(shape, layer, set), {layer.w}, [&] { return std::make_shared<const IntegerConv::Packed>(IntegerConv::pack(shape, layer, set)); },
      [](const IntegerConv::Packed& pieces) {
        std::size_t bytes = 0;
        for (const auto& piece : pieces) bytes += piece->weights.size();
        return bytes;
      });
  const auto conv = std::make_shared<IntegerConv>(shape, layer, *packed);
  if (sum) conv->addSum(sum->sum, sum->type);
  const ValueId x = node.input(0), y = sum ? sum->y : node.output(0);
  std::vector<SlotId> reads{builder.read(x, lastOf(x))};
  if (sum) reads.push_back(builder.read(sum->other, lastOf(sum->other)));
  std::vector<SlotId> writes{builder.write(y, lastOf(y))};
  if (conv->scratchBytes() > 0) writes.push_back(builder.scratch(conv->scratchBytes()));
  const auto body = [conv, reads, writes](Storage& storage) {
    const auto at = [&](const std::vector<SlotId>& slots, std::size_t i) { return i < slots.size() ? storage.as<std::uint8_t>(slots[i]) : nullptr; };
    conv->run(at(reads, 0), at(reads, 1), at(writes, 0), at(writes, 1));
  };
  builder.add(std::make_unique<LoopKernel>(set.name, body), reads, writes);
  return true;
}

}  // namespace ew::cpu

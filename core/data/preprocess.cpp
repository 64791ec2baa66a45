// SPDX-License-Identifier: Apache-2.0
#include "core/data/preprocess.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"

namespace ew::data {
namespace {

/// One value a channel, from one for all, one each, or none.
Result<std::vector<double>> perChannel(const std::vector<double>& given, std::int64_t channels, double otherwise,
                                       const char* key) {
  const auto count = static_cast<std::size_t>(channels);
  if (given.empty()) return std::vector<double>(count, otherwise);
  if (given.size() == 1) return std::vector<double>(count, given[0]);
  if (given.size() == count) return given;
  return invalid(std::string(key) + " has " + std::to_string(given.size()) + " values, the samples have " +
                 std::to_string(channels) + " channels");
}

/// The model's extents fit `dims` where they are known.
bool fits(const Shape& wanted, const Dims& dims) {
  if (wanted.rank() != dims.size()) return false;
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    if (wanted[axis].known() && wanted[axis].extent != dims[axis]) return false;
  return true;
}

/// `dims` with a leading batch of 1.
Dims batched(Dims dims) {
  dims.insert(dims.begin(), 1);
  return dims;
}

/// The shape with an unknown batch read as 1, when everything else is known.
std::optional<Dims> concreteWithBatchOne(Shape shape) {
  if (shape.rank() > 0 && !shape[0].known()) shape[0] = Dim(1);
  return shape.concrete();
}

template <class T>
T saturated(float value) {
  if (std::isnan(value)) return 0;
  const double rounded = std::nearbyint(static_cast<double>(value));
  // The upper limits of the 64-bit types are no doubles; compare before converting.
  if (rounded <= static_cast<double>(std::numeric_limits<T>::lowest())) return std::numeric_limits<T>::lowest();
  if (rounded >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
  return static_cast<T>(rounded);
}

}  // namespace

Status SampleShaper::chooseDims(const Preprocess& preprocess, const Dims& raw, Axes axes,
                                const std::optional<Shape>& inputShape) {
  Dims chw = raw, hwc = raw;
  // A matrix is an image of one channel, unless the model takes it as it is.
  if (raw.size() == 2 && inputShape && fits(*inputShape, batched(raw))) axes = Axes::Plain;
  if (axes != Axes::Plain && raw.size() >= 2) {
    const bool hasChannels = raw.size() == 3;
    const std::int64_t height = axes == Axes::Hwc || !hasChannels ? raw[0] : raw[1];
    const std::int64_t width = axes == Axes::Hwc || !hasChannels ? raw[1] : raw[2];
    channels_ = !hasChannels ? 1 : axes == Axes::Hwc ? raw[2] : raw[0];
    chw = {channels_, height, width};
    hwc = {height, width, channels_};
    fromHwc_ = axes == Axes::Hwc && hasChannels;
  }
  perChannel_ = channels_ == 0 ? 0 : count_ / channels_;
  toHwc_ = axes != Axes::Plain && preprocess.layout == "nhwc";
  if (axes != Axes::Plain && preprocess.layout.empty() && inputShape)
    toHwc_ = !fits(*inputShape, batched(chw)) && fits(*inputShape, batched(hwc));
  dims_ = batched(axes == Axes::Plain ? raw : toHwc_ ? hwc : chw);
  if (!inputShape || fits(*inputShape, dims_)) return {};
  // Other extents of the same number of elements: [1,784,1] takes 28x28.
  const std::optional<Dims> wanted = concreteWithBatchOne(*inputShape);
  if (!wanted || elementCount(*wanted) != count_)
    return invalid("samples of shape " + Shape(raw).text() + " do not fit the model's input of shape " +
                   inputShape->text());
  dims_ = *wanted;
  return {};
}

Result<SampleShaper> SampleShaper::create(const Preprocess& preprocess, const Dims& raw, Axes axes, DType inputType,
                                          const std::optional<Shape>& inputShape) {
  SampleShaper out;
  out.count_ = elementCount(raw);
  out.scale_ = preprocess.scale;
  out.type_ = inputType == DType::none ? DType::f32 : inputType;
  if (dtypeBits(out.type_) < 8 || out.type_ == DType::c64 || out.type_ == DType::c128)
    return unsupported("no samples can be made for an input of " + std::string(dtypeName(out.type_)));
  EW_TRY(out.chooseDims(preprocess, raw, axes, inputShape));
  EW_ASSIGN(out.mean_, perChannel(preprocess.mean, out.channels_, 0, "mean"));
  EW_ASSIGN(out.std_, perChannel(preprocess.std, out.channels_, 1, "std"));
  return out;
}

float SampleShaper::value(double raw, std::int64_t channel) const {
  const auto at = static_cast<std::size_t>(channel);
  return static_cast<float>((raw * scale_ - mean_[at]) / std_[at]);
}

Result<Tensor> SampleShaper::finish(const std::vector<float>& values) const {
  EW_ASSIGN(Tensor out, Tensor::create(type_, dims_));
  EW_TRY(dispatchType(type_, [&]<class T>() {
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      if constexpr (std::is_same_v<T, bool>)
        to[i] = values[i] != 0;
      else if constexpr (std::is_integral_v<T>)
        to[i] = saturated<T>(values[i]);
      else
        to[i] = static_cast<T>(values[i]);
    }
  }));
  return out;
}

}  // namespace ew::data

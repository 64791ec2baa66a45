// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace ew::data {

/// How the axes of a raw sample lie.
enum class Axes {
  Chw,    ///< channels first; two axes are one channel
  Hwc,    ///< channels last
  Plain,  ///< no channels: the model's own layout
};

/// Turns raw samples of one shape into the tensors that a model input takes: value = (x * scale - mean) / std,
/// layout, shape, element type. Everything that can be refused is refused when it is made.
class SampleShaper {
 public:
  /// `raw` are the extents of one sample without a batch axis.
  static Result<SampleShaper> create(const Preprocess& preprocess, const Dims& raw, Axes axes, DType inputType,
                                     const std::optional<Shape>& inputShape);

  /// `values` are the raw numbers in row-major order, as many as the raw extents have.
  template <class T>
  Result<Tensor> shape(const T* values) const {
    std::vector<float> out(static_cast<std::size_t>(count_));
    for (std::int64_t channel = 0; channel < channels_; ++channel)
      for (std::int64_t i = 0; i < perChannel_; ++i) {
        const double raw = static_cast<double>(values[fromHwc_ ? i * channels_ + channel : channel * perChannel_ + i]);
        out[static_cast<std::size_t>(toHwc_ ? i * channels_ + channel : channel * perChannel_ + i)] =
            value(raw, channel);
      }
    return finish(out);
  }

 private:
  float value(double raw, std::int64_t channel) const;
  Result<Tensor> finish(const std::vector<float>& values) const;
  Status chooseDims(const Preprocess& preprocess, const Dims& raw, Axes axes, const std::optional<Shape>& inputShape);

  double scale_ = 1;
  std::vector<double> mean_, std_;  ///< one a channel
  std::int64_t channels_ = 1, perChannel_ = 0, count_ = 0;
  bool fromHwc_ = false, toHwc_ = false;
  Dims dims_;  ///< of the tensor, with the batch
  DType type_ = DType::f32;
};

}  // namespace ew::data

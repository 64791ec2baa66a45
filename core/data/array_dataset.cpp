// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/data/idx.h"
#include "core/data/labels.h"
#include "core/data/npy.h"
#include "core/data/open.h"
#include "core/data/preprocess.h"

namespace ew::data {
namespace {

/// All samples in one array [count, ...], and what is known of them.
struct Content {
  Tensor samples;
  std::vector<std::int64_t> labels;  ///< empty: unlabelled
  Axes axes = Axes::Plain;
};

class ArrayDataset final : public Dataset {
 public:
  ArrayDataset(Content content, SampleShaper shaper, std::int64_t begin, std::int64_t end)
      : content_(std::move(content)), shaper_(std::move(shaper)), begin_(begin), end_(end) {}

  std::int64_t size() const override { return end_ - begin_; }
  bool labelled() const override { return !content_.labels.empty(); }

  Result<Sample> sample(std::int64_t index) const override {
    const std::int64_t at = begin_ + index;
    const std::int64_t each = content_.samples.size() / content_.samples.dim(0);
    Sample out;
    out.name = "sample " + std::to_string(at);
    if (labelled()) out.label = content_.labels[static_cast<std::size_t>(at)];
    Result<Tensor> made = Tensor();
    EW_TRY_AT(dispatchType(content_.samples.dtype(),
                           [&]<class T>() {
                             const T* values = content_.samples.data<T>().data() + at * each;
                             if constexpr (std::is_arithmetic_v<T>) {
                               made = shaper_.shape(values);
                             } else {
                               std::vector<float> wide(static_cast<std::size_t>(each));
                               std::transform(values, values + each, wide.begin(),
                                              [](T value) { return static_cast<float>(value); });
                               made = shaper_.shape(wide.data());
                             }
                           }),
              out.name);
    if (!made.ok()) return std::move(made).error().at(out.name);
    out.input = std::move(made).value();
    return out;
  }

 private:
  Content content_;
  SampleShaper shaper_;
  std::int64_t begin_, end_;
};

/// Channels last when the last of three axes looks more like channels than the first.
Axes axesOf(const Tensor& samples) {
  if (samples.rank() == 3) return Axes::Chw;
  if (samples.rank() != 4) return Axes::Plain;
  const auto likeness = [](std::int64_t extent) { return extent == 3 || extent == 4 ? 2 : extent == 1 ? 1 : 0; };
  return likeness(samples.dim(3)) > likeness(samples.dim(1)) ? Axes::Hwc : Axes::Chw;
}

std::string arrayNames(const std::map<std::string, Tensor>& arrays) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : arrays) names.push_back(name);
  return join(names, ", ");
}

Result<Content> readNpzContent(const DataSpec& spec, const std::string& bytes) {
  EW_ASSIGN(const auto arrays, readNpz(bytes));
  Content out;
  std::string key = spec.inputsKey;
  if (key.empty() && arrays.size() == (spec.labels.empty() ? 1U : 2U))
    for (const auto& [name, tensor] : arrays)
      if (name != spec.labels) key = name;
  if (key.empty()) return invalid("holds arrays " + arrayNames(arrays) + ": say which with the key 'inputs'");
  if (!arrays.contains(key)) return invalid("holds no array " + inQuotes(key) + "; it has " + arrayNames(arrays));
  out.samples = arrays.at(key);
  out.axes = axesOf(out.samples);
  if (spec.labels.empty()) return out;
  if (!arrays.contains(spec.labels))
    return invalid("holds no array " + inQuotes(spec.labels) + "; it has " + arrayNames(arrays));
  EW_ASSIGN_AT(out.labels, labelsFromArray(arrays.at(spec.labels)), "array " + inQuotes(spec.labels));
  return out;
}

/// CIFAR's binary records: one label byte (CIFAR-100: coarse and fine), then 3x32x32 bytes.
Result<Content> readCifar(const DataSpec& spec, const std::string& bytes) {
  constexpr std::size_t pixels = 3 * 32 * 32;
  const std::size_t prefix = bytes.size() % (pixels + 1) == 0 ? 1 : 2;
  if (bytes.empty() || bytes.size() % (pixels + prefix) != 0)
    return invalid("has " + std::to_string(bytes.size()) +
                   " bytes, which is no whole number of CIFAR records of 3073 (or 3074)");
  const std::size_t count = bytes.size() / (pixels + prefix);
  Content out;
  EW_ASSIGN(out.samples, Tensor::create(DType::u8, {static_cast<std::int64_t>(count), 3, 32, 32}));
  const std::span<std::uint8_t> to = out.samples.mutableData<std::uint8_t>();
  for (std::size_t i = 0; i < count; ++i) {
    const char* record = bytes.data() + i * (pixels + prefix);
    out.labels.push_back(static_cast<unsigned char>(record[prefix - 1]));
    // Planes are red, green, blue; bgr takes them in reverse.
    for (std::size_t plane = 0; plane < 3; ++plane) {
      const std::size_t from = spec.preprocess.color == "bgr" ? 2 - plane : plane;
      std::copy_n(record + prefix + from * 1024, 1024, reinterpret_cast<char*>(to.data()) + i * pixels + plane * 1024);
    }
  }
  out.axes = Axes::Chw;
  return out;
}

Result<Content> readContent(const DataSpec& spec, const std::string& bytes) {
  if (spec.preprocess.color == "gray" || (spec.preprocess.color == "bgr" && spec.kind != DataSpec::Kind::Cifar))
    return invalid("color " + inQuotes(spec.preprocess.color) + " is for image files only");
  if (spec.kind == DataSpec::Kind::Npz) return readNpzContent(spec, bytes);
  if (spec.kind == DataSpec::Kind::Cifar) return readCifar(spec, bytes);
  Content out;
  const bool isIdx = spec.kind == DataSpec::Kind::Idx;
  EW_ASSIGN(out.samples, isIdx ? readIdx(bytes) : readNpy(bytes));
  out.axes = axesOf(out.samples);
  return out;
}

}  // namespace

Result<std::shared_ptr<const Dataset>> openArray(const DataSpec& spec, DType inputType,
                                                 const std::optional<Shape>& inputShape) {
  EW_ASSIGN(const std::string bytes, readFile(spec.source));
  EW_ASSIGN_AT(Content content, readContent(spec, bytes), spec.source.string());
  const Tensor& samples = content.samples;
  if (samples.rank() == 0 || samples.size() == 0) return invalid("holds no samples").at(spec.source.string());
  if (spec.kind != DataSpec::Kind::Npz && !spec.labels.empty()) {
    EW_ASSIGN(Labels labels, readLabels(spec.labels));
    content.labels = std::move(labels.classes);
  }
  if (!content.labels.empty() && static_cast<std::int64_t>(content.labels.size()) != samples.dim(0))
    return invalid("has " + std::to_string(samples.dim(0)) + " samples and " + std::to_string(content.labels.size()) +
                   " labels")
        .at(spec.source.string());
  const auto [begin, end] = selected(spec, samples.dim(0));
  if (begin == end)
    return invalid("no samples are left after skipping " + std::to_string(spec.skip)).at(spec.source.string());
  const Dims raw(samples.dims().begin() + 1, samples.dims().end());
  EW_ASSIGN_AT(SampleShaper shaper, SampleShaper::create(spec.preprocess, raw, content.axes, inputType, inputShape),
               spec.source.string());
  return std::shared_ptr<const Dataset>(
      std::make_shared<const ArrayDataset>(std::move(content), std::move(shaper), begin, end));
}

Result<std::shared_ptr<const Dataset>> openDataset(const DataSpec& spec, DType inputType,
                                                   const std::optional<Shape>& inputShape) {
  return spec.kind == DataSpec::Kind::Images ? openImages(spec, inputType, inputShape)
                                             : openArray(spec, inputType, inputShape);
}

}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/image/image.h"
#include "core/data/labels.h"
#include "core/data/open.h"
#include "core/data/preprocess.h"

namespace ew::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint8_t letterboxPadding = 114;
constexpr std::size_t maxFiles = 10'000'000;

struct Entry {
  fs::path file;
  std::int64_t label = -1;
};

/// Image files, decoded when asked for.
class ImageDataset final : public Dataset {
 public:
  ImageDataset(DataSpec spec, std::vector<Entry> entries, bool labelled, DType type, std::optional<Shape> shape)
      : spec_(std::move(spec)),
        entries_(std::move(entries)),
        labelled_(labelled),
        type_(type),
        shape_(std::move(shape)) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(entries_.size()); }
  bool labelled() const override { return labelled_; }

  Result<Sample> sample(std::int64_t index) const override {
    const Entry& entry = entries_[static_cast<std::size_t>(index)];
    EW_ASSIGN(const std::string bytes, readFile(entry.file, std::int64_t{1} << 30));
    EW_ASSIGN_AT(const image::Image image, prepared(bytes), entry.file.string());
    const Dims raw{image.height, image.width, image.channels};
    EW_ASSIGN_AT(const SampleShaper shaper, SampleShaper::create(spec_.preprocess, raw, Axes::Hwc, type_, shape_),
                 entry.file.string());
    Sample out;
    EW_ASSIGN(out.input, shaper.shape(image.pixels.data()));
    out.label = entry.label;
    out.name = entry.file.filename().string();
    return out;
  }

 private:
  Result<image::Image> prepared(const std::string& bytes) const {
    const Preprocess& steps = spec_.preprocess;
    EW_ASSIGN(image::Image image, image::decodeImage(bytes));
    image = steps.color == "gray" ? toGray(image) : toRgb(image);
    if (steps.color == "bgr") swapRedBlue(image);
    if (steps.resize > 0) image = resizeShorterSide(image, steps.resize);
    if (steps.crop > 0) {
      EW_ASSIGN(image, cropCentre(image, steps.crop));
    }
    if (steps.letterbox > 0) image = image::letterbox(image, steps.letterbox, letterboxPadding);
    return image;
  }

  DataSpec spec_;
  std::vector<Entry> entries_;
  bool labelled_;
  DType type_;
  std::optional<Shape> shape_;
};

bool isImageName(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

Result<std::vector<Entry>> imagesIn(const fs::path& folder) {
  std::vector<Entry> out;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    if (out.size() > maxFiles)
      return limitReached("more than " + std::to_string(maxFiles) + " files").at(folder.string());
    if (isImageName(it->path())) out.push_back({it->path(), -1});
  }
  if (code) return ioError("cannot read folder: " + code.message()).at(folder.string());
  if (out.empty()) return invalid("holds no JPEG or PNG files").at(folder.string());
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.file < b.file; });
  return out;
}

/// Files that the labels name, inside the folder.
Result<std::vector<Entry>> namedImages(const fs::path& folder, const Labels& labels, const std::string& labelsFile) {
  std::vector<Entry> out;
  for (std::size_t i = 0; i < labels.files.size(); ++i) {
    Result<fs::path> file = resolveInside(folder, labels.files[i]);
    if (!file.ok()) return std::move(file).error().at(labelsFile);
    std::error_code code;
    if (!fs::is_regular_file(*file, code))
      return ioError("image " + inQuotes(labels.files[i]) + " is not in " + folder.string()).at(labelsFile);
    out.push_back({std::move(file).value(), labels.classes[i]});
  }
  return out;
}

Result<std::vector<Entry>> labelledImages(const DataSpec& spec) {
  EW_ASSIGN(const Labels labels, readLabels(spec.labels));
  if (!labels.files.empty()) return namedImages(spec.source, labels, spec.labels);
  EW_ASSIGN(std::vector<Entry> entries, imagesIn(spec.source));
  if (entries.size() != labels.classes.size())
    return invalid("has " + std::to_string(labels.classes.size()) + " labels, the folder has " +
                   std::to_string(entries.size()) + " images")
        .at(spec.labels);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].label = labels.classes[i];
  return entries;
}

}  // namespace

Result<std::shared_ptr<const Dataset>> openImages(const DataSpec& spec, DType inputType,
                                                  const std::optional<Shape>& inputShape) {
  std::error_code code;
  if (!fs::is_directory(spec.source, code)) return ioError("no such folder of images").at(spec.source.string());
  const bool labelled = !spec.labels.empty();
  Result<std::vector<Entry>> entries = labelled ? labelledImages(spec) : imagesIn(spec.source);
  if (!entries.ok()) return std::move(entries).error();
  const auto [begin, end] = selected(spec, static_cast<std::int64_t>(entries->size()));
  std::vector<Entry> kept(entries->begin() + begin, entries->begin() + end);
  if (kept.empty())
    return invalid("no images are left after skipping " + std::to_string(spec.skip)).at(spec.source.string());
  auto dataset = std::make_shared<const ImageDataset>(spec, std::move(kept), labelled, inputType, inputShape);
  // The first image tells now whether image and model fit at all.
  if (Result<Sample> first = dataset->sample(0); !first.ok()) return std::move(first).error();
  return std::shared_ptr<const Dataset>(std::move(dataset));
}

}  // namespace ew::data

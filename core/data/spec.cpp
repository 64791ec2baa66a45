// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <cmath>

#include "core/base/file.h"
#include "core/base/object_reader.h"
#include "core/base/text.h"
#include "core/data/dataset.h"
#include "core/data/yaml_json.h"

namespace ew::data {
namespace {

namespace fs = std::filesystem;

struct KindRow {
  const char* key;
  DataSpec::Kind kind;
};
constexpr KindRow kinds[] = {{"images", DataSpec::Kind::Images},
                             {"npz", DataSpec::Kind::Npz},
                             {"npy", DataSpec::Kind::Npy},
                             {"idx", DataSpec::Kind::Idx},
                             {"cifar", DataSpec::Kind::Cifar}};

constexpr std::int64_t maxSide = 16384, maxSamples = std::int64_t{1} << 40;

fs::path resolved(const std::string& text, const fs::path& baseDir) {
  const fs::path path(text);
  return (path.is_absolute() || baseDir.empty() ? path : baseDir / path).lexically_normal();
}

/// Labels lie beside the recipe or, as data sets often come, in the folder of images.
fs::path labelsPath(const DataSpec& spec, const fs::path& baseDir) {
  const fs::path beside = resolved(spec.labels, baseDir);
  const fs::path inside = spec.source / spec.labels;
  std::error_code code;
  return spec.kind == DataSpec::Kind::Images && !fs::exists(beside, code) && fs::exists(inside, code) ? inside : beside;
}

Status readPreprocess(const nlohmann::json& json, const std::string& place, bool isImages, Preprocess& out) {
  ObjectReader reader(json, place);
  reader.choice("color", out.color, {"rgb", "bgr", "gray"});
  bool geometric = reader.integer("resize", out.resize, 0, maxSide);
  geometric |= reader.integer("crop", out.crop, 0, maxSide);
  geometric |= reader.integer("letterbox", out.letterbox, 0, maxSide);
  reader.number("scale", out.scale, -1e30, 1e30);
  reader.numbers("mean", out.mean);
  reader.numbers("std", out.std);
  reader.choice("layout", out.layout, {"nchw", "nhwc"});
  for (const double value : out.std)
    if (value == 0) reader.fail("std", "must not be 0");
  if (out.letterbox > 0 && (out.crop > 0 || out.resize > 0)) reader.fail("letterbox", "excludes resize and crop");
  if (geometric && !isImages)
    reader.fail(reader.has("resize") ? "resize" : reader.has("crop") ? "crop" : "letterbox", "is for image files only");
  return reader.finish();
}

}  // namespace

Result<DataSpec> parseDataSpec(const nlohmann::json& json, const fs::path& baseDir, const std::string& place) {
  DataSpec spec;
  ObjectReader reader(json, place);
  int sources = 0;
  std::string path;
  for (const KindRow& row : kinds) {
    if (!reader.text(row.key, path)) continue;
    spec.kind = row.kind;
    ++sources;
  }
  // Which key is wrong matters more than that none is right, so finish() comes first.
  const bool isNpz = spec.kind == DataSpec::Kind::Npz;
  reader.text("inputs", spec.inputsKey);
  reader.text("labels", spec.labels);
  reader.choice("metric", spec.metric, {"top1", "top5"});
  reader.integer("limit", spec.limit, 0, maxSamples);
  reader.integer("skip", spec.skip, 0, maxSamples);
  const nlohmann::json* preprocess = reader.child("preprocess");
  if (!isNpz && reader.has("inputs")) reader.fail("inputs", "is for npz files only");
  EW_TRY(reader.finish());
  if (sources == 0) return invalid("data needs one of images, npz, npy, idx, cifar");
  if (sources > 1) return invalid("data takes only one of images, npz, npy, idx, cifar");
  spec.source = resolved(path, baseDir);
  if (!isNpz && !spec.labels.empty()) spec.labels = labelsPath(spec, baseDir).string();
  if (preprocess != nullptr)
    EW_TRY(readPreprocess(*preprocess, place + "/preprocess", spec.kind == DataSpec::Kind::Images, spec.preprocess));
  return spec;
}

Result<DataSpec> parseDataSpecText(const std::string& text, const fs::path& baseDir) {
  std::error_code code;
  const fs::path file = resolved(text, baseDir);
  const bool isInline = text.find_first_of("{:\n") != std::string::npos && !fs::is_regular_file(file, code);
  std::string content = text;
  if (!isInline) {
    EW_ASSIGN(content, readFile(file, 1 << 20));
  }
  const std::string origin = isInline ? "data" : file.string();
  EW_ASSIGN_AT(const YamlDocument document, parseYaml(content), origin);
  Result<DataSpec> spec = parseDataSpec(document.json, isInline ? baseDir : file.parent_path());
  if (spec.ok()) return spec;
  Error error = std::move(spec).error();
  const std::string line = error.where.empty() ? "" : document.lineOf(error.where.front());
  if (!line.empty() && !isInline) error = std::move(error).at(line);
  return std::move(error).at(origin);
}

nlohmann::json toJson(const DataSpec& spec) {
  nlohmann::json out;
  for (const KindRow& row : kinds)
    if (row.kind == spec.kind) out[row.key] = spec.source.string();
  if (!spec.inputsKey.empty()) out["inputs"] = spec.inputsKey;
  if (!spec.labels.empty()) out["labels"] = spec.labels;
  out["metric"] = spec.metric;
  if (spec.limit > 0) out["limit"] = spec.limit;
  if (spec.skip > 0) out["skip"] = spec.skip;
  const Preprocess& from = spec.preprocess;
  nlohmann::json preprocess = {{"color", from.color}, {"scale", from.scale}};
  if (from.resize > 0) preprocess["resize"] = from.resize;
  if (from.crop > 0) preprocess["crop"] = from.crop;
  if (from.letterbox > 0) preprocess["letterbox"] = from.letterbox;
  if (!from.mean.empty()) preprocess["mean"] = from.mean;
  if (!from.std.empty()) preprocess["std"] = from.std;
  if (!from.layout.empty()) preprocess["layout"] = from.layout;
  out["preprocess"] = preprocess;
  return out;
}

}  // namespace ew::data

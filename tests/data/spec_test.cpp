// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/data/dataset.h"

namespace ew::data {
namespace {

DataSpec parsed(const std::string& text) {
  Result<DataSpec> spec = parseDataSpecText(text, "/base");
  EXPECT_TRUE(spec.ok()) << spec.error().text();
  return spec.ok() ? std::move(spec).value() : DataSpec();
}

std::string errorOf(const std::string& text) {
  const Result<DataSpec> spec = parseDataSpecText(text, "/base");
  return spec.ok() ? "parsed" : std::string(errorCodeName(spec.error().code)) + ": " + spec.error().text();
}

TEST(DataSpec, ImagesWithPreprocessing) {
  const DataSpec spec = parsed(
      "{images: val/, labels: labels.csv, limit: 10, skip: 5, "
      "preprocess: {resize: 256, crop: 227, color: bgr, scale: 1, mean: [104,117,123]}}");
  EXPECT_EQ(spec.kind, DataSpec::Kind::Images);
  EXPECT_EQ(spec.source, "/base/val/");
  EXPECT_EQ(spec.labels, "/base/labels.csv");
  EXPECT_EQ(spec.limit, 10);
  EXPECT_EQ(spec.skip, 5);
  EXPECT_EQ(spec.preprocess.crop, 227);
  EXPECT_EQ(spec.preprocess.color, "bgr");
  EXPECT_EQ(spec.preprocess.mean, (std::vector<double>{104, 117, 123}));
}

TEST(DataSpec, OtherSources) {
  EXPECT_EQ(parsed("{npz: a.npz, inputs: x, labels: y}").labels, "y");
  EXPECT_EQ(parsed("{npy: x.npy, labels: y.npy}").labels, "/base/y.npy");
  EXPECT_EQ(parsed("{idx: t.gz, labels: l.gz, preprocess: {scale: 0.00392}}").preprocess.scale, 0.00392);
  EXPECT_EQ(parsed("{cifar: test.bin, preprocess: {std: 2}}").preprocess.std, std::vector<double>{2});
  EXPECT_EQ(parsed("images: /elsewhere\nmetric: top5\n").source, "/elsewhere");
}

TEST(DataSpec, MistakesNameTheKey) {
  EXPECT_EQ(errorOf("{image: val/}"), "invalid: data: /image: unknown key 'image': did you mean 'images'?");
  EXPECT_EQ(errorOf("{images: a, preprocess: {resiz: 3}}"),
            "invalid: data: /preprocess/resiz: unknown key 'resiz': did you mean 'resize'?");
  EXPECT_EQ(errorOf("{labels: l.csv}"), "invalid: data: data needs one of images, npz, npy, idx, cifar");
  EXPECT_EQ(errorOf("{npy: a, npz: b}"), "invalid: data: data takes only one of images, npz, npy, idx, cifar");
  EXPECT_EQ(errorOf("{npy: a, inputs: x}"), "invalid: data: /inputs: key 'inputs' is for npz files only");
  EXPECT_EQ(errorOf("{npy: a, preprocess: {crop: 3}}"),
            "invalid: data: /preprocess/crop: key 'crop' is for image files only");
  EXPECT_EQ(errorOf("{images: a, preprocess: {std: [1, 0]}}"),
            "invalid: data: /preprocess/std: key 'std' must not be 0");
  EXPECT_EQ(errorOf("{images: a, limit: ten}"),
            "invalid: data: /limit: key 'limit' must be a whole number from 0 to 1099511627776, not \"ten\"");
  EXPECT_EQ(errorOf("{images: a, preprocess: {color: cmyk}}"),
            "invalid: data: /preprocess/color: key 'color' must be one of rgb, bgr, gray; not 'cmyk'");
  EXPECT_TRUE(errorOf("nothing.yaml").starts_with("io: /base/nothing.yaml: "));
}

TEST(DataSpec, AFileNamesTheLineAndIsTheBaseOfItsPaths) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / ("ew_data_spec_" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << "images: val\nlabels: l.csv\n";
  const Result<DataSpec> spec = parseDataSpecText(file.filename().string(), testing::TempDir());
  ASSERT_TRUE(spec.ok()) << spec.error().text();
  EXPECT_EQ(spec->source, std::filesystem::path(testing::TempDir()) / "val");
  std::ofstream(file) << "images: val\n\npreprocess:\n  meen: 3\n";
  EXPECT_EQ(parseDataSpecText(file.string(), "").error().text(),
            file.string() + ": line 4: /preprocess/meen: unknown key 'meen': did you mean 'mean'?");
  std::filesystem::remove(file);
}

TEST(DataSpec, JsonReadsBackTheSame) {
  const DataSpec spec = parsed(
      "{images: val, labels: l.csv, limit: 3, preprocess: {resize: 8, crop: 4, mean: [1,2,3], std: 2, layout: nhwc, "
      "color: gray}}");
  const Result<DataSpec> again = parseDataSpec(toJson(spec), "");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(toJson(*again), toJson(spec));
  EXPECT_EQ(again->preprocess.layout, "nhwc");
}

}  // namespace
}  // namespace ew::data

// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/base/zip.h"
#include "core/data/npy.h"

namespace ew::data {
namespace {

namespace fs = std::filesystem;

class DatasetFiles : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void put(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  Result<std::shared_ptr<const Dataset>> open(const std::string& text, const std::optional<Shape>& shape,
                                              DType type = DType::f32) {
    EW_ASSIGN(const DataSpec spec, parseDataSpecText(text, folder_));
    return openDataset(spec, type, shape);
  }
  std::vector<double> first(const std::string& text, const std::optional<Shape>& shape, DType type = DType::f32) {
    const auto dataset = open(text, shape, type);
    EXPECT_TRUE(dataset.ok()) << dataset.error().text();
    if (!dataset.ok()) return {};
    const Result<Sample> sample = (*dataset)->sample(0);
    EXPECT_TRUE(sample.ok()) << sample.error().text();
    dims_ = sample->input.dims();
    return *toDoubles(sample->input);
  }
  std::string errorOf(const std::string& text, const std::optional<Shape>& shape) {
    const auto dataset = open(text, shape);
    if (dataset.ok()) return "opened";
    const std::string error = dataset.error().text();
    const std::size_t at = error.find(folder_.string());
    return at == std::string::npos ? error : error.substr(at + folder_.string().size());
  }

  fs::path folder_ = fs::path(testing::TempDir()) / ("ew_dataset_" + std::to_string(::getpid()));
  Dims dims_;
};

const Shape chw(Dims{1, 3, 1, 2});

/// Two CIFAR records: labels 4 and 9, planes of 10, 20, 30 and of 11, 21, 31.
std::string twoCifarRecords() {
  std::string out;
  for (int record = 0; record < 2; ++record) {
    out += static_cast<char>(4 + 5 * record);
    for (int plane = 1; plane <= 3; ++plane) out += std::string(1024, static_cast<char>(10 * plane + record));
  }
  return out;
}

TEST_F(DatasetFiles, ValueIsScaledThenCentredThenDivided) {
  put("x.npy", writeNpy(Tensor::of<std::int8_t>({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(first("{npy: x.npy, preprocess: {scale: 2, mean: [1, 2, 3], std: [1, 2, 4]}}", chw),
            (std::vector<double>{1, 3, 2, 3, 1.75, 2.25}));
  EXPECT_EQ(dims_, (Dims{1, 3, 1, 2}));
  EXPECT_EQ(first("{npy: x.npy, preprocess: {mean: 1}}", chw), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST_F(DatasetFiles, LayoutFollowsTheModelOrTheSpec) {
  put("x.npy", writeNpy(Tensor::of<std::uint8_t>({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(first("{npy: x.npy}", Shape(Dims{1, 1, 2, 3})), (std::vector<double>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(dims_, (Dims{1, 1, 2, 3}));
  // Channels last in memory, for a model that reshapes: the extents are the model's.
  EXPECT_EQ(first("{npy: x.npy, preprocess: {layout: nhwc}}", chw), (std::vector<double>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(dims_, (Dims{1, 3, 1, 2}));
  put("hwc.npy", writeNpy(Tensor::of<std::uint8_t>({1, 1, 2, 3}, {1, 3, 5, 2, 4, 6})));
  EXPECT_EQ(first("{npy: hwc.npy, preprocess: {mean: [1, 3, 5]}}", chw), (std::vector<double>{0, 1, 0, 1, 0, 1}));
}

TEST_F(DatasetFiles, SamplesTakeTheModelsExtentsWhenTheElementsAgree) {
  put("x.npy", writeNpy(Tensor::zeros(DType::f32, {5, 2, 3})));
  first("{npy: x.npy}", Shape(Dims{1, 6, 1}));
  EXPECT_EQ(dims_, (Dims{1, 6, 1}));
  first("{npy: x.npy}", Shape(std::vector<Dim>{Dim("N"), Dim(2), Dim("T")}));
  EXPECT_EQ(dims_, (Dims{1, 2, 3}));
  first("{npy: x.npy}", Shape(std::vector<Dim>{Dim("N"), Dim(1), Dim(2), Dim(3)}));
  EXPECT_EQ(dims_, (Dims{1, 1, 2, 3}));
  EXPECT_EQ(errorOf("{npy: x.npy}", Shape(Dims{1, 7})),
            "/x.npy: samples of shape 2 x 3 do not fit the model's input of shape 1 x 7");
}

TEST_F(DatasetFiles, ElementTypeIsTheModels) {
  put("x.npy", writeNpy(Tensor::of<float>({1, 4}, {1.5F, 2.5F, -300, 300})));
  EXPECT_EQ(first("{npy: x.npy}", Shape(Dims{1, 4}), DType::i8), (std::vector<double>{2, 2, -128, 127}));
  EXPECT_EQ(first("{npy: x.npy}", Shape(Dims{1, 4}), DType::f16), (std::vector<double>{1.5, 2.5, -300, 300}));
}

TEST_F(DatasetFiles, CifarRecordsHaveLabelsAndPlanes) {
  put("c.bin", twoCifarRecords());
  const std::optional<Shape> shape = Shape(std::vector<Dim>{Dim("N"), Dim(3), Dim(32), Dim(32)});
  const auto dataset = open("{cifar: c.bin}", shape);
  ASSERT_TRUE(dataset.ok()) << dataset.error().text();
  EXPECT_EQ((*dataset)->size(), 2);
  EXPECT_EQ((*dataset)->sample(1)->label, 9);
  EXPECT_EQ((*dataset)->sample(1)->input.data<float>()[1024], 21);
  EXPECT_EQ(first("{cifar: c.bin, preprocess: {color: bgr}}", shape)[0], 30);
  put("bad.bin", "abc");
  EXPECT_EQ(errorOf("{cifar: bad.bin}", shape),
            "/bad.bin: has 3 bytes, which is no whole number of CIFAR records of 3073 (or 3074)");
}

TEST_F(DatasetFiles, LimitAndSkipSelect) {
  put("c.bin", twoCifarRecords());
  EXPECT_EQ((*(*open("{cifar: c.bin, skip: 1}", {}))->sample(0)).label, 9);
  EXPECT_EQ((*open("{cifar: c.bin, limit: 1}", {}))->size(), 1);
  EXPECT_EQ(errorOf("{cifar: c.bin, skip: 2}", {}), "/c.bin: no samples are left after skipping 2");
}

TEST_F(DatasetFiles, NpzArraysAreChosenByName) {
  put("a.npz", *packZip({{"x.npy", writeNpy(Tensor::of<float>({2, 2}, {1, 2, 3, 4}))},
                         {"y.npy", writeNpy(Tensor::vector<std::int64_t>({5, 6}))},
                         {"z.npy", writeNpy(Tensor::vector<float>({1}))}}));
  const auto dataset = open("{npz: a.npz, inputs: x, labels: y}", Shape(Dims{1, 2}));
  ASSERT_TRUE(dataset.ok()) << dataset.error().text();
  EXPECT_EQ((*dataset)->sample(1)->label, 6);
  EXPECT_EQ(errorOf("{npz: a.npz, inputs: w}", {}), "/a.npz: holds no array 'w'; it has x, y, z");
  EXPECT_EQ(errorOf("{npz: a.npz}", {}), "/a.npz: holds arrays x, y, z: say which with the key 'inputs'");
  EXPECT_EQ(errorOf("{npz: a.npz, inputs: x, labels: z}", {}), "/a.npz: array 'z': labels are float32, not integers");
}

TEST_F(DatasetFiles, LabelsMustBeAsManyAsSamples) {
  put("x.npy", writeNpy(Tensor::zeros(DType::f32, {3, 2})));
  put("l.txt", "1\n2\n");
  EXPECT_EQ(errorOf("{npy: x.npy, labels: l.txt}", Shape(Dims{1, 2})), "/x.npy: has 3 samples and 2 labels");
}

TEST_F(DatasetFiles, MissingAndForeignImagesAreRefused) {
  EXPECT_EQ(errorOf("{images: none}", {}), "/none: no such folder of images");
  EXPECT_EQ(errorOf("{images: .}", {}), "/: holds no JPEG or PNG files");
  put("l.csv", "file,label\n../secret.png,1\n");
  EXPECT_EQ(errorOf("{images: ., labels: l.csv}", {}), "/l.csv: path '../secret.png' leaves its folder");
  put("l.csv", "file,label\ngone.png,1\n");
  EXPECT_NE(errorOf("{images: ., labels: l.csv}", {}).find("image 'gone.png' is not in"), std::string::npos);
  put("a.png", "no image");
  EXPECT_EQ(errorOf("{images: .}", {}), "/a.png: is no JPEG, PNG, BMP or PNM image");
}

}  // namespace
}  // namespace ew::data

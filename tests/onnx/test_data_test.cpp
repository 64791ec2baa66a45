// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/base/file.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

class TestDataFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "test_data_set_10");
    fs::create_directories(folder_ / "test_data_set_2");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void put(const std::string& file, float value, const std::string& name) {
    ASSERT_TRUE(
        writeFileAtomically(folder_ / "test_data_set_2" / file, onnx::writeTensorBytes(Tensor::scalar(value), name))
            .ok());
  }
  fs::path folder_ = fs::path(testing::TempDir()) / ("ew_test_data_" + std::to_string(::getpid()));
  const Graph graph_ = test::graphFromText(R"(
    input a:f32[]
    input b:f32[]
    Sub(a, b) -> y
    output y
  )");
};

TEST_F(TestDataFolder, FoldersAreInOrderOfTheirNumbers) {
  const std::vector<fs::path> found = onnx::testDataFolders(folder_ / "model.onnx");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].filename(), "test_data_set_2");
  EXPECT_EQ(found[1].filename(), "test_data_set_10");
}

TEST_F(TestDataFolder, TensorsAreMatchedByNameThenByNumber) {
  put("input_0.pb", 1, "b");
  put("input_1.pb", 2, "other");
  put("output_0.pb", 3, "");
  const Result<onnx::TestData> data = onnx::readTestData(graph_, folder_ / "test_data_set_2");
  ASSERT_TRUE(data.ok()) << data.error().text();
  EXPECT_EQ(data->inputs[0].data<float>()[0], 2);
  EXPECT_EQ(data->inputs[1].data<float>()[0], 1);
  EXPECT_EQ(data->outputs[0].data<float>()[0], 3);
}

TEST_F(TestDataFolder, AMissingFileIsNamed) {
  put("input_0.pb", 1, "a");
  const Result<onnx::TestData> data = onnx::readTestData(graph_, folder_ / "test_data_set_2");
  ASSERT_FALSE(data.ok());
  EXPECT_NE(data.error().text().find("has 1 files input_K.pb, the model needs 2"), std::string::npos)
      << data.error().text();
}

TEST_F(TestDataFolder, RecordedUint16IsBfloat16WhereTheModelSaysSo) {
  const Graph graph = test::graphFromText(R"(
    input x:bf16[1]
    Identity(x) -> y
    output y:bf16[1]
  )");
  const std::string recorded = onnx::writeTensorBytes(Tensor::of<std::uint16_t>({1}, {0x3f80}), "x");
  for (const char* file : {"input_0.pb", "output_0.pb"})
    ASSERT_TRUE(writeFileAtomically(folder_ / "test_data_set_2" / file, recorded).ok());
  const Result<onnx::TestData> data = onnx::readTestData(graph, folder_ / "test_data_set_2");
  ASSERT_TRUE(data.ok()) << data.error().text();
  EXPECT_EQ(data->inputs[0].dtype(), DType::bf16);
  EXPECT_EQ(*toDoubles(data->outputs[0]), std::vector<double>{1});
}

TEST_F(TestDataFolder, ADamagedTensorFileIsInvalid) {
  std::ofstream(folder_ / "x.pb") << "no protobuf";
  const Result<Tensor> tensor = onnx::readTensorFile(folder_ / "x.pb");
  ASSERT_FALSE(tensor.ok());
  EXPECT_EQ(tensor.error().code, ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew

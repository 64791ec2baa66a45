// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/recorded.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <limits>

#include "core/base/file.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

namespace fs = std::filesystem;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float inf = std::numeric_limits<float>::infinity();

TEST(CompareTensors, FloatsAgreeWithinRelativeAndAbsoluteTolerance) {
  const auto difference = [](float actual, float expected) {
    return compareTensors(Tensor::vector<float>({actual}), Tensor::vector<float>({expected})).difference;
  };
  EXPECT_EQ(difference(1.0009F, 1), "");
  EXPECT_NE(difference(1.0011F, 1), "");
  EXPECT_EQ(difference(1.125F, 1), "element [0] is 1.125, recorded is 1");
  EXPECT_EQ(difference(9e-8F, 0), "");
  EXPECT_NE(difference(2e-7F, 0), "");
  EXPECT_EQ(difference(nan, nan), "");
  EXPECT_NE(difference(nan, 1), "");
  EXPECT_EQ(difference(inf, inf), "");
  EXPECT_NE(difference(inf, -inf), "");
  EXPECT_NE(difference(1e38F, inf), "");
}

TEST(CompareTensors, IntegersAreExactToTheLastDigit) {
  const std::int64_t large = (std::int64_t{1} << 62) + 1;
  const TensorComparison compared =
      compareTensors(Tensor::vector<std::int64_t>({large}), Tensor::vector<std::int64_t>({large - 1}));
  EXPECT_EQ(compared.difference, "element [0] is 4611686018427387905, recorded is 4611686018427387904");
  EXPECT_EQ(compareTensors(Tensor::vector<std::uint8_t>({7}), Tensor::vector<std::uint8_t>({9})).maxAbsError, 2);
  EXPECT_EQ(compareTensors(Tensor::strings({1}, {"a"}), Tensor::strings({1}, {"b"})).difference,
            "element [0] is 'a', recorded is 'b'");
}

TEST(CompareTensors, TypesAndShapesMustBeTheSame) {
  const Tensor floats = Tensor::zeros(DType::f32, {2, 3});
  EXPECT_EQ(compareTensors(floats, Tensor::zeros(DType::f32, {3, 2})).difference, "shape is 2 x 3, recorded is 3 x 2");
  EXPECT_EQ(compareTensors(floats, Tensor::zeros(DType::f64, {2, 3})).difference,
            "element type is float32, recorded is float64");
}

class RecordedModel : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const Graph& graph) {
    fs::create_directories(folder_);
    ASSERT_TRUE(onnx::exportModel(graph, folder_ / "model.onnx").ok());
  }
  void record(const std::string& name, float input, float output) {
    fs::create_directories(folder_ / name);
    ASSERT_TRUE(
        writeFileAtomically(folder_ / name / "input_0.pb", onnx::writeTensorBytes(Tensor::vector<float>({input}), "x"))
            .ok());
    ASSERT_TRUE(writeFileAtomically(folder_ / name / "output_0.pb",
                                    onnx::writeTensorBytes(Tensor::vector<float>({output}), "y"))
                    .ok());
  }
  Result<RecordedReport> verified(const std::vector<fs::path>& folders = {}) {
    NoProgress progress;
    return verifyRecorded(folder_ / "model.onnx", folders, BackendSet(), "reference", {}, progress);
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("ew_recorded_" + std::to_string(::getpid()));
  const Graph negate_ = test::graphFromText("input x:f32[1]\nNeg(x) -> y\noutput y:f32[1]");
};

TEST_F(RecordedModel, EveryCaseBesideTheModelIsRun) {
  put(negate_);
  record("test_data_set_0", 1, -1);
  record("test_data_set_1", 5, -5.001F);
  const Result<RecordedReport> report = verified();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(recordedResultName(report->result), "passed");
  EXPECT_EQ(report->cases, 2);
  EXPECT_NEAR(report->maxAbsError, 0.001, 1e-6);
}

TEST_F(RecordedModel, ADifferenceNamesCaseOutputAndElement) {
  put(negate_);
  record("test_data_set_0", 1, -1);
  record("test_data_set_3", 2, 2);
  const Result<RecordedReport> report = verified();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(recordedResultName(report->result), "differs");
  EXPECT_EQ(report->reason, "test_data_set_3: output 'y': element [0] is -2, recorded is 2");
}

TEST_F(RecordedModel, AnUnknownOperatorIsRefusedByName) {
  put(test::graphFromText("input x:f32[1]\nnode: my.domain.Own(x) -> y\noutput y:f32[1]\nopset my.domain 1"));
  record("test_data_set_0", 1, 1);
  const Result<RecordedReport> report = verified();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(recordedResultName(report->result), "refused");
  EXPECT_NE(report->reason.find("Own"), std::string::npos) << report->reason;
}

TEST_F(RecordedModel, InputsThatContradictTheModelAreRefused) {
  put(test::graphFromText("input x:f32[3,4]\nNeg(x) -> y\noutput y:f32[3,4]"));
  record("test_data_set_0", 1, -1);
  const Result<RecordedReport> report = verified();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->reason, "test_data_set_0: the recorded input 'x' has shape 1, the model declares 3 x 4");
}

TEST_F(RecordedModel, FoldersAreCasesOrHoldThem) {
  put(negate_);
  record("elsewhere/test_data_set_0", 1, -1);
  record("single", 1, -1);
  EXPECT_EQ(verified({folder_ / "elsewhere"})->cases, 1);
  EXPECT_EQ(verified({folder_ / "single", folder_ / "elsewhere/test_data_set_0"})->cases, 2);
  EXPECT_EQ(verified().error().code, ErrorCode::Io);
  EXPECT_EQ(verified({folder_ / "nothing"}).error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace ew::analysis

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/onnx_file.h"
#include "tests/app/cli_support.h"

namespace ew::test {
namespace {

namespace fs = std::filesystem;

class Verify : public CommandLine {
 protected:
  void SetUp() override {
    if (!fs::exists(nodes)) GTEST_SKIP() << "the package libonnx-testdata is not installed";
  }
  void copyCase(const std::string& name) { fs::copy(nodes / name, folder / name, fs::copy_options::recursive); }

  const fs::path nodes = "/usr/share/libonnx-testdata/data/node";
};

TEST_F(Verify, Passes) {
  const auto json = document({"verify", (nodes / "test_relu/model.onnx").string()});
  EXPECT_EQ(json["schema"], schemaOf("verify"));
  EXPECT_EQ(json["result"], "passed");
  EXPECT_EQ(json["cases"], 1);
  EXPECT_EQ(json["max_abs_error"], 0);
  EXPECT_EQ(json["reason"], "");
}

TEST_F(Verify, RefusesWhatIsNotImplemented) {
  const auto json = document({"verify", (nodes / "test_adam/model.onnx").string()}, 4);
  EXPECT_EQ(json["result"], "refused");
  EXPECT_NE(json["reason"].get<std::string>().find("Adam"), std::string::npos);
}

TEST_F(Verify, NamesTheFirstDifference) {
  copyCase("test_relu");
  const fs::path recorded = folder / "test_relu/test_data_set_0/output_0.pb";
  Tensor output = *onnx::readTensorFile(recorded);
  output.mutableData<float>()[7] += 0.5F;
  folder.write("test_relu/test_data_set_0/output_0.pb", onnx::writeTensorBytes(output, "y"));
  const auto json = document({"verify", "test_relu/model.onnx"}, 7);
  EXPECT_EQ(json["result"], "differs");
  EXPECT_NEAR(json["max_abs_error"].get<double>(), 0.5, 1e-6);
  EXPECT_EQ(json["reason"].get<std::string>().find("test_data_set_0: output 'y': element [0,1,2] is "), 0U) << json["reason"];
}

TEST_F(Verify, WithoutRecordedData) {
  expectFailure({"verify", "small.onnx"}, 5, "small.onnx: no test_data_set_* folder beside the model");
  expectFailure({"verify", "small.onnx", "nowhere"}, 5, "nowhere: no such folder");
  expectFailure({"verify", "no.onnx"}, 5, "no.onnx: cannot open: No such file or directory");
}

}  // namespace
}  // namespace ew::test

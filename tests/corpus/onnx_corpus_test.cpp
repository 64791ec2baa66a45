// SPDX-License-Identifier: Apache-2.0
// Every file of tests/corpus/onnx is a model in protobuf's text format. Its first line says what import must do:
//   # <error code>: <text>      refuse it with exactly this text (behind the file's name)
//   # opens[: <warning>]        open it, with this warning and no other
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <fstream>

#include "core/base/file.h"
#include "core/onnx/onnx_file.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

/// Drops protobuf's complaints about required fields; partial messages are the point here.
class Quiet final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    text = std::to_string(line) + ":" + std::to_string(column) + " " + message;
  }
  std::string text;
};

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(EW_SOURCE_DIR) / "tests/corpus/onnx"))
    names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

class OnnxCorpus : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("ew_corpus_" + GetParam());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream(folder_ / "eight.bin", std::ios::binary) << std::string("\0\0\x80\x3f\0\0\0\xc0", 8);  // 1, -2
    fs::create_symlink("/etc/passwd", folder_ / "link.bin");
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_P(OnnxCorpus, ImportSaysWhatTheFirstLineSays) {
  const std::string text = *readFile(fs::path(EW_SOURCE_DIR) / "tests/corpus/onnx" / (GetParam() + ".txt"));
  const std::string expected = text.substr(2, text.find('\n') - 2);
  onnx::Limits limits;
  ::onnx::ModelProto model;
  google::protobuf::TextFormat::Parser parser;
  Quiet errors;
  parser.RecordErrorsTo(&errors);
  parser.AllowPartialMessage(true);
  ASSERT_TRUE(parser.ParseFromString(text, &model)) << errors.text;
  const fs::path file = folder_ / "model.onnx";
  std::ofstream(file, std::ios::binary) << model.SerializePartialAsString();

  const Result<onnx::Imported> result = onnx::importModel(file, limits);
  if (!expected.starts_with("opens")) {
    ASSERT_FALSE(result.ok());
    const std::string code(errorCodeName(result.error().code));
    EXPECT_EQ(expected, code + result.error().text().substr(file.string().size()));
    return;
  }
  ASSERT_TRUE(result.ok()) << result.error().text();
  std::vector<std::string> wanted;
  if (expected != "opens") wanted.push_back(expected.substr(std::string("opens: ").size()));
  EXPECT_EQ(result->warnings, wanted);
  EXPECT_TRUE(onnx::exportBytes(result->graph).ok());
}

INSTANTIATE_TEST_SUITE_P(All, OnnxCorpus, testing::ValuesIn(caseNames()),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param; });

}  // namespace
}  // namespace ew

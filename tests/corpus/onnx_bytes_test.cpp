// SPDX-License-Identifier: Apache-2.0
// Files that are no protobuf, or damaged: one clear line each.
#include <gtest/gtest.h>
#include <unistd.h>
#include <onnx/onnx_pb.h>
#include <sys/stat.h>

#include <fstream>

#include "core/onnx/onnx_file.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

std::string textOf(const std::string& bytes) {
  const Result<onnx::Imported> result = onnx::importBytes(bytes, ".");
  return result.ok() ? "opened" : std::string(errorCodeName(result.error().code)) + ": " + result.error().text();
}

std::string smallModel() {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  ::onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("g");
  graph.add_input()->set_name("x");
  ::onnx::NodeProto& node = *graph.add_node();
  node.set_op_type("Relu");
  node.add_input("x");
  node.add_output("y");
  graph.add_output()->set_name("y");
  return model.SerializeAsString();
}

/// An If in an If in an If...: `depth` levels of subgraphs.
std::string nestedModel(int depth) {
  ::onnx::ModelProto model;
  model.ParseFromString(smallModel());
  ::onnx::GraphProto* graph = model.mutable_graph();
  for (int level = 0; level < depth; ++level) {
    ::onnx::NodeProto& node = *graph->add_node();
    node.set_op_type("If");
    node.add_input("x");
    ::onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name("then_branch");
    attribute.set_type(::onnx::AttributeProto::GRAPH);
    graph = attribute.mutable_g();
  }
  return model.SerializeAsString();
}

TEST(OnnxBytes, WhatIsNoModelIsNamed) {
  EXPECT_EQ(textOf(""), "invalid: the file is empty");
  EXPECT_EQ(textOf("hello, this is text\n"), "invalid: is a text file, not an ONNX file");
  EXPECT_EQ(textOf("\n  <!DOCTYPE html><html><body>404</body></html>"),
            "invalid: is an HTML or XML page, not an ONNX file");
  EXPECT_EQ(textOf("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
            "invalid: is a Git LFS pointer, not the model itself: fetch the model with 'git lfs pull'");
  EXPECT_EQ(textOf("PK\x03\x04\x14\x01\x02\x80"), "invalid: is a zip archive, not an ONNX file");
  EXPECT_EQ(textOf(std::string("\x89HDF\r\n\x1a\n\0\0", 10)), "invalid: is an HDF5 file, not an ONNX file");
  EXPECT_EQ(textOf(std::string("\x1c\0\0\0TFL3\x14\0", 10)), "invalid: is a TensorFlow Lite file, not an ONNX file");
  EXPECT_EQ(textOf(std::string("\xff\xff\xff\xff", 4)), "invalid: is not an ONNX file (no protobuf field at byte 4)");
}

TEST(OnnxBytes, EveryTruncationIsRefused) {
  const std::string bytes = smallModel();
  ASSERT_EQ(textOf(bytes), "opened");
  for (std::size_t keep = 1; keep < bytes.size(); ++keep)
    EXPECT_TRUE(textOf(bytes.substr(0, keep)).starts_with("invalid: ")) << keep;
  EXPECT_EQ(textOf(bytes.substr(0, 10)), "invalid: is truncated: field 7 has 27 bytes, the file ends after 6 of them");
}

TEST(OnnxBytes, DamageInsideIsRefused) {
  std::string bytes = smallModel();
  bytes[5] = '\x7f';  // an inner length that leaves its message
  EXPECT_EQ(textOf(bytes), "invalid: is damaged: a protobuf message inside is malformed");
}

TEST(OnnxBytes, NestingHasALimit) {
  EXPECT_EQ(textOf(nestedModel(60)), "opened");
  EXPECT_EQ(textOf(nestedModel(500)), "limit: is nested deeper than the limit of 64 levels");
}

TEST(OnnxBytes, NodesHaveALimitSubgraphsIncluded) {
  onnx::Limits limits;
  limits.nodes = 3;
  EXPECT_TRUE(onnx::importBytes(nestedModel(2), ".", limits).ok());
  const Result<onnx::Imported> result = onnx::importBytes(nestedModel(4), ".", limits);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Limit);
}

TEST(OnnxBytes, BytesHaveLimits) {
  const std::string bytes = smallModel();
  const auto textWith = [&](const onnx::Limits& limits) { return onnx::importBytes(bytes, ".", limits).error().text(); };
  onnx::Limits limits;
  limits.fileBytes = 10;
  EXPECT_EQ(textWith(limits), "has " + std::to_string(bytes.size()) + " bytes, the limit is 10");
  limits = {};
  limits.messageBytes = 12;
  EXPECT_TRUE(textWith(limits).starts_with("has over ")) << textWith(limits);
  EXPECT_TRUE(textWith(limits).ends_with(" bytes beside its raw data, the limit is 12")) << textWith(limits);
}

/// Each could be allowed; together they would fill the memory.
TEST(OnnxBytes, SparseInitializersShareOneLimit) {
  ::onnx::ModelProto model;
  model.ParseFromString(smallModel());
  for (const char* name : {"s", "t"}) {
    ::onnx::SparseTensorProto& sparse = *model.mutable_graph()->add_sparse_initializer();
    sparse.add_dims(60);
    sparse.mutable_values()->set_name(name);
    for (::onnx::TensorProto* part : {sparse.mutable_values(), sparse.mutable_indices()}) part->add_dims(0);
    sparse.mutable_values()->set_data_type(::onnx::TensorProto::FLOAT);
    sparse.mutable_indices()->set_data_type(::onnx::TensorProto::INT64);
  }
  onnx::Limits limits;
  limits.sparseElements = 120;
  EXPECT_TRUE(onnx::importBytes(model.SerializeAsString(), ".", limits).ok());
  limits.sparseElements = 100;
  EXPECT_EQ(onnx::importBytes(model.SerializeAsString(), ".", limits).error().text(),
            "sparse initializer 't': sparse tensor of shape 60, with those before it, is over the limit of 100 elements");
}

TEST(OnnxBytes, MissingFilesFoldersAndPipesAreIoErrors) {
  const fs::path folder = fs::path(testing::TempDir()) / ("ew_onnx_io_" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  ASSERT_EQ(::mkfifo((folder / "pipe.onnx").c_str(), 0600), 0);
  for (const char* name : {"missing.onnx", ".", "pipe.onnx"}) {
    const Result<onnx::Imported> result = onnx::importModel(folder / name);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Io) << name;
    EXPECT_NE(result.error().text().find(name), std::string::npos);
  }
  fs::remove_all(folder);
}

/// Any byte flip gives a result, never a signal.
TEST(OnnxBytes, FlippedBytesAreSurvived) {
  const std::string bytes = nestedModel(3);
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const unsigned flip : {1U, 8U, 128U, 255U}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ flip);
      (void)textOf(changed);
    }
}

}  // namespace
}  // namespace ew

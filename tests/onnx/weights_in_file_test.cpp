// SPDX-License-Identifier: Apache-2.0
// Weights stay in the file that they came from, and exports give them a place again.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>
#include <unistd.h>

#include <numeric>

#include "core/base/file.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/graph_text.h"
#include "tests/support/temporary_folder.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

Graph twoLayers() {
  return test::graphFromText(R"(
    input x:f32[1,3,8,8]
    W:f32[40,3,3,3] = random(7)
    V:f32[20,40,3,3] = random(8)
    Conv(x, W) -> a
    Conv(a, V) -> y
    output y:f32[1,20,4,4]
  )");
}

const Tensor& constant(const Graph& graph, const std::string& name) { return *graph.initializer(graph.valueNamed(name)); }

Graph opened(const fs::path& path) {
  Result<onnx::Imported> result = onnx::importModel(path);
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result->graph) : Graph();
}

Graph changed(const Graph& graph, const std::string& name) {
  GraphEdit edit(graph);
  Tensor tensor = constant(graph, name);
  tensor.mutableData<float>()[0] = 42;
  edit.setInitializer(graph.valueNamed(name), tensor);
  return *std::move(edit).apply();
}

void expectSameWeights(const Graph& a, const Graph& b) {
  for (const char* name : {"W", "V"}) EXPECT_TRUE(constant(a, name).equals(constant(b, name))) << name;
}

class WeightsInFile : public testing::Test {
 protected:
  fs::path written(const std::string& name, const onnx::ExportOptions& options = {}) {
    const auto files = onnx::exportModel(twoLayers(), folder_ / name, options);
    EXPECT_TRUE(files.ok());
    return folder_ / name;
  }
  static onnx::ExportOptions external() {
    onnx::ExportOptions options;
    options.modelBytes = 2000;
    return options;
  }
  test::TemporaryFolder folder_;
};

TEST_F(WeightsInFile, AreViewsOfTheMappedFileAndEqualThoseOfTheBytes) {
  const fs::path path = written("model.onnx");
  const Graph graph = opened(path);
  EXPECT_TRUE(constant(graph, "W").isMapped());
  EXPECT_TRUE(constant(graph, "V").isMapped());
  expectSameWeights(graph, twoLayers());
  const Result<onnx::Imported> copied = onnx::importBytes(*readFile(path), folder_.path());
  EXPECT_FALSE(constant(copied->graph, "W").isMapped());
  expectSameWeights(copied->graph, graph);
}

TEST_F(WeightsInFile, AnEditCopiesOnlyWhatItChanges) {
  const Graph graph = opened(written("model.onnx"));
  const Graph edited = changed(graph, "W");
  EXPECT_FALSE(constant(edited, "W").isMapped());
  EXPECT_EQ(constant(edited, "V").storage(), constant(graph, "V").storage());
}

TEST_F(WeightsInFile, AModelCanBeWrittenOverTheFileThatItIsMappedFrom) {
  for (const onnx::ExportOptions& options : {onnx::ExportOptions{}, external()}) {
    const fs::path path = written("model.onnx", options);
    const Graph edited = changed(opened(path), "V");
    ASSERT_TRUE(onnx::exportModel(edited, path).ok());
    expectSameWeights(edited, opened(path));
    expectSameWeights(edited, changed(twoLayers(), "V"));
  }
}

TEST_F(WeightsInFile, AModelThatWouldBeTooLargeGetsExternalData) {
  const auto files = onnx::exportModel(twoLayers(), folder_ / "large.onnx", external());
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, (std::vector<fs::path>{folder_ / "large.onnx", folder_ / "large.onnx.data"}));
  EXPECT_LT(fs::file_size(folder_ / "large.onnx"), 2000U);
  const Graph graph = opened(folder_ / "large.onnx");
  EXPECT_TRUE(constant(graph, "V").isMapped());
  expectSameWeights(graph, twoLayers());
}

TEST_F(WeightsInFile, ExternalDataStaysExternalUnderItsName) {
  const Graph graph = opened(written("a.onnx", external()));
  fs::create_directories(folder_ / "else");
  const auto files = onnx::exportModel(graph, folder_ / "else/b.onnx");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->back(), folder_ / "else/a.onnx.data");
  EXPECT_EQ(test::contentOf(folder_ / "else/a.onnx.data"), test::contentOf(folder_ / "a.onnx.data"));
  EXPECT_EQ(test::contentOf(folder_ / "else/b.onnx"), test::contentOf(folder_ / "a.onnx"));
}

TEST_F(WeightsInFile, TwoSpellingsOfOneLocationAreOneFile) {
  const fs::path path = written("a.onnx", external());
  ::onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(test::contentOf(path)));
  (*model.mutable_graph()->mutable_initializer(1)->mutable_external_data(0)).set_value("./a.onnx.data");
  ASSERT_TRUE(writeFileAtomically(path, model.SerializeAsString()).ok());
  const Graph graph = opened(path);
  fs::create_directories(folder_ / "else");
  const auto files = onnx::exportModel(graph, folder_ / "else/b.onnx");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->size(), 2U);
  expectSameWeights(opened(folder_ / "else/b.onnx"), twoLayers());
}

TEST_F(WeightsInFile, TheDataOfAnotherModelIsNotOverwritten) {
  const Graph graph = opened(written("a.onnx", external()));
  const std::string before = test::contentOf(folder_ / "a.onnx.data");
  for (int again = 0; again < 2; ++again) {
    const auto files = onnx::exportModel(changed(graph, "W"), folder_ / "b.onnx");
    ASSERT_TRUE(files.ok());
    EXPECT_EQ(files->back(), folder_ / "b.onnx.data");
  }
  EXPECT_EQ(test::contentOf(folder_ / "a.onnx.data"), before);
}

TEST_F(WeightsInFile, ExternalDataCanBeWrittenInline) {
  const Graph graph = opened(written("a.onnx", external()));
  onnx::ExportOptions options;
  options.inlineWeights = true;
  const auto files = onnx::exportModel(graph, folder_ / "b.onnx", options);
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->size(), 1U);
  EXPECT_EQ(test::contentOf(folder_ / "b.onnx"), *onnx::exportBytes(twoLayers()));
  EXPECT_EQ(test::contentOf(folder_ / "b.onnx"), *onnx::exportBytes(graph));
}

TEST_F(WeightsInFile, SharedExternalWeightsStayShared) {
  GraphEdit edit(twoLayers());
  const Tensor tensor = constant(edit.graph(), "V");
  const ValueId twin = edit.addInitializer("V2", tensor);
  edit.mutableNode(edit.graph().nodes().back().id).inputs.push_back(twin);
  ASSERT_TRUE(onnx::exportModel(*std::move(edit).apply(), folder_ / "twins.onnx", external()).ok());
  const Graph graph = opened(folder_ / "twins.onnx");
  EXPECT_EQ(constant(graph, "V").storage(), constant(graph, "V2").storage());
}

TEST_F(WeightsInFile, AFileShortenedMeanwhileIsNotWrittenOn) {
  GraphEdit edit;
  const ValueId big = edit.addInitializer("big", *Tensor::create(DType::f32, {100'000}));
  edit.setOutputs({big});
  ASSERT_TRUE(onnx::exportModel(*std::move(edit).apply(), folder_ / "big.onnx").ok());
  const Graph graph = opened(folder_ / "big.onnx");
  fs::resize_file(folder_ / "big.onnx", 5000);
  const auto files = onnx::exportModel(graph, folder_ / "copy.onnx");
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, ErrorCode::Io);
  EXPECT_FALSE(fs::exists(folder_ / "copy.onnx"));
}

/// A file that no protobuf library could write: 3 GiB in one message, most of it a hole.
TEST_F(WeightsInFile, OverTwoGiBInOneFileOpens) {
  constexpr std::uint64_t bytes = std::uint64_t{3} << 30;
  const auto varint = [](std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    return out + static_cast<char>(value);
  };
  ::onnx::ModelProto head;
  head.set_ir_version(8);
  head.add_opset_import()->set_version(17);
  ::onnx::GraphProto rest;
  rest.set_name("g");
  rest.add_output()->set_name("big");
  ::onnx::TensorProto tensor;
  tensor.set_name("big");
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  tensor.add_dims(bytes / 4);
  const std::string tensorBytes = tensor.SerializeAsString() + "\x4a" + varint(bytes);
  const std::string graphHead = rest.SerializePartialAsString() + "\x2a" + varint(tensorBytes.size() + bytes) + tensorBytes;
  const std::string file = head.SerializePartialAsString() + "\x3a" + varint(graphHead.size() + bytes) + graphHead;
  const fs::path path = folder_.write("big.onnx", file);
  fs::resize_file(path, file.size() + bytes);
  const Graph graph = opened(path);
  ASSERT_EQ(constant(graph, "big").byteSize(), bytes);
  EXPECT_TRUE(constant(graph, "big").isMapped());
  EXPECT_EQ(onnx::exportBytes(graph).error().code, ErrorCode::Limit);
}

TEST_F(WeightsInFile, ASparseInitializerKeepsItsFormUntilItChanges) {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  ::onnx::GraphProto& proto = *model.mutable_graph();
  proto.set_name("g");
  ::onnx::SparseTensorProto& sparse = *proto.add_sparse_initializer();
  sparse.add_dims(100);
  sparse.mutable_values()->set_name("s");
  sparse.mutable_values()->set_data_type(::onnx::TensorProto::FLOAT);
  sparse.mutable_values()->add_dims(2);
  sparse.mutable_values()->add_float_data(1.5F);
  sparse.mutable_values()->add_float_data(-2);
  sparse.mutable_indices()->set_data_type(::onnx::TensorProto::INT64);
  sparse.mutable_indices()->add_dims(2);
  sparse.mutable_indices()->add_int64_data(3);
  sparse.mutable_indices()->add_int64_data(99);
  proto.add_output()->set_name("s");
  const Graph graph = onnx::importBytes(model.SerializeAsString(), ".")->graph;
  EXPECT_EQ(constant(graph, "s").data<float>()[99], -2);

  ::onnx::ModelProto after;
  ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(graph)));
  ASSERT_EQ(after.graph().sparse_initializer_size(), 1);
  EXPECT_EQ(after.graph().initializer_size(), 0);
  EXPECT_EQ(after.graph().sparse_initializer(0).values().raw_data().size(), 8U);
  ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(changed(graph, "s"))));
  EXPECT_EQ(after.graph().sparse_initializer_size(), 0);
  ASSERT_EQ(after.graph().initializer_size(), 1);
  EXPECT_EQ(after.graph().initializer(0).raw_data().size(), 400U);
}

}  // namespace
}  // namespace ew

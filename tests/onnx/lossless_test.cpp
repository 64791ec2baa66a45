// SPDX-License-Identifier: Apache-2.0
// What import does not interpret is in the exported file again.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "core/base/file.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"
#include "tests/onnx/normal_form.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

::onnx::ModelProto odd() {
  ::onnx::ModelProto model;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    ir_version: 8 producer_name: "p" producer_version: "1" domain: "d" model_version: 5 doc_string: "model text"
    opset_import { domain: "" version: 17 } metadata_props { key: "k" value: "v" }
    training_info { initialization { name: "init" } }
    functions { name: "f" domain: "own" input: "a" output: "b" node { op_type: "Relu" input: "a" output: "b" } }
    graph { name: "g" doc_string: "graph text"
      node { input: "x" input: "w" output: "y" name: "n" op_type: "Add" doc_string: "node text"
             attribute { name: "a" type: INT i: 3 doc_string: "attribute text" }
             attribute { name: "t" type: TENSOR t { dims: 1 data_type: 1 name: "inner" doc_string: "inner text" raw_data: "\000\000\200\077" } } }
      initializer { dims: 1 data_type: 1 name: "w" raw_data: "\000\000\200\077" doc_string: "weight text" }
      input { name: "x" doc_string: "input text" type { denotation: "IMAGE" tensor_type { elem_type: 1
              shape { dim { dim_value: 1 denotation: "DATA_BATCH" } } } } }
      output { name: "y" type { tensor_type { elem_type: 1 shape { dim { dim_param: "N" } } } } }
      quantization_annotation { tensor_name: "w" quant_parameter_tensor_names { key: "SCALE_TENSOR" value: "s" } }
    })",
                                                            &model));
  // Fields that these protobuf classes do not know, as newer files have them.
  model.mutable_unknown_fields()->AddVarint(900, 1);
  model.mutable_graph()->mutable_unknown_fields()->AddLengthDelimited(16, "graph metadata");
  model.mutable_graph()->mutable_node(0)->mutable_unknown_fields()->AddLengthDelimited(8, "overload");
  model.mutable_graph()->mutable_node(0)->mutable_attribute(0)->mutable_unknown_fields()->AddVarint(901, 2);
  model.mutable_graph()->mutable_initializer(0)->mutable_unknown_fields()->AddLengthDelimited(16, "tensor metadata");
  model.mutable_graph()->mutable_input(0)->mutable_unknown_fields()->AddLengthDelimited(4, "input metadata");
  model.mutable_graph()->mutable_output(0)->mutable_unknown_fields()->AddLengthDelimited(4, "output metadata");
  return model;
}

Graph opened(const ::onnx::ModelProto& model) {
  Result<onnx::Imported> result = onnx::importBytes(model.SerializeAsString(), ".");
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result->graph) : Graph();
}

TEST(Lossless, TextsAnnotationsAndNewerFieldsComeBack) {
  const ::onnx::ModelProto before = odd();
  ::onnx::ModelProto after;
  ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(opened(before))));
  google::protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  EXPECT_TRUE(differencer.Compare(before, after)) << report;
}

TEST(Lossless, AChangedShapeKeepsItsDenotations) {
  GraphEdit edit(opened(odd()));
  edit.mutableValue(edit.graph().inputs()[0]).shape = Shape(Dims{7});
  ::onnx::ModelProto after;
  ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(*std::move(edit).apply())));
  const ::onnx::TensorShapeProto& shape = after.graph().input(0).type().tensor_type().shape();
  EXPECT_EQ(shape.dim(0).dim_value(), 7);
  EXPECT_EQ(shape.dim(0).denotation(), "DATA_BATCH");
}

TEST(Lossless, AnnotationsOfRemovedTensorsGo) {
  GraphEdit edit(opened(odd()));
  edit.mutableNode(edit.graph().nodes()[0].id).inputs[1] = edit.graph().inputs()[0];
  ::onnx::ModelProto after;
  ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(*std::move(edit).apply())));
  EXPECT_EQ(after.graph().quantization_annotation_size(), 0);
  EXPECT_EQ(after.graph().initializer_size(), 0);
}

/// Every model of the pool that opens and that protobuf can read whole: the export says what the original said.
TEST(Lossless, ModelsOfThePoolKeepTheirMeaningAsMessages) {
  EW_REQUIRE_POOL(pool);
  int compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(pool)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".onnx") continue;
    const Result<onnx::Imported> imported = onnx::importModel(path);
    ::onnx::ModelProto before, after;
    if (!imported.ok() || !before.ParsePartialFromString(*readFile(path))) continue;
    ASSERT_TRUE(after.ParsePartialFromString(*onnx::exportBytes(imported->graph))) << path;
    test::toNormalForm(before, path.parent_path());
    test::toNormalForm(after);
    google::protobuf::util::MessageDifferencer differencer;
    std::string report;
    differencer.ReportDifferencesToString(&report);
    EXPECT_TRUE(differencer.Compare(before, after)) << path << "\n" << report.substr(0, 600);
    ++compared;
  }
  EXPECT_GT(compared, 1700);
}

}  // namespace
}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
// Leaving raw_data out of a model and putting it back, against what protobuf itself writes.
#include "core/onnx/payload.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace ew {
namespace {

::onnx::ModelProto modelOf(const std::string& graph) {
  ::onnx::ModelProto model;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString("ir_version: 8 graph { " + graph + " }", &model));
  return model;
}

/// raw_data everywhere: initializers, sparse ones, attributes, a subgraph, and a list of tensors that is not looked into.
::onnx::ModelProto everywhere() {
  return modelOf(R"(
    initializer { dims: 3 data_type: 3 name: "a" raw_data: "abc" doc_string: "text" }
    initializer { dims: 0 data_type: 3 name: "empty" raw_data: "" }
    initializer { dims: 1 data_type: 1 name: "typed" float_data: 2 }
    sparse_initializer { values { dims: 1 data_type: 3 name: "s" raw_data: "v" } indices { dims: 1 data_type: 7 raw_data: "12345678" } dims: 4 }
    node { op_type: "Constant" output: "c" attribute { name: "value" type: TENSOR t { dims: 2 data_type: 3 raw_data: "de" } } }
    node { op_type: "If" input: "c" attribute { name: "then_branch" type: GRAPH
           g { name: "inner" initializer { dims: 4 data_type: 3 name: "i" raw_data: "ghij" } } } }
    node { op_type: "Own" attribute { name: "list" type: TENSORS tensors { dims: 1 data_type: 3 raw_data: "k" } } })");
}

std::span<const std::byte> bytesOf(const std::string& text) { return std::as_bytes(std::span(text)); }

struct Stripped {
  explicit Stripped(std::string whole, const onnx::Limits& limits = {})
      : file(std::move(whole)), reduced(onnx::withoutPayloads(bytesOf(file), limits, payloads, 0)) {
    EXPECT_EQ(reduced.ok() && model.ParsePartialFromString(*reduced), reduced.ok());
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const auto& range : payloads.ranges) out.emplace_back(reinterpret_cast<const char*>(range.data()), range.size());
    return out;
  }
  std::string file;  ///< the payloads are views of it
  onnx::Payloads payloads;
  Result<std::string> reduced;
  ::onnx::ModelProto model;
};

TEST(Payload, EveryRawDataOnTheWayIsLeftOut) {
  const Stripped stripped(everywhere().SerializeAsString());
  ASSERT_TRUE(stripped.reduced.ok());
  EXPECT_EQ(stripped.texts(), (std::vector<std::string>{"de", "ghij", "abc", "v", "12345678"}));
  EXPECT_FALSE(stripped.model.graph().initializer(0).has_raw_data());
  EXPECT_EQ(stripped.model.graph().initializer(0).doc_string(), "text");
  EXPECT_EQ(onnx::payloadNumber(stripped.model.graph().initializer(0)), 2U);
  EXPECT_EQ(onnx::payloadNumber(stripped.model.graph().initializer(2)), std::nullopt);
  EXPECT_EQ(stripped.model.graph().node(2).attribute(0).tensors(0).raw_data(), "k");
}

TEST(Payload, WritingGivesWhatProtobufWrites) {
  const std::string file = everywhere().SerializeAsString();
  Stripped stripped(file);
  std::vector<Tensor> tensors;
  for (const auto& range : stripped.payloads.ranges)
    tensors.push_back(*Tensor::view(DType::u8, {std::ssize(range)}, range, std::make_shared<int>()));
  const std::string reduced = stripped.model.SerializePartialAsString();
  const onnx::PayloadWriter writer(bytesOf(reduced), tensors);
  std::string written;
  ASSERT_TRUE(writer.write([&](std::span<const std::byte> part) {
    written.append(reinterpret_cast<const char*>(part.data()), part.size());
    return Status();
  }).ok());
  EXPECT_EQ(written, file);
  EXPECT_EQ(writer.size(), file.size());
}

TEST(Payload, RestoringAnAttributePutsTheBytesBack) {
  const ::onnx::ModelProto before = everywhere();
  Stripped stripped(before.SerializeAsString());
  ::onnx::AttributeProto attribute = stripped.model.graph().node(1).attribute(0);
  ASSERT_TRUE(onnx::restorePayloads(attribute, stripped.payloads).ok());
  EXPECT_EQ(attribute.SerializeAsString(), before.graph().node(1).attribute(0).SerializeAsString());
}

TEST(Payload, AFileCannotNameAPayloadItself) {
  ::onnx::ModelProto model = everywhere();
  onnx::setPayloadNumber(*model.mutable_graph()->mutable_initializer(2), 0);
  const Stripped stripped(model.SerializeAsString());
  EXPECT_EQ(onnx::payloadNumber(stripped.model.graph().initializer(2)), std::nullopt);
}

/// Protobuf merges messages that are given twice; of raw_data the last counts.
TEST(Payload, OfRawDataGivenTwiceTheLastCounts) {
  const std::string file = everywhere().SerializeAsString() + modelOf("").SerializeAsString();
  ::onnx::TensorProto twice;
  twice.set_raw_data("first");
  std::string bytes = twice.SerializeAsString();
  twice.set_raw_data("second");
  bytes += twice.SerializeAsString();
  ::onnx::ModelProto model;
  model.mutable_graph()->add_initializer();
  std::string graph = "\x2a" + std::string(1, static_cast<char>(bytes.size())) + bytes;  // field 5: an initializer
  const Stripped stripped("\x3a" + std::string(1, static_cast<char>(graph.size())) + graph);
  ASSERT_TRUE(stripped.reduced.ok());
  const auto number = onnx::payloadNumber(stripped.model.graph().initializer(0));
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(stripped.texts()[*number], "second");
}

TEST(Payload, DamageIsInvalidAndWhatIsTooMuchIsALimit) {
  std::string file = everywhere().SerializeAsString();
  EXPECT_EQ(Stripped(file.substr(0, file.size() - 1)).reduced.error().code, ErrorCode::Invalid);
  onnx::Limits small;
  small.messageBytes = 20;
  EXPECT_EQ(Stripped(file, small).reduced.error().code, ErrorCode::Limit);
  small = {};
  small.nesting = 0;
  EXPECT_EQ(Stripped(file, small).reduced.error().text(), "is nested deeper than the limit of 0 levels");
}

}  // namespace
}  // namespace ew

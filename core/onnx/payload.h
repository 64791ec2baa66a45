// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/onnx/limits.h"
#include "core/onnx/proto.h"
#include "core/tensor/tensor.h"

namespace ew::onnx {

/// Protobuf reads and writes models without their weights: raw_data over a few KiB of the tensors of the graph (its initializers,
/// sparse ones too, tensor attributes of nodes, and all of these in subgraphs) is left out of the message, and each such
/// TensorProto holds its number in a table instead, in a field of this number. Protobuf keeps the numbers from 19000 to
/// 19999 to itself, so ONNX can never define it; where a file has it all the same, it is dropped. Functions, training
/// information and lists of tensors keep their raw_data.
inline constexpr int kPayloadField = 19847;

/// What was left out of a message that was read.
struct Payloads {
  std::vector<std::span<const std::byte>> ranges;
  std::shared_ptr<const void> owner;  ///< of a mapped file; nothing when the bytes are only there during import
};

/// The model without its raw_data. Limit: graphs nested too deep, too much beside raw_data. Invalid: malformed.
/// raw_data of at most `small` bytes stays.
Result<std::string> withoutPayloads(std::span<const std::byte> model, const Limits& limits, Payloads& payloads,
                                    std::size_t small = 4096);

/// The number of a tensor's payload; nothing when its raw_data, if it has some, is in the message.
std::optional<std::uint64_t> payloadNumber(const pb::TensorProto& proto);
void setPayloadNumber(pb::TensorProto& proto, std::uint64_t number);
void dropPayloadNumber(pb::TensorProto& proto);

/// Puts raw_data back into the messages of an attribute or a sparse tensor that is kept as bytes. Limit: over 2 GiB.
Status restorePayloads(pb::AttributeProto& proto, const Payloads& payloads);
Status restorePayloads(pb::SparseTensorProto& proto, const Payloads& payloads);

/// Calls `visit` with every tensor that withoutPayloads() looks at.
using TensorVisitor = std::function<void(pb::TensorProto&)>;
void visitTensors(pb::GraphProto& graph, const TensorVisitor& visit);
void visitTensors(pb::AttributeProto& attribute, const TensorVisitor& visit);

/// Takes bytes of an output in order.
using ByteSink = std::function<Status(std::span<const std::byte>)>;

/// The opposite of withoutPayloads(): `model` with the bytes of `tensors` as raw_data where their numbers stand, the same
/// file that protobuf would write of the whole. Pages of mapped tensors are let go once they are written.
class PayloadWriter {
 public:
  PayloadWriter(std::span<const std::byte> model, const std::vector<Tensor>& tensors);
  std::uint64_t size() const { return size_; }  ///< of the whole file
  Status write(const ByteSink& sink) const;

 private:
  std::span<const std::byte> model_;
  const std::vector<Tensor>& tensors_;
  std::vector<std::uint64_t> sizes_;  ///< of the contents of nested messages that change, in order of their starts
  std::uint64_t size_ = 0;
};

}  // namespace ew::onnx

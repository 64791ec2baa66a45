// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "core/ops/op.h"

namespace ew::cpu {
namespace {

/// An operand or result of a node whose reference code runs.
struct Operand {
  SlotId slot = kNoSlot;        ///< kNoSlot: absent
  DType dtype = DType::none;
  std::optional<Dims> dims;     ///< nothing when known only at run time
  Tensor constant;
};

class ReferenceKernel final : public Kernel {
 public:
  ReferenceKernel(const Node& node, const ops::OpDef& def, std::int64_t opset, std::vector<Operand> inputs, std::vector<Operand> outputs)
      : node_(node), def_(def), opset_(opset), inputs_(std::move(inputs)), outputs_(std::move(outputs)) {}

  std::string name() const override { return "reference"; }

  Status run(Storage& storage) override {
    ops::ComputeContext context{node_, opset_, {}, {}};
    context.outputs.resize(node_.outputs.size());
    for (const Operand& operand : inputs_) {
      if (operand.constant.present() || operand.slot == kNoSlot) {
        context.inputs.push_back(operand.constant);
        continue;
      }
      EW_ASSIGN(Tensor tensor, storage.tensor(operand.slot, operand.dtype, operand.dims));
      context.inputs.push_back(std::move(tensor));
    }
    EW_TRY(ops::runCompute(def_, context));
    context.inputs.clear();
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs_[i].slot == kNoSlot) continue;
      Tensor& made = context.outputs[i];
      EW_TRY(check(outputs_[i], made));
      EW_TRY(storage.setDynamic(outputs_[i].slot, std::move(made)));
    }
    return {};
  }

 private:
  /// Later kernels were compiled for the inferred type and shape, so anything else must stop here.
  static Status check(const Operand& expected, const Tensor& made) {
    if (expected.dims && (made.dtype() != expected.dtype || made.dims() != *expected.dims))
      return invalid("gave " + std::string(dtypeName(made.dtype())) + " " + dimsText(made.dims()) + " where " +
                     std::string(dtypeName(expected.dtype)) + " " + dimsText(*expected.dims) + " was inferred");
    return {};
  }

  const Node& node_;
  const ops::OpDef& def_;
  std::int64_t opset_;
  std::vector<Operand> inputs_, outputs_;
};

std::optional<Dims> knownDims(const Graph& graph, ValueId id) {
  const auto& shape = graph.value(id).shape;
  return shape ? shape->concrete() : std::nullopt;
}

}  // namespace

Status addReference(Builder& builder, const Node& node) {
  const Graph& graph = builder.graph();
  const ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr) return unsupported(found.reason.text());
  std::vector<Operand> inputs, outputs;
  std::vector<SlotId> reads, writes;
  for (const ValueId id : node.inputs) {
    Operand operand;
    if (const Tensor* constant = builder.constant(id)) {
      operand.constant = *constant;
    } else if (id != kNone) {
      operand.slot = builder.readPlain(id);
      operand.dtype = builder.dtype(id);
      if (!builder.placed(id).dynamic) operand.dims = knownDims(graph, id);
      reads.push_back(operand.slot);
    }
    inputs.push_back(std::move(operand));
  }
  for (const ValueId id : node.outputs) {
    Operand operand;
    if (id != kNone) {
      operand.dtype = builder.dtype(id);
      operand.slot = builder.writeDynamic(id);
      if (!builder.placed(id).dynamic) operand.dims = knownDims(graph, id);
      writes.push_back(operand.slot);
    }
    outputs.push_back(std::move(operand));
  }
  builder.add(std::make_unique<ReferenceKernel>(node, *found.def, graph.opset(node.domain), std::move(inputs), std::move(outputs)),
              std::move(reads), std::move(writes));
  return {};
}

}  // namespace ew::cpu

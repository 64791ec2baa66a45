// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  context.outputs[0].shape = Shape(std::vector<Dim>{Dim(), Dim(3)});
  return {};
}

struct Box {
  float left, top, right, bottom;
};

/// A box from two opposite corners, or from centre and size.
Box boxOf(const float* values, bool centered) {
  if (centered) {
    const float width = values[2] / 2, height = values[3] / 2;
    return {values[0] - width, values[1] - height, values[0] + width, values[1] + height};
  }
  return {std::min(values[1], values[3]), std::min(values[0], values[2]), std::max(values[1], values[3]), std::max(values[0], values[2])};
}

float areaOf(const Box& box) { return (box.right - box.left) * (box.bottom - box.top); }

float overlap(const Box& a, const Box& b) {
  const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (!(width > 0) || !(height > 0) || !(areaOf(a) > 0) || !(areaOf(b) > 0)) return 0;
  const float shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

struct Thresholds {
  std::int64_t most = 0;
  float overlap = 0;
  bool hasScore = false;
  float score = 0;
};

Result<float> floatOf(const Tensor& operand, const char* name) {
  EW_ASSIGN(const std::vector<double> values, toDoubles(operand));
  if (values.size() != 1) return invalid(std::string(name) + " must be one number, not of shape " + dimsText(operand.dims()));
  return static_cast<float>(values[0]);
}

Result<Thresholds> thresholdsOf(const ComputeContext& context) {
  Thresholds out;
  if (context.has(2)) {
    EW_ASSIGN(out.most, intOf(context.inputs[2], "max_output_boxes_per_class"));
  }
  if (context.has(3)) {
    EW_ASSIGN(out.overlap, floatOf(context.inputs[3], "iou_threshold"));
  }
  if (context.has(4)) {
    EW_ASSIGN(out.score, floatOf(context.inputs[4], "score_threshold"));
    out.hasScore = true;
  }
  return out;
}

/// Positions of the kept boxes, best first: each overlaps no better one by more than the threshold.
std::vector<std::int64_t> keptBoxes(const std::vector<Box>& boxes, std::span<const float> scores, const Thresholds& limits) {
  std::vector<std::int64_t> order;
  const auto score = [&](std::int64_t i) { return scores[static_cast<std::size_t>(i)]; };
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(boxes.size()); ++i)
    if (limits.hasScore ? score(i) > limits.score : score(i) == score(i)) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return score(a) > score(b); });
  std::vector<std::int64_t> kept;
  for (const std::int64_t candidate : order) {
    if (static_cast<std::int64_t>(kept.size()) >= limits.most) break;
    const Box& box = boxes[static_cast<std::size_t>(candidate)];
    const bool hidden = std::any_of(kept.begin(), kept.end(), [&](std::int64_t better) {
      return overlap(box, boxes[static_cast<std::size_t>(better)]) > limits.overlap;
    });
    if (!hidden) kept.push_back(candidate);
  }
  return kept;
}

Status compute(ComputeContext& context) {
  const Tensor& boxes = context.inputs[0];
  const Tensor& scores = context.inputs[1];
  if (boxes.dtype() != DType::f32 || scores.dtype() != DType::f32) return unsupported("boxes and scores must be float32");
  if (boxes.rank() != 3 || scores.rank() != 3 || boxes.dim(2) != 4 || boxes.dim(0) != scores.dim(0) || boxes.dim(1) != scores.dim(2))
    return invalid("boxes of shape " + dimsText(boxes.dims()) + " and scores of shape " + dimsText(scores.dims()) + " do not match");
  EW_ASSIGN(const Thresholds limits, thresholdsOf(context));
  const bool centered = context.node.attributes.getInt("center_point_box", 0) != 0;
  const std::int64_t count = boxes.dim(1), classes = scores.dim(1);
  std::vector<std::int64_t> found;
  for (std::int64_t batch = 0; batch < boxes.dim(0) && count > 0; ++batch) {
    std::vector<Box> own;
    for (std::int64_t i = 0; i < count; ++i) own.push_back(boxOf(boxes.data<float>().data() + (batch * count + i) * 4, centered));
    for (std::int64_t label = 0; label < classes; ++label) {
      const auto line = scores.data<float>().subspan(static_cast<std::size_t>((batch * classes + label) * count), static_cast<std::size_t>(count));
      for (const std::int64_t box : keptBoxes(own, line, limits)) found.insert(found.end(), {batch, label, box});
    }
  }
  context.outputs[0] = Tensor::vector(found).reshaped({static_cast<std::int64_t>(found.size() / 3), 3});
  return {};
}

}  // namespace

OpDef nonMaxSuppressionOp() {
  return {.name = "NonMaxSuppression", .sinceVersion = 10, .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops

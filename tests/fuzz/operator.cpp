// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>

#include "core/ops/op.h"
#include "tests/fuzz/targets.h"

namespace ew::fuzz {
namespace {

/// Takes small decisions off the front of a byte string; zeros when it has run out.
class Source {
 public:
  explicit Source(std::string_view bytes) : bytes_(bytes) {}

  unsigned byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  unsigned below(unsigned count) { return byte() % count; }

  std::int64_t integer() {
    constexpr std::array<std::int64_t, 8> odd{-1, -2, 1000, INT32_MAX, INT64_MAX, INT64_MIN, 1 << 20, -1000};
    const unsigned value = byte();
    return value < 240 ? static_cast<std::int64_t>(value % 24) - 4 : odd[value % odd.size()];
  }
  std::vector<std::int64_t> integers() {
    std::vector<std::int64_t> out;
    for (unsigned left = below(9); left > 0; --left) out.push_back(integer());
    return out;
  }
  float real() { return static_cast<float>(integer()) / (1.0F + static_cast<float>(below(4))); }

  Tensor tensor() {
    constexpr std::array types{DType::f32, DType::i64, DType::i32, DType::u8, DType::i8, DType::boolean, DType::f16, DType::f64, DType::bf16,
                               DType::u16, DType::u32, DType::u64, DType::i16, DType::string, DType::i4, DType::u4, DType::f8e4m3, DType::f8e5m2};
    const DType type = types[below(types.size())];
    Dims dims;
    for (unsigned rank = below(6); rank > 0; --rank) dims.push_back(below(5));
    Tensor out = Tensor::zeros(type, dims);
    if (type == DType::string) {
      for (std::string& text : out.mutableStringData()) text = std::string(below(4), static_cast<char>('a' + below(3)));
      return out;
    }
    for (std::byte& place : out.mutableBytes()) place = static_cast<std::byte>(type == DType::boolean ? below(2) : byte());
    if (type == DType::i64)
      for (std::int64_t& value : out.mutableData<std::int64_t>()) value = value % 9;
    if (type == DType::f32)
      for (float& value : out.mutableData<float>()) value = real();
    return out;
  }

 private:
  std::string_view bytes_;
};

constexpr std::array integerNames{"axis", "keepdims", "group", "blocksize", "to", "batch_dims", "num_outputs", "ceil_mode", "hidden_size", "select_last_index",
                                  "exclusive", "reverse", "k", "largest", "sorted", "block_size", "bits", "K", "N", "num_heads", "kv_num_heads",
                                  "q_num_heads", "is_causal", "dtype", "output_height", "output_width", "sampling_ratio", "allowzero", "onesided",
                                  "count_include_pad", "storage_order", "align_corners", "transA", "transB", "layout", "detect_positive", "upper"};
constexpr std::array listNames{"axes", "perm", "pads", "split", "kernel_shape", "strides", "dilations", "output_padding", "output_shape", "starts",
                               "ends", "shape", "value_ints", "kernel", "scales", "sizes"};
constexpr std::array wordNames{"mode", "reduction", "direction", "equation", "padding_mode", "auto_pad", "coordinate_transformation_mode", "approximate",
                               "nearest_mode", "keep_aspect_ratio_policy", "rounding_mode", "pooling_type"};
constexpr std::array words{"constant", "reflect", "edge", "wrap", "add", "mul", "max", "min", "none", "forward", "reverse", "bidirectional", "ij,jk->ik",
                           "...ij->...", "ii", "nearest", "linear", "cubic", "bilinear", "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "zeros",
                           "border", "DCR", "CRD", "tanh", "half_pixel", "align_corners", "tf_crop_and_resize", "floor", "stretch", "mean", "sum", "->"};
constexpr std::array realNames{"alpha", "beta", "gamma", "epsilon", "momentum", "spatial_scale", "clip", "min", "max", "scale", "bias", "ratio", "lambd",
                               "cubic_coeff_a", "extrapolation_value", "threshold"};

Attributes attributesFrom(Source& source) {
  Attributes out;
  for (unsigned left = source.below(6); left > 0; --left) {
    const unsigned kind = source.below(5);
    if (kind == 0) out.set(integerNames[source.below(integerNames.size())], source.integer());
    if (kind == 1) out.set(listNames[source.below(listNames.size())], source.integers());
    if (kind == 2) out.set(wordNames[source.below(wordNames.size())], std::string(words[source.below(words.size())]));
    if (kind == 3) out.set(realNames[source.below(realNames.size())], source.real());
    if (kind == 4) out.set("value", source.tensor());
  }
  return out;
}

std::string described(const ops::OpDef& def, const ops::InferContext::Output& inferred, const Tensor& made) {
  return std::string(def.name) + " was inferred as " + std::string(dtypeName(inferred.dtype)) + " " +
         (inferred.shape ? inferred.shape->text() : "?") + " and gave " + std::string(dtypeName(made.dtype())) + " " + dimsText(made.dims());
}

void compare(const ops::OpDef& def, const ops::InferContext::Output& inferred, const Tensor& made) {
  require(inferred.dtype == DType::none || inferred.dtype == made.dtype(), described(def, inferred, made));
  if (!inferred.shape) return;
  bool fits = inferred.shape->rank() == made.rank();
  for (std::size_t axis = 0; fits && axis < made.rank(); ++axis)
    fits = !(*inferred.shape)[axis].known() || (*inferred.shape)[axis].extent == made.dim(axis);
  require(fits, described(def, inferred, made));
}

}  // namespace

void runOperator(std::string_view bytes) {
  Source source(bytes);
  const std::span<const ops::OpDef> all = ops::catalog();
  const ops::OpDef& def = all[(source.byte() + 256 * source.byte()) % all.size()];
  const int versions = def.lastVersion - def.sinceVersion + 1;
  const std::int64_t opset = def.sinceVersion + static_cast<int>(source.below(static_cast<unsigned>(versions)));
  Node node;
  node.opType = def.name;
  node.domain = def.domain;
  for (ValueId id = 100; id < 101 + static_cast<ValueId>(source.below(3)); ++id) node.outputs.push_back(id);
  node.attributes = attributesFrom(source);
  std::vector<Tensor> operands;
  for (unsigned left = source.below(6); left > 0; --left) operands.push_back(source.below(9) == 0 ? Tensor() : source.tensor());
  std::vector<ops::ValueFacts> facts;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    node.inputs.push_back(operands[i].present() ? static_cast<ValueId>(i) : kNone);
    ops::ValueFacts known;
    if (operands[i].present()) known = {operands[i].dtype(), operands[i].shape(), source.below(2) == 0 ? &operands[i] : nullptr};
    facts.push_back(known);
  }
  ops::InferContext inferring{node, opset, facts, std::vector<ops::InferContext::Output>(node.outputs.size())};
  const bool inferred = ops::runInfer(def, inferring).ok();
  if (def.compute == nullptr) return;
  ops::ComputeContext computing{node, opset, operands, std::vector<Tensor>(node.outputs.size())};
  if (!ops::runCompute(def, computing).ok() || !inferred) return;
  for (std::size_t i = 0; i < node.outputs.size(); ++i)
    if (computing.outputs[i].present()) compare(def, inferring.outputs[i], computing.outputs[i]);
}

std::vector<std::string> operatorSeeds() {
  // Every operator with operands cut from the same pattern: the fuzzer finds the rest.
  std::vector<std::string> out;
  for (std::size_t op = 0; op < ops::catalog().size(); ++op) {
    std::string seed{static_cast<char>(op & 255U), static_cast<char>(op >> 8U)};
    for (unsigned i = 0; i < 160; ++i) seed.push_back(static_cast<char>((i * 37 + op * 11) % 251));
    out.push_back(std::move(seed));
  }
  return out;
}

}  // namespace ew::fuzz

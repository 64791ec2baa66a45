// SPDX-License-Identifier: Apache-2.0
// Every operator of the catalog on operands that make no sense together: an error is fine, a crash is not, and what
// runs must be what inference said.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

class RandomCalls {
 public:
  explicit RandomCalls(unsigned seed) : random_(seed) {}

  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  std::int64_t integer() {
    constexpr std::array<std::int64_t, 14> odd{0, 1, 2, 3, 4, -1, -2, -3, 7, 1000, -1000, INT32_MAX, INT64_MAX, INT64_MIN};
    return odd[static_cast<std::size_t>(below(below(4) == 0 ? 14 : 7))];
  }

  std::vector<std::int64_t> integers() {
    std::vector<std::int64_t> out;
    for (int i = below(6); i > 0; --i) out.push_back(integer());
    return out;
  }

  Tensor tensor() {
    constexpr std::array types{DType::f32, DType::f32, DType::f32, DType::i64, DType::i64, DType::i32, DType::boolean, DType::u8,
                               DType::i8, DType::f16, DType::f64, DType::u64, DType::string, DType::i4, DType::bf16, DType::f8e4m3,
                               DType::f4e2m1, DType::f8e8m0, DType::i16, DType::u2};
    const DType type = types[static_cast<std::size_t>(below(static_cast<int>(types.size())))];
    Dims dims;
    for (int rank = below(5); rank > 0; --rank) dims.push_back(below(8) == 0 ? 0 : 1 + below(3));
    Tensor out = Tensor::zeros(type, dims);
    for (std::int64_t i = 0; i < out.size(); ++i) fill(out, i);
    return out;
  }

  Attributes attributes() {
    Attributes out;
    for (const char* name : {"axis", "keepdims", "k", "group", "blocksize", "exclusive", "batch_dims", "output_height", "num_outputs", "to",
                             "dtype", "noop_with_empty_axes", "start", "end", "ceil_mode", "hidden_size", "sampling_ratio", "upper", "p",
                             "time_axis", "batch_axis", "num_heads", "rotary_embedding_dim", "q_num_heads", "kv_num_heads", "size",
                             "K", "N", "bits", "block_size", "sample_size", "max_skip_count", "min_gram_length", "max_gram_length", "maxsplit", "offset_group",
                             "softmax_precision", "broadcast", "opset", "signed", "narrow"})
      if (below(5) == 0) out.set(name, integer());
    for (const char* name : {"axes", "perm", "pads", "split", "kernel_shape", "strides", "dilations", "starts", "ends", "shape", "steps", "output_padding",
                             "ngram_counts", "ngram_indexes", "pool_int64s"})
      if (below(5) == 0) out.set(name, integers());
    for (const char* name : {"mode", "reduction", "direction", "equation", "padding_mode", "auto_pad", "coordinate_transformation_mode",
                             "activation", "update_rule", "pattern", "delimiter", "case_change_action", "rounding_mode", "pixel_format"})
      if (below(4) == 0) out.set(name, word());
    for (const char* name : {"alpha", "beta", "epsilon", "spatial_scale", "clip"})
      if (below(5) == 0) out.set(name, static_cast<float>(integer()));
    if (below(5) == 0) out.set("value", tensor());
    return out;
  }

 private:
  void fill(Tensor& out, std::int64_t i) {
    const std::int64_t value = below(3) == 0 ? integer() : below(3);
    if (out.dtype() == DType::string) {
      out.mutableStringData()[static_cast<std::size_t>(i)] = std::to_string(value);
    } else if (isSubByte(out.dtype())) {
      setSubByte(out.mutableBytes(), out.dtype(), i, static_cast<int>(value & 7));
    } else {
      const Status filled = dispatchType(out.dtype(), [&]<class T>() {
        if constexpr (std::is_same_v<T, bool>) out.mutableData<T>()[static_cast<std::size_t>(i)] = value > 0;
        else if constexpr (std::is_integral_v<T>) out.mutableData<T>()[static_cast<std::size_t>(i)] = static_cast<T>(value);
        else out.mutableData<T>()[static_cast<std::size_t>(i)] = static_cast<T>(static_cast<float>(value));
      });
      EXPECT_TRUE(filled.ok());
    }
  }

  std::string word() {
    constexpr std::array words{"reflect", "edge", "wrap", "constant", "add", "mul", "max", "min", "bidirectional", "reverse", "LEFT", "RIGHT",
                               "ij,jk->ik", "...i,...i", "ii->i", "nearest", "cubic", "linear", "SAME_UPPER", "VALID", "border", "reflection",
                               "CRD", "avg", "", "half_pixel", "tf_crop_and_resize", "->", "a,,b", "silu", "linear", "gated",
                               "(a|b)*1+", "[0-9]{0,1000}", "((a{1000}){1000}){1000}", "(?i)\\w+|-1", "[z-a]", "TF", "IDF", "LOWER", "HardSigmoid", "Clip", "FLOOR", "Grayscale"};
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

  std::mt19937 random_;
};

void expectAgreement(const ops::InferContext::Output& inferred, const Tensor& computed, const std::string& what) {
  if (inferred.dtype != DType::none) { EXPECT_EQ(inferred.dtype, computed.dtype()) << what; }
  if (!inferred.shape) return;
  ASSERT_EQ(inferred.shape->rank(), computed.rank()) << what << ": " << inferred.shape->text() << " against " << dimsText(computed.dims());
  for (std::size_t i = 0; i < computed.rank(); ++i)
    if ((*inferred.shape)[i].known()) {
      EXPECT_EQ((*inferred.shape)[i].extent, computed.dim(i)) << what << ": " << inferred.shape->text() << " against " << dimsText(computed.dims());
    }
}

TEST(AnyOperands, NoOperatorCrashesAndInferenceAgreesWithComputation) {
  int ran = 0;
  for (const ops::OpDef& definition : ops::catalog()) {
    RandomCalls random(7);
    for (int round = 0; round < 400; ++round) {
      OpCall call{std::string(definition.name), {}, random.attributes(), definition.lastVersion - random.below(std::max(1, definition.lastVersion - definition.sinceVersion)),
                  static_cast<std::size_t>(1 + random.below(3)), std::string(definition.domain)};
      for (int i = definition.requiredInputs + random.below(3); i > 0; --i) call.inputs.push_back(random.tensor());
      // Operands alike run more often.
      if (call.inputs.size() > 1 && random.below(2) == 0) call.inputs[1] = call.inputs[0];
      std::vector<ops::ValueFacts> known, unknown;
      for (const Tensor& input : call.inputs) {
        known.push_back(constantOf(input));
        unknown.push_back(unknownOf(input.dtype(), input.shape().dims()));
      }
      const auto inferred = inferOp(call, known);
      const auto shapesOnly = inferOp(call, unknown);
      const auto computed = runOp(call);
      if (!computed.ok()) continue;
      ++ran;
      const std::string what = call.op + " round " + std::to_string(round);
      // Inference may refuse a superfluous operand that the computation never looks at.
      if (!inferred.ok() && static_cast<int>(call.inputs.size()) > definition.requiredInputs) continue;
      EXPECT_TRUE(inferred.ok()) << what << ": " << inferred.error().text();
      EXPECT_TRUE(shapesOnly.ok()) << what << ": " << shapesOnly.error().text();
      if (!inferred.ok() || !shapesOnly.ok()) break;
      for (std::size_t i = 0; i < call.outputs; ++i) {
        if (!(*computed)[i].present()) continue;
        expectAgreement((*inferred)[i], (*computed)[i], what);
        expectAgreement((*shapesOnly)[i], (*computed)[i], what + " (shapes only)");
      }
    }
  }
  EXPECT_GT(ran, 4000);
}

}  // namespace
}  // namespace ew::test

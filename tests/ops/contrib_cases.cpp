// SPDX-License-Identifier: Apache-2.0
#include "tests/ops/contrib_cases.h"

#include <cmath>

#include "tests/support/graph_text.h"

namespace ew::test {
namespace {

using Cases = std::vector<ContribCase>;
using Ints = std::vector<std::int64_t>;

Tensor f(float value) { return Tensor::scalar(value); }
Tensor u8(std::uint8_t value) { return Tensor::scalar(value); }
Tensor i8(std::int8_t value) { return Tensor::scalar(value); }
Tensor floats(Dims dims, unsigned seed) { return randomTensor(DType::f32, dims, seed); }
Tensor bytes(Dims dims, unsigned seed, DType type = DType::u8) { return randomTensor(type, dims, seed); }

OpCall microsoft(std::string op, std::vector<Tensor> inputs, Attributes attributes = {}, std::size_t outputs = 1) {
  return {std::move(op), std::move(inputs), std::move(attributes), 1, outputs, "com.microsoft"};
}

/// An AveragePool and a convolution may round a tie to the other side: one step.
void addByteOperators(Cases& out) {
  const Tensor x = bytes({1, 3, 6, 6}, 1), signedX = bytes({2, 5}, 2, DType::i8);
  out.push_back({"QLinearAdd", microsoft("QLinearAdd", {bytes({2, 3, 4}, 3), f(0.02F), u8(120), bytes({3, 1}, 4), f(0.03F), u8(130), f(0.04F), u8(125)}), 1});
  out.push_back({"QLinearAdd of int8", microsoft("QLinearAdd", {signedX, f(0.02F), i8(3), bytes({5}, 5, DType::i8), f(0.01F), i8(-7), f(0.03F), i8(1)}), 1});
  out.push_back({"QLinearMul", microsoft("QLinearMul", {bytes({2, 3, 4}, 6), f(0.02F), u8(120), bytes({4}, 7), f(0.03F), u8(130), f(0.05F), u8(125)}), 1});
  out.push_back({"QLinearSigmoid", microsoft("QLinearSigmoid", {x, f(0.05F), u8(128), f(1 / 256.0F), u8(0)}), 1});
  out.push_back({"QLinearLeakyRelu", microsoft("QLinearLeakyRelu", {x, f(0.05F), u8(128), f(0.04F), u8(100)}, attributesOf({{"alpha", 0.1F}})), 1});
  out.push_back({"QLinearGlobalAveragePool", microsoft("QLinearGlobalAveragePool", {x, f(0.05F), u8(128), f(0.02F), u8(100)}), 1});
  out.push_back({"QLinearGlobalAveragePool, channels last",
                 microsoft("QLinearGlobalAveragePool", {bytes({1, 4, 4, 3}, 8), f(0.05F), u8(128), f(0.02F), u8(100)}, attributesOf({{"channels_last", std::int64_t{1}}})), 1});
  out.push_back({"QLinearAveragePool", microsoft("QLinearAveragePool", {x, f(0.05F), u8(128), f(0.04F), u8(110)},
                                                 attributesOf({{"kernel_shape", Ints{3, 3}}, {"strides", Ints{2, 2}}, {"pads", Ints{1, 1, 1, 1}}})), 1});
  out.push_back({"QLinearConcat", microsoft("QLinearConcat", {f(0.04F), u8(120), bytes({2, 3}, 9), f(0.02F), u8(128), bytes({2, 2}, 10), f(0.05F), u8(100)},
                                            attributesOf({{"axis", std::int64_t{1}}})), 1, 2});
  out.push_back({"QLinearSoftmax", microsoft("QLinearSoftmax", {bytes({2, 3, 7}, 11), f(0.03F), u8(128), f(1 / 256.0F), u8(0)},
                                             attributesOf({{"axis", std::int64_t{-1}}, {"opset", std::int64_t{13}}})), 1});
  out.push_back({"QLinearWhere", microsoft("QLinearWhere", {Tensor::of<bool>({2, 1}, {true, false}), bytes({2, 3}, 12), f(0.02F), u8(128), bytes({3}, 13), f(0.05F), u8(100), f(0.04F), u8(120)}), 1});
  out.push_back({"NhwcMaxPool", microsoft("NhwcMaxPool", {bytes({1, 5, 6, 3}, 14)}, attributesOf({{"kernel_shape", Ints{2, 3}}, {"strides", Ints{1, 2}}})), 0});
}

void addQuantize(Cases& out) {
  const Tensor x = floats({2, 3, 4}, 20);
  const Tensor scales = Tensor::vector<float>({0.01F, 0.02F, 0.03F});
  const auto axis = attributesOf({{"axis", std::int64_t{1}}});
  out.push_back({"QuantizeLinear to uint8 by axis", microsoft("QuantizeLinear", {x, scales, Tensor::vector<std::uint8_t>({100, 128, 140})}, axis), 0});
  out.push_back({"QuantizeLinear to uint16", microsoft("QuantizeLinear", {x, f(0.0001F), Tensor::scalar<std::uint16_t>(32768)}), 0});
  out.push_back({"QuantizeLinear to int16", microsoft("QuantizeLinear", {x, f(0.0001F), Tensor::scalar<std::int16_t>(-5)}), 0});
  out.push_back({"DequantizeLinear of int8", microsoft("DequantizeLinear", {bytes({2, 3, 4}, 21, DType::i8), scales, Tensor::vector<std::int8_t>({1, -2, 3})}, axis)});
  out.push_back({"DequantizeLinear of uint16", microsoft("DequantizeLinear", {Tensor::vector<std::uint16_t>({0, 7, 65535, 40000}), f(0.001F), Tensor::scalar<std::uint16_t>(30000)})});
  out.push_back({"DequantizeLinear of int32", microsoft("DequantizeLinear", {Tensor::vector<std::int32_t>({0, 7, -65535, 4000000}), f(0.001F), {}})});
}

void addProducts(Cases& out) {
  const auto alpha = attributesOf({{"transB", std::int64_t{1}}, {"alpha", 0.5F}});
  out.push_back({"QGemm", microsoft("QGemm", {bytes({4, 6}, 30), f(0.02F), u8(128), bytes({5, 6}, 31, DType::i8), Tensor::vector<float>({0.01F, 0.02F, 0.03F, 0.04F, 0.05F}),
                                              Tensor::zeros(DType::i8, {5}), Tensor::vector<std::int32_t>({10, -20, 30, 400, 5}), f(0.3F), u8(128)}, alpha), 1});
  out.push_back({"QGemm to float", microsoft("QGemm", {bytes({4, 6}, 32), f(0.02F), u8(128), bytes({5, 6}, 33, DType::i8), f(0.01F), i8(0)}, alpha)});
  out.push_back({"FusedMatMul", microsoft("FusedMatMul", {floats({2, 3, 4}, 34), floats({2, 5, 4}, 35)}, alpha)});
  out.push_back({"FusedGemm", microsoft("FusedGemm", {floats({3, 4}, 36), floats({4, 5}, 37), floats({5}, 38)},
                                        attributesOf({{"activation", std::string("LeakyRelu")}, {"activation_alpha", 0.2F}, {"alpha", 0.5F}}))});
  out.push_back({"FusedConv", microsoft("FusedConv", {floats({1, 3, 6, 6}, 39), floats({4, 3, 3, 3}, 40), floats({4}, 41)},
                                        attributesOf({{"activation", std::string("HardSigmoid")}, {"activation_params", std::vector<float>{0.1F, 0.4F}}, {"kernel_shape", Ints{3, 3}}}))});
  out.push_back({"FusedConv with a sum", microsoft("FusedConv", {floats({1, 3, 6, 6}, 42), floats({4, 3, 3, 3}, 43), {}, floats({1, 4, 4, 4}, 44)}, attributesOf({{"activation", std::string("Relu")}, {"kernel_shape", Ints{3, 3}}}))});
  out.push_back({"MatMulIntegerToFloat", microsoft("MatMulIntegerToFloat", {bytes({2, 3, 4}, 45), bytes({4, 5}, 46, DType::i8), f(0.02F), Tensor::vector<float>({0.01F, 0.02F, 0.03F, 0.04F, 0.05F}),
                                                                           u8(120), {}, floats({5}, 47)})});
  out.push_back({"DynamicQuantizeMatMul", microsoft("DynamicQuantizeMatMul", {floats({3, 4}, 48), bytes({4, 5}, 49, DType::i8), f(0.01F), i8(3), floats({5}, 50)})});
}

void addNBits(Cases& out) {
  const auto format = [](std::int64_t bits, std::int64_t block) {
    return attributesOf({{"K", std::int64_t{40}}, {"N", std::int64_t{3}}, {"bits", bits}, {"block_size", block}});
  };
  const Tensor a = floats({2, 40}, 60);
  out.push_back({"MatMulNBits of 4 bits", microsoft("MatMulNBits", {a, bytes({3, 2, 16}, 61), floats({6}, 62), bytes({3}, 63)}, format(4, 32)), 1e-4});
  out.push_back({"MatMulNBits of 4 bits without zero points", microsoft("MatMulNBits", {a, bytes({3, 3, 8}, 64), floats({9}, 65)}, format(4, 16)), 1e-4});
  out.push_back({"MatMulNBits of 8 bits", microsoft("MatMulNBits", {a, bytes({3, 2, 32}, 66), floats({6}, 67), bytes({6}, 68)}, format(8, 32)), 1e-3});
}

void addActivationsAndNorms(Cases& out) {
  const Tensor x = floats({2, 3, 8}, 70), vector = floats({8}, 71);
  out.push_back({"Gelu", microsoft("Gelu", {x})});
  out.push_back({"BiasGelu", microsoft("BiasGelu", {x, vector})});
  out.push_back({"FastGelu", microsoft("FastGelu", {x, vector})});
  out.push_back({"FastGelu without bias", microsoft("FastGelu", {x})});
  out.push_back({"QuickGelu", microsoft("QuickGelu", {x}, attributesOf({{"alpha", 1.5F}}))});
  out.push_back({"SkipLayerNormalization", microsoft("SkipLayerNormalization", {x, floats({2, 3, 8}, 72), vector, floats({8}, 73), floats({8}, 74)}, attributesOf({{"epsilon", 1e-5F}}))});
  out.push_back({"SkipLayerNormalization, skip of one batch", microsoft("SkipLayerNormalization", {x, floats({1, 3, 8}, 75), vector})});
  out.push_back({"SkipSimplifiedLayerNormalization", microsoft("SkipSimplifiedLayerNormalization", {x, floats({2, 3, 8}, 76), vector, floats({8}, 77)}, attributesOf({{"epsilon", 1e-5F}}))});
  out.push_back({"SimplifiedLayerNormalization", {"SimplifiedLayerNormalization", {x, vector}, attributesOf({{"epsilon", 1e-3F}}), 17}});
}

/// Of the default domain, and older than the official cases.
void addOldOperators(Cases& out) {
  const Tensor x = floats({2, 3, 6, 5}, 80);
  const auto factors = attributesOf({{"alpha", 0.7F}, {"beta", 1.3F}});
  out.push_back({"Affine", {"Affine", {x}, factors, 7}});
  out.push_back({"ParametricSoftplus", {"ParametricSoftplus", {x}, factors, 7}});
  out.push_back({"ScaledTanh", {"ScaledTanh", {x}, factors, 7}});
  out.push_back({"ImageScaler", {"ImageScaler", {x}, attributesOf({{"scale", 0.5F}, {"bias", std::vector<float>{1, 2, 3}}}), 7}});
  out.push_back({"Crop", {"Crop", {x}, attributesOf({{"border", Ints{1, 2, 1, 1}}}), 7}});
  out.push_back({"MaxRoiPool", {"MaxRoiPool", {x, Tensor::of<float>({3, 5}, {0, 0, 0, 4, 5, 1, 1.5F, 2.4F, 3, 5, 1, 2, 3, 9, 9})}, attributesOf({{"pooled_shape", Ints{2, 2}}, {"spatial_scale", 0.8F}}), 17}});
  out.push_back({"Upsample of version 7", {"Upsample", {x}, attributesOf({{"mode", std::string("linear")}, {"scales", std::vector<float>{1, 1, 2, 1.5F}}}), 7}});
  out.push_back({"Softmax over the last axes", {"Softmax", {x}, attributesOf({{"axis", std::int64_t{2}}}), 11}});
  out.push_back({"Slice by attributes", {"Slice", {x}, attributesOf({{"starts", Ints{1, -3}}, {"ends", Ints{3, 100}}, {"axes", Ints{1, 3}}}), 9}});
  out.push_back({"TopK by an attribute", {"TopK", {x}, attributesOf({{"k", std::int64_t{2}}}), 9, 2}});
  out.push_back({"BatchNormalization of version 7", {"BatchNormalization", {x, floats({3}, 81), floats({3}, 82), floats({3}, 83), Tensor::vector<float>({1, 2, 3})}, attributesOf({{"spatial", std::int64_t{1}}}), 7}});
  out.push_back({"Pad by attributes", {"Pad", {x}, attributesOf({{"pads", Ints{0, 0, 1, -1, 0, 0, 2, 1}}, {"value", 3.0F}}), 10}});
  out.push_back({"Resize of version 10", {"Resize", {x, Tensor::vector<float>({1, 1, 0.6F, 1.7F})}, attributesOf({{"mode", std::string("nearest")}}), 10}});
}

void addMachineLearning(Cases& out) {
  const auto ml = [](std::string op, std::vector<Tensor> inputs, Attributes attributes, std::int64_t version) {
    return OpCall{std::move(op), std::move(inputs), std::move(attributes), version, 1, "ai.onnx.ml"};
  };
  const Tensor numbers = Tensor::of<std::int64_t>({2, 2}, {1, 2, 9, 1});
  const auto labels = attributesOf({{"keys_int64s", Ints{1, 2}}, {"values_floats", std::vector<float>{0.5F, 0.25F}}, {"default_float", 7.0F}});
  out.push_back({"LabelEncoder", ml("LabelEncoder", {numbers}, labels, 2)});
  const auto reals = attributesOf({{"keys_floats", std::vector<float>{1.5F, NAN, 0}}, {"values_int64s", Ints{10, 20, 30}}});
  for (const std::int64_t version : {2, 4})
    out.push_back({"LabelEncoder of floats, version " + std::to_string(version), ml("LabelEncoder", {Tensor::vector<float>({NAN, 1.5F, -0.0F, 2})}, reals, version)});
  out.push_back({"ArrayFeatureExtractor", ml("ArrayFeatureExtractor", {floats({2, 3, 4}, 90), Tensor::of<std::int64_t>({1, 3}, {3, 0, 3})}, {}, 1)});
  out.push_back({"ArrayFeatureExtractor of a vector", ml("ArrayFeatureExtractor", {floats({4}, 91), Tensor::of<std::int64_t>({1, 2}, {2, 1})}, {}, 1)});
  out.push_back({"Binarizer", ml("Binarizer", {floats({2, 3}, 92)}, attributesOf({{"threshold", 0.2F}}), 1)});
}

}  // namespace

std::vector<ContribCase> contribCases() {
  Cases out;
  for (const auto& add : {addByteOperators, addQuantize, addProducts, addNBits, addActivationsAndNorms, addOldOperators, addMachineLearning}) add(out);
  return out;
}

}  // namespace ew::test

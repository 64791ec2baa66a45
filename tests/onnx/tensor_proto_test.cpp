// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/sparse_tensor.h"
#include "core/onnx/tensor_proto.h"

#include <gtest/gtest.h>

namespace ew {
namespace {

::onnx::TensorProto proto(DType type, std::vector<std::int64_t> dims) {
  ::onnx::TensorProto out;
  out.set_data_type(dtypeToOnnx(type));
  for (const std::int64_t extent : dims) out.add_dims(extent);
  return out;
}

Tensor read(const ::onnx::TensorProto& from) {
  Result<Tensor> tensor = onnx::tensorFromProto(from, {});
  EXPECT_TRUE(tensor.ok()) << tensor.error().text();
  return tensor.ok() ? std::move(tensor).value() : Tensor();
}

TEST(TensorProto, Int32DataHoldsNarrowTypes) {
  for (const DType type : {DType::i8, DType::u8, DType::i16, DType::u16, DType::i32}) {
    ::onnx::TensorProto from = proto(type, {3});
    for (const int value : {0, 1, 100}) from.add_int32_data(value);
    EXPECT_EQ(*toInts(read(from)), (std::vector<std::int64_t>{0, 1, 100})) << dtypeName(type);
  }
  ::onnx::TensorProto negative = proto(DType::i8, {2});
  negative.add_int32_data(-128);
  negative.add_int32_data(-1);
  EXPECT_EQ(*toInts(read(negative)), (std::vector<std::int64_t>{-128, -1}));
}

TEST(TensorProto, NarrowFloatsAreBitPatternsInInt32Data) {
  ::onnx::TensorProto half = proto(DType::f16, {2});
  half.add_int32_data(0x3c00);  // 1
  half.add_int32_data(0xc000);  // -2
  EXPECT_EQ(*toDoubles(read(half)), (std::vector<double>{1, -2}));
  ::onnx::TensorProto brain = proto(DType::bf16, {1});
  brain.add_int32_data(0x4049);  // 3.140625
  EXPECT_EQ(*toDoubles(read(brain)), std::vector<double>{3.140625});
  ::onnx::TensorProto eight = proto(DType::f8e4m3, {1});
  eight.add_int32_data(0x38);  // 1
  EXPECT_EQ(*toDoubles(read(eight)), std::vector<double>{1});
}

TEST(TensorProto, FourBitElementsArePackedLowNibbleFirst) {
  ::onnx::TensorProto from = proto(DType::i4, {3});
  from.add_int32_data(0xf1);  // 1, -1
  from.add_int32_data(0x08);  // -8
  EXPECT_EQ(*toInts(read(from)), (std::vector<std::int64_t>{1, -1, -8}));
  ::onnx::TensorProto raw = proto(DType::u4, {3});
  raw.set_raw_data("\xf1\x08");
  EXPECT_EQ(*toInts(read(raw)), (std::vector<std::int64_t>{1, 15, 8}));
}

TEST(TensorProto, WideTypesHaveFieldsOfTheirOwn) {
  ::onnx::TensorProto wide = proto(DType::u64, {1});
  wide.add_uint64_data(~std::uint64_t{0});
  EXPECT_EQ(read(wide).data<std::uint64_t>()[0], ~std::uint64_t{0});
  ::onnx::TensorProto unsigned32 = proto(DType::u32, {1});
  unsigned32.add_uint64_data(0xffffffffU);
  EXPECT_EQ(read(unsigned32).data<std::uint32_t>()[0], 0xffffffffU);
  ::onnx::TensorProto real = proto(DType::f64, {1});
  real.add_double_data(0.1);
  EXPECT_EQ(read(real).data<double>()[0], 0.1);
  ::onnx::TensorProto complex = proto(DType::c64, {1});
  complex.add_float_data(1);
  complex.add_float_data(2);
  EXPECT_EQ(read(complex).byteSize(), 8U);
  ::onnx::TensorProto text = proto(DType::string, {2});
  text.add_string_data("a");
  text.add_string_data(std::string("\0b", 2));
  EXPECT_EQ(read(text).stringData()[1], std::string("\0b", 2));
}

TEST(TensorProto, BoolsBecomeZeroOrOne) {
  ::onnx::TensorProto from = proto(DType::boolean, {3});
  from.set_raw_data(std::string("\0\x01\x07", 3));
  EXPECT_EQ(*toInts(read(from)), (std::vector<std::int64_t>{0, 1, 1}));
}

TEST(TensorProto, ContentIsAlignedWhateverTheFileHas) {
  ::onnx::TensorProto from = proto(DType::f64, {5});
  from.set_raw_data(std::string(40, '\0'));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(read(from).bytes().data()) % 64, 0U);
}

TEST(TensorProto, EmptyTensorsAndScalarsAreRead) {
  EXPECT_EQ(read(proto(DType::f32, {0, 3})).size(), 0);
  ::onnx::TensorProto scalar = proto(DType::f32, {});
  scalar.add_float_data(7);
  EXPECT_EQ(read(scalar).rank(), 0U);
  EXPECT_EQ(read(scalar).data<float>()[0], 7);
}

TEST(TensorProto, SparseIndicesAreLinearOrByAxis) {
  ::onnx::SparseTensorProto sparse;
  sparse.add_dims(2);
  sparse.add_dims(3);
  *sparse.mutable_values() = proto(DType::i64, {2});
  sparse.mutable_values()->add_int64_data(5);
  sparse.mutable_values()->add_int64_data(7);
  *sparse.mutable_indices() = proto(DType::i64, {2});
  sparse.mutable_indices()->add_int64_data(1);
  sparse.mutable_indices()->add_int64_data(5);
  EXPECT_EQ(*toInts(*onnx::denseFromSparse(sparse, {})), (std::vector<std::int64_t>{0, 5, 0, 0, 0, 7}));
  *sparse.mutable_indices() = proto(DType::i64, {2, 2});
  for (const int index : {0, 1, 1, 2}) sparse.mutable_indices()->add_int64_data(index);
  EXPECT_EQ(*toInts(*onnx::denseFromSparse(sparse, {})), (std::vector<std::int64_t>{0, 5, 0, 0, 0, 7}));
}

}  // namespace
}  // namespace ew

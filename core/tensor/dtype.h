// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ew {

/// Element types of ONNX tensors. `none` is a value whose type is not known. A `sequence` or `optional` is no tensor:
/// its content is Tensor::items().
enum class DType : std::uint8_t {
  none, f32, f16, bf16, f64, f8e4m3, f8e4m3fnuz, f8e5m2, f8e5m2fnuz, f8e8m0, f4e2m1, i4, u4, i2, u2, i8, u8, i16, u16,
  i32, u32, i64, u64, boolean, string, c64, c128, sequence, optional,
};

/// Bits of one element; 0 for what has no fixed size (none, string, sequence, optional).
int dtypeBits(DType type);
/// ONNX's name: "float32", "int8", "bool", ...; "unknown" for none.
std::string_view dtypeName(DType type);
/// Reads both long names ("float32") and short ones ("f32").
std::optional<DType> dtypeFromName(std::string_view name);
/// TensorProto.DataType number; 0 for none, negative for what is no tensor.
int dtypeToOnnx(DType type);
std::optional<DType> dtypeFromOnnx(int number);

bool isFloat(DType type);    ///< f64, f32, f16, bf16, the 8-bit and the 4-bit floats
bool isInteger(DType type);  ///< signed and unsigned, not bool
bool isSigned(DType type);   ///< signed integers and floats
bool isSubByte(DType type);  ///< stored packed, low nibble or pair first: 2- and 4-bit integers, f4e2m1

/// Bytes of `count` packed elements; 0 for strings.
std::size_t packedBytes(DType type, std::int64_t count);

}  // namespace ew

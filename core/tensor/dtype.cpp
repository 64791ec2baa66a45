// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/dtype.h"

#include <array>

namespace ew {
namespace {

struct Row {
  DType type;
  int onnx;
  int bits;
  std::string_view name;
  std::string_view shortName;
};

constexpr std::array table{
    Row{DType::none, 0, 0, "unknown", "none"},
    Row{DType::f32, 1, 32, "float32", "f32"},
    Row{DType::u8, 2, 8, "uint8", "u8"},
    Row{DType::i8, 3, 8, "int8", "i8"},
    Row{DType::u16, 4, 16, "uint16", "u16"},
    Row{DType::i16, 5, 16, "int16", "i16"},
    Row{DType::i32, 6, 32, "int32", "i32"},
    Row{DType::i64, 7, 64, "int64", "i64"},
    Row{DType::string, 8, 0, "string", "str"},
    Row{DType::boolean, 9, 8, "bool", "b8"},
    Row{DType::f16, 10, 16, "float16", "f16"},
    Row{DType::f64, 11, 64, "float64", "f64"},
    Row{DType::u32, 12, 32, "uint32", "u32"},
    Row{DType::u64, 13, 64, "uint64", "u64"},
    Row{DType::c64, 14, 64, "complex64", "c64"},
    Row{DType::c128, 15, 128, "complex128", "c128"},
    Row{DType::bf16, 16, 16, "bfloat16", "bf16"},
    Row{DType::f8e4m3, 17, 8, "float8e4m3fn", "f8e4m3"},
    Row{DType::f8e4m3fnuz, 18, 8, "float8e4m3fnuz", "f8e4m3fnuz"},
    Row{DType::f8e5m2, 19, 8, "float8e5m2", "f8e5m2"},
    Row{DType::f8e5m2fnuz, 20, 8, "float8e5m2fnuz", "f8e5m2fnuz"},
    Row{DType::u4, 21, 4, "uint4", "u4"},
    Row{DType::i4, 22, 4, "int4", "i4"},
    Row{DType::f4e2m1, 23, 4, "float4e2m1", "f4e2m1"},
    Row{DType::f8e8m0, 24, 8, "float8e8m0", "f8e8m0"},
    Row{DType::u2, 25, 2, "uint2", "u2"},
    Row{DType::sequence, -1, 0, "sequence", "seq"},
    Row{DType::optional, -2, 0, "optional", "opt"},
    Row{DType::i2, 26, 2, "int2", "i2"},
};

const Row& row(DType type) {
  for (const Row& candidate : table)
    if (candidate.type == type) return candidate;
  return table[0];
}

}  // namespace

int dtypeBits(DType type) { return row(type).bits; }
std::string_view dtypeName(DType type) { return row(type).name; }
int dtypeToOnnx(DType type) { return row(type).onnx; }

std::optional<DType> dtypeFromName(std::string_view name) {
  for (const Row& candidate : table)
    if (candidate.name == name || candidate.shortName == name) return candidate.type;
  return std::nullopt;
}

std::optional<DType> dtypeFromOnnx(int number) {
  for (const Row& candidate : table)
    if (candidate.onnx == number && number >= 0) return candidate.type;
  return std::nullopt;
}

bool isFloat(DType type) {
  switch (type) {
    case DType::f32: case DType::f16: case DType::bf16: case DType::f64: case DType::f8e4m3:
    case DType::f8e4m3fnuz: case DType::f8e5m2: case DType::f8e5m2fnuz: case DType::f8e8m0: case DType::f4e2m1: return true;
    default: return false;
  }
}

bool isInteger(DType type) {
  switch (type) {
    case DType::i2: case DType::i4: case DType::i8: case DType::i16: case DType::i32: case DType::i64:
    case DType::u2: case DType::u4: case DType::u8: case DType::u16: case DType::u32: case DType::u64: return true;
    default: return false;
  }
}

bool isSigned(DType type) {
  switch (type) {
    case DType::i2: case DType::i4: case DType::i8: case DType::i16: case DType::i32: case DType::i64: return true;
    default: return isFloat(type);
  }
}

bool isSubByte(DType type) { return dtypeBits(type) > 0 && dtypeBits(type) < 8; }

std::size_t packedBytes(DType type, std::int64_t count) {
  const auto bits = static_cast<std::size_t>(dtypeBits(type)) * static_cast<std::size_t>(count);
  return (bits + 7) / 8;
}

}  // namespace ew

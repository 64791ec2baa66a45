// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/dnnl_support.h"

#include <algorithm>

namespace ew::cpu {

const dnnl::engine& engine() {
  static const dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

std::optional<DataType> dnnlType(DType type) {
  switch (type) {
    case DType::f32: return DataType::f32;
    case DType::i32: return DataType::s32;
    case DType::i8: return DataType::s8;
    case DType::u8: return DataType::u8;
    default: return std::nullopt;
  }
}

Desc plainDesc(DType type, const Dims& dims) {
  const Dims extents = dims.empty() ? Dims{1} : dims;
  return Desc(extents, *dnnlType(type), stridesOf(extents));
}

Desc anyDesc(DType type, const Dims& dims) { return Desc(dims, *dnnlType(type), Tag::any); }

bool isDense(const Desc& desc) {
  const dnnl_memory_desc_t& data = desc.data;
  return std::equal(data.dims, data.dims + data.ndims, data.padded_dims) &&
         desc.get_size() == static_cast<std::size_t>(elementCount(desc.dims())) * dnnl::memory::data_type_size(desc.data_type());
}

Error dnnlError(const dnnl::error& error) {
  if (error.status == dnnl_unimplemented) return unsupported(std::string("oneDNN: ") + error.what());
  if (error.status == dnnl_out_of_memory) return limitReached("oneDNN: out of memory");
  return internalError(std::string("oneDNN: ") + error.what());
}

namespace {

bool has(dnnl::cpu_isa wanted) {
  const int mask = static_cast<int>(wanted);
  return (static_cast<int>(dnnl::get_effective_cpu_isa()) & mask) == mask;
}

}  // namespace

bool hasAvx512() { return has(dnnl::cpu_isa::avx512_core); }

bool exactInt8() { return has(dnnl::cpu_isa::avx512_core_vnni) || has(dnnl::cpu_isa::avx2_vnni); }

}  // namespace ew::cpu

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

std::string descText(const Desc& desc) {
  const dnnl_memory_desc_t& d = desc.data;
  const auto rank = static_cast<std::size_t>(d.ndims);
  std::string out = std::to_string(static_cast<int>(d.data_type)) + "/" + std::to_string(static_cast<int>(d.format_kind)) + "/" + std::to_string(d.offset0);
  const auto add = [&](const auto* values, std::size_t count) {
    out += ':';
    for (std::size_t i = 0; i < count; ++i) out += std::to_string(values[i]) + ",";
  };
  add(d.dims, rank);
  add(d.padded_dims, rank);
  if (d.format_kind == dnnl_blocked) {
    const dnnl_blocking_desc_t& b = d.format_desc.blocking;
    const auto blocks = static_cast<std::size_t>(b.inner_nblks);
    add(b.strides, rank);
    add(b.inner_blks, blocks);
    add(b.inner_idxs, blocks);
  } else {
    // Winograd and other layouts that only oneDNN reads: the bytes of their description.
    const auto* bytes = reinterpret_cast<const unsigned char*>(&d.format_desc);
    add(bytes, sizeof d.format_desc);
  }
  out += ':' + std::to_string(d.extra.flags) + "," + std::to_string(d.extra.compensation_mask) + "," + std::to_string(d.extra.scale_adjust) + "," +
         std::to_string(d.extra.asymm_compensation_mask);
  return out;
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

bool hasBf16() { return has(dnnl::cpu_isa::avx512_core_bf16); }

}  // namespace ew::cpu

// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/tensor_writer.h"

#include "core/onnx/external_data.h"
#include "core/onnx/payload.h"
#include "core/onnx/tensor_proto.h"

namespace ew::onnx {
namespace {

constexpr std::size_t smallBytes = 1024;             // stays in the model, as ONNX's own tools have it
constexpr std::size_t largeBytes = std::size_t{1} << 20;

/// Without a checksum: it is of the whole file as it was.
void setExternal(pb::TensorProto& proto, const std::string& location, std::uint64_t offset, std::size_t length) {
  const auto before = proto.external_data();
  proto.clear_external_data();
  const auto add = [&](const std::string& key, std::string value) {
    pb::StringStringEntryProto& entry = *proto.add_external_data();
    entry.set_key(key);
    entry.set_value(std::move(value));
  };
  add("location", location);
  add("offset", std::to_string(offset));
  add("length", std::to_string(length));
  for (const pb::StringStringEntryProto& entry : before)
    if (entry.key() != "location" && entry.key() != "offset" && entry.key() != "length" && entry.key() != "checksum")
      *proto.add_external_data() = entry;
  proto.set_data_location(pb::TensorProto::EXTERNAL);
}

}  // namespace

std::string TensorWriter::locationFor(const Tensor& tensor, const std::string& before) {
  switch (mode_) {
    case Mode::Inline: return {};
    case Mode::AllExternal: return tensor.byteSize() >= smallBytes || !before.empty() ? naming_(before) : std::string();
    case Mode::AsImported: break;
  }
  if (!before.empty()) return naming_(before);
  // A new tensor of a model with external data joins it. One that lay in the model file stays there.
  const bool joins = !files_.empty() && !tensor.isMapped() && tensor.byteSize() >= largeBytes;
  return joins ? files_.begin()->first : std::string();
}

std::uint64_t TensorWriter::place(const Tensor& tensor, const std::string& location) {
  // Weights that several nodes share were one range before and are one again.
  const std::pair key{tensor.storage(), tensor.byteSize()};
  if (const auto known = placed_.find(key); known != placed_.end() && known->second.first == location)
    return known->second.second;
  DataFile& file = files_[location];
  // Whole pages for large tensors, so that they can be mapped by themselves; a cache line for the others.
  const std::uint64_t alignment = tensor.byteSize() >= largeBytes ? 4096 : 64;
  const std::uint64_t offset = (file.bytes + alignment - 1) / alignment * alignment;
  file.tensors.push_back({tensor, offset});
  file.bytes = offset + tensor.byteSize();
  placed_[key] = {location, offset};
  return offset;
}

void TensorWriter::write(const Tensor& tensor, pb::TensorProto& proto) {
  const std::string before = proto.data_location() == pb::TensorProto::EXTERNAL ? locationOf(proto) : std::string();
  proto.clear_data_location();
  if (tensor.dtype() == DType::string || tensor.byteSize() == 0) {
    proto.clear_external_data();
    tensorToProto(tensor, proto);
    return;
  }
  const std::string location = locationFor(tensor, before);
  if (location.empty() && tensor.byteSize() < smallBytes) {
    proto.clear_external_data();
    tensorToProto(tensor, proto);
    inlineBytes_ += tensor.byteSize();
    return;
  }
  proto.mutable_dims()->Assign(tensor.dims().begin(), tensor.dims().end());
  proto.set_data_type(dtypeToOnnx(tensor.dtype()));
  if (!location.empty()) {
    setExternal(proto, location, place(tensor, location), tensor.byteSize());
    return;
  }
  proto.clear_external_data();
  setPayloadNumber(proto, payloads_.size());
  payloads_.push_back(tensor);
  inlineBytes_ += tensor.byteSize();
}

}  // namespace ew::onnx

// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/payload.h"
#include "core/onnx/payload_kinds.h"
#include "core/onnx/wire.h"
#include "core/tensor/blocks.h"

namespace ew::onnx {
namespace {

/// The payload of a TensorProto's content; nullptr when it has none.
const Tensor* payloadOf(std::span<const std::byte> content, const std::vector<Tensor>& tensors) {
  wire::Reader reader(content);
  wire::Field field;
  const Tensor* found = nullptr;
  while (reader.next(field))
    if (field.number == kPayloadField && field.type == wire::kVarint && field.value < tensors.size())
      found = &tensors[field.value];
  return found;
}

/// First pass: what each nested message will have.
class Measure {
 public:
  Measure(const std::vector<Tensor>& tensors, std::vector<std::uint64_t>& sizes) : tensors_(tensors), sizes_(sizes) {}

  std::uint64_t message(MessageKind kind, std::span<const std::byte> content) {
    wire::Reader reader(content);
    wire::Field field;
    std::uint64_t size = 0;
    if (kind == MessageKind::Tensor)
      if (const Tensor* tensor = payloadOf(content, tensors_); tensor != nullptr)
        size += 1 + wire::varintSize(tensor->byteSize()) + tensor->byteSize();
    while (reader.next(field)) {
      const MessageKind child = field.type == wire::kBytes ? childKind(kind, field.number) : MessageKind::Other;
      if (child != MessageKind::Other) {
        const std::size_t slot = sizes_.size();
        sizes_.push_back(0);
        sizes_[slot] = message(child, field.content);
        size += wire::varintSize(wire::tagOf(field.number, wire::kBytes)) + wire::varintSize(sizes_[slot]) + sizes_[slot];
      } else if (kind != MessageKind::Tensor || field.number != kPayloadField) {
        size += field.whole.size();
      }
    }
    return size;
  }

 private:
  const std::vector<Tensor>& tensors_;
  std::vector<std::uint64_t>& sizes_;
};

/// Second pass, in the same order.
class Emit {
 public:
  Emit(const std::vector<Tensor>& tensors, const std::vector<std::uint64_t>& sizes, const ByteSink& sink)
      : tensors_(tensors), sizes_(sizes), sink_(sink) {}

  Status message(MessageKind kind, std::span<const std::byte> content) {
    if (kind == MessageKind::Tensor) return tensor(content);
    wire::Reader reader(content);
    wire::Field field;
    while (reader.next(field)) {
      const MessageKind child = field.type == wire::kBytes ? childKind(kind, field.number) : MessageKind::Other;
      if (child == MessageKind::Other) {
        EW_TRY(add(field.whole));
        continue;
      }
      header(field.number, sizes_[next_++]);
      EW_TRY(message(child, field.content));
    }
    return {};
  }

  Status flush() {
    EW_TRY(sink_(std::as_bytes(std::span(buffer_))));
    buffer_.clear();
    return {};
  }

 private:
  /// raw_data goes before the first field with a greater number, as protobuf orders them.
  Status tensor(std::span<const std::byte> content) {
    const Tensor* payload = payloadOf(content, tensors_);
    wire::Reader reader(content);
    wire::Field field;
    while (reader.next(field)) {
      if (field.number > kRawDataField && payload != nullptr) {
        EW_TRY(raw(*payload));
        payload = nullptr;
      }
      if (field.number != kPayloadField) EW_TRY(add(field.whole));
    }
    return {};
  }

  Status raw(const Tensor& payload) {
    header(kRawDataField, payload.byteSize());
    constexpr std::size_t large = 65536;
    if (payload.byteSize() < large) return add(payload.storedBytes());
    EW_TRY(flush());
    return forEachBlock(payload, sink_);
  }

  void header(std::uint32_t number, std::uint64_t length) {
    wire::appendVarint(buffer_, wire::tagOf(number, wire::kBytes));
    wire::appendVarint(buffer_, length);
  }

  Status add(std::span<const std::byte> bytes) {
    constexpr std::size_t enough = std::size_t{1} << 18;
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return buffer_.size() < enough ? Status() : flush();
  }

  const std::vector<Tensor>& tensors_;
  const std::vector<std::uint64_t>& sizes_;
  const ByteSink& sink_;
  std::size_t next_ = 0;
  std::string buffer_;
};

}  // namespace

PayloadWriter::PayloadWriter(std::span<const std::byte> model, const std::vector<Tensor>& tensors)
    : model_(model), tensors_(tensors) {
  size_ = Measure(tensors_, sizes_).message(MessageKind::Model, model_);
}

Status PayloadWriter::write(const ByteSink& sink) const {
  Emit emit(tensors_, sizes_, sink);
  EW_TRY(emit.message(MessageKind::Model, model_));
  return emit.flush();
}

}  // namespace ew::onnx

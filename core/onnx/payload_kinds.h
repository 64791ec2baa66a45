// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::onnx {

/// The messages on the way to a raw_data, by the field numbers of onnx.proto.
enum class MessageKind : std::uint8_t { Other, Model, Graph, Node, Attribute, Sparse, Tensor };

inline constexpr std::uint32_t kRawDataField = 9;

inline MessageKind childKind(MessageKind parent, std::uint32_t field) {
  switch (parent) {
    case MessageKind::Model: return field == 7 ? MessageKind::Graph : MessageKind::Other;
    case MessageKind::Graph:
      return field == 1 ? MessageKind::Node
                        : field == 5 ? MessageKind::Tensor : field == 15 ? MessageKind::Sparse : MessageKind::Other;
    case MessageKind::Node: return field == 5 ? MessageKind::Attribute : MessageKind::Other;
    case MessageKind::Attribute:
      return field == 5 ? MessageKind::Tensor : field == 6 ? MessageKind::Graph : MessageKind::Other;
    case MessageKind::Sparse: return field == 1 || field == 2 ? MessageKind::Tensor : MessageKind::Other;
    default: return MessageKind::Other;
  }
}

}  // namespace ew::onnx

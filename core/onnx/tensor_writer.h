// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/onnx/proto.h"
#include "core/tensor/tensor.h"

namespace ew::onnx {

/// Where each tensor of a model that is written goes: into the model itself, or into a file of external data. Only facts
/// are gathered here; PayloadWriter and exportModel() write the bytes.
class TensorWriter {
 public:
  enum class Mode { Inline, AsImported, AllExternal };
  /// The location to use for one that the model had when it was read; for "", where there was none.
  using Naming = std::function<std::string(const std::string&)>;

  TensorWriter() = default;  ///< all inline
  TensorWriter(Mode mode, Naming naming) : mode_(mode), naming_(std::move(naming)) {}

  /// Sets dims, type and content. `proto` has the leftovers of import already; a location among them is replaced.
  void write(const Tensor& tensor, pb::TensorProto& proto);

  struct Placed {
    Tensor tensor;
    std::uint64_t offset = 0;
  };
  struct DataFile {
    std::vector<Placed> tensors;  ///< by offset
    std::uint64_t bytes = 0;
  };
  const std::vector<Tensor>& payloads() const { return payloads_; }  ///< by number (core/onnx/payload.h)
  const std::map<std::string, DataFile>& files() const { return files_; }
  std::uint64_t inlineBytes() const { return inlineBytes_; }

 private:
  /// Empty: into the model.
  std::string locationFor(const Tensor& tensor, const std::string& before);
  std::uint64_t place(const Tensor& tensor, const std::string& location);

  Mode mode_ = Mode::Inline;
  Naming naming_;
  std::vector<Tensor> payloads_;
  std::map<std::string, DataFile> files_;
  std::map<std::pair<const void*, std::size_t>, std::pair<std::string, std::uint64_t>> placed_;
  std::uint64_t inlineBytes_ = 0;
};

}  // namespace ew::onnx

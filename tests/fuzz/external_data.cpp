// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/onnx/onnx_file.h"
#include "tests/fuzz/targets.h"

namespace ew::fuzz {
namespace {

namespace fs = std::filesystem;

/// The two files in a folder of this process, emptied for each input.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("ew_fuzz_" + std::to_string(::getpid()))) { clear(); }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void clear() {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  fs::path write(const char* name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path_ / name;
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

}  // namespace

void runExternalData(std::string_view bytes) {
  static Folder folder;
  folder.clear();
  const std::size_t line = bytes.substr(0, 8).find('\n');
  long long length = 0;
  if (line == std::string_view::npos || !parseInt(std::string(bytes.substr(0, line)), length) || length < 0) return;
  bytes.remove_prefix(line + 1);
  const std::string_view model = bytes.substr(0, static_cast<std::size_t>(length));
  const fs::path path = folder.write("model.onnx", model);
  folder.write("weights.bin", bytes.substr(model.size()));

  const Result<onnx::Imported> imported = onnx::importModel(path);
  if (!imported.ok()) return require(!imported.error().text().empty(), "an error without a text");
  std::size_t sum = 0;
  for (const auto& [id, tensor] : imported->graph.initializers())
    for (const std::byte byte : tensor.bytes()) sum += std::to_integer<std::size_t>(byte);
  require(sum < SIZE_MAX, "every byte can be read");

  const auto written = onnx::exportModel(imported->graph, folder / "again.onnx");
  if (!written.ok()) return require(written.error().code != ErrorCode::Internal, written.error().text());
  const Result<onnx::Imported> again = onnx::importModel(folder / "again.onnx");
  require(again.ok(), again.ok() ? "" : "what was written does not open: " + again.error().text());
  for (const auto& [id, tensor] : imported->graph.initializers()) {
    const ValueId twin = again->graph.valueNamed(imported->graph.value(id).name);
    const Tensor* content = twin == kNone ? nullptr : again->graph.initializer(twin);
    require(content != nullptr && content->equals(tensor), "an initializer changed in writing");
  }
}

}  // namespace ew::fuzz

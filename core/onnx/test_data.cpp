// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/onnx/list_proto.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/tensor_proto.h"

namespace ew::onnx {
namespace {

namespace fs = std::filesystem;

/// Files `<prefix>0.pb`, `<prefix>1.pb`, ... by number.
std::map<long long, fs::path> numbered(const fs::path& folder, const std::string& prefix) {
  std::map<long long, fs::path> files;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    long long number = 0;
    if (!name.starts_with(prefix) || !name.ends_with(".pb") || name.size() <= prefix.size() + 3) continue;
    if (parseInt(name.substr(prefix.size(), name.size() - prefix.size() - 3), number) && number >= 0)
      files.emplace(number, entry.path());
  }
  return files;
}

/// NumPy has no bfloat16, so ONNX's own recordings of it are labelled uint16.
Tensor asDeclared(Tensor tensor, DType declared) {
  if (declared != DType::bf16 || tensor.dtype() != DType::u16) return tensor;
  Result<Tensor> view = Tensor::view(DType::bf16, tensor.dims(), tensor.bytes(), std::make_shared<Tensor>(tensor));
  return view.ok() ? std::move(view).value() : tensor;
}

/// One tensor for each of `ids`, matched by name, else by number.
Result<std::vector<Tensor>> readSide(const Graph& graph, const std::vector<ValueId>& ids, const fs::path& folder,
                                     const std::string& prefix) {
  std::vector<Tensor> out(ids.size());
  const std::map<long long, fs::path> files = numbered(folder, prefix);
  if (files.size() < ids.size())
    return invalid("has " + std::to_string(files.size()) + " files " + prefix + "K.pb, the model needs " +
                   std::to_string(ids.size()))
        .at(folder.string());
  for (const ValueId id : ids)
    if (!graph.value(id).opaqueType.empty() && graph.value(id).dtype == DType::none)
      return unsupported("value " + inQuotes(graph.value(id).name) +
                         " is no tensor, sequence or optional (map, sparse tensor or newer type)");
  std::vector<NamedTensor> left;
  for (const auto& [number, path] : files) {
    const bool counted = number < static_cast<long long>(ids.size());
    const DType type = counted ? graph.value(ids[static_cast<std::size_t>(number)]).dtype : DType::none;
    EW_ASSIGN(NamedTensor read, readValueFile(path, type));
    const auto match =
        std::find_if(ids.begin(), ids.end(), [&](ValueId id) { return graph.value(id).name == read.name; });
    const auto at = static_cast<std::size_t>(match - ids.begin());
    if (match != ids.end() && !out[at].present())
      out[at] = std::move(read.tensor);
    else
      left.push_back(std::move(read));
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].present()) out[i] = std::move(left[next++].tensor);
    out[i] = asDeclared(std::move(out[i]), graph.value(ids[i]).dtype);
  }
  return out;
}

}  // namespace

Result<Tensor> readTensorFile(const fs::path& path) {
  EW_ASSIGN(NamedTensor read, readValueFile(path, DType::none));
  return std::move(read.tensor);
}

std::string writeTensorBytes(const Tensor& tensor, const std::string& name) {
  pb::TensorProto proto;
  proto.set_name(name);
  tensorToProto(tensor, proto);
  return proto.SerializeAsString();
}

std::vector<fs::path> testDataFolders(const fs::path& model) {
  std::vector<std::pair<long long, fs::path>> found;
  std::error_code code;
  const std::string prefix = "test_data_set_";
  const fs::path folder = model.parent_path().empty() ? fs::path(".") : model.parent_path();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    long long number = 0;
    if (entry.is_directory(code) && name.starts_with(prefix) && parseInt(name.substr(prefix.size()), number))
      found.emplace_back(number, entry.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> out;
  for (auto& [number, path] : found) out.push_back(std::move(path));
  return out;
}

Result<TestData> readTestData(const Graph& graph, const fs::path& folder) {
  std::error_code code;
  if (!fs::is_directory(folder, code)) return ioError("no such folder").at(folder.string());
  TestData data;
  EW_ASSIGN(data.inputs, readSide(graph, graph.inputs(), folder, "input_"));
  EW_ASSIGN(data.outputs, readSide(graph, graph.outputs(), folder, "output_"));
  return data;
}

}  // namespace ew::onnx

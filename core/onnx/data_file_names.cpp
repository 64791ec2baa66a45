// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/data_file_names.h"

#include "core/base/text.h"
#include "core/onnx/external_data.h"
#include "core/onnx/parse.h"

namespace ew::onnx {
namespace {

std::set<std::string> locationsOf(const std::filesystem::path& file) {
  std::set<std::string> out;
  const Result<ParsedModel> model = parseModelFile(file, {});
  if (!model.ok()) return out;
  visitTensors(*model->proto->mutable_graph(), [&](const pb::TensorProto& tensor) {
    if (tensor.data_location() == pb::TensorProto::EXTERNAL) out.insert(locationOf(tensor));
  });
  return out;
}

}  // namespace

bool DataFileNames::isOurs(const std::string& location) {
  const Result<std::filesystem::path> file = resolveInside(model_.parent_path(), location);
  std::error_code code;
  if (!file.ok() || *file == std::filesystem::weakly_canonical(model_, code)) return false;
  if (std::filesystem::symlink_status(*file, code).type() == std::filesystem::file_type::not_found) return true;
  if (!replaced_) replaced_ = locationsOf(model_);
  return replaced_->contains(location);
}

std::string DataFileNames::nameFor(const std::string& before) {
  std::string& name = chosen_[before];
  if (!name.empty()) return name;
  name = !before.empty() && isOurs(before) ? before : model_.filename().string() + ".data";
  // "w" and "./w" are one file: as two, the second would replace the first.
  if (const Result<std::filesystem::path> file = resolveInside(model_.parent_path(), name); file.ok())
    name = names_.emplace(*file, name).first->second;
  return name;
}

Result<AtomicFile> createDataFile(const std::filesystem::path& folder, const std::string& location) {
  EW_ASSIGN_AT(const std::filesystem::path path, resolveInside(folder, location), "external data " + inQuotes(location));
  std::error_code code;
  std::filesystem::create_directories(path.parent_path(), code);
  if (code) return ioError("cannot create the folder: " + code.message()).at(path.parent_path().string());
  return AtomicFile::create(path);
}

}  // namespace ew::onnx

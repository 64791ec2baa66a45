// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/data_choice.h"

#include <QFileInfo>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/data/npy.h"

namespace ew::window {
namespace {

namespace fs = std::filesystem;
using data::DataSpec;

/// The inputs are the largest array; the labels are one-dimensional and as many.
Status nameArrays(const fs::path& path, DataSpec& spec) {
  EW_ASSIGN(const std::string bytes, readFile(path));
  EW_ASSIGN_AT(const auto arrays, data::readNpz(bytes), path.string());
  const Tensor* inputs = nullptr;
  for (const auto& [name, tensor] : arrays) {
    if (inputs != nullptr && tensor.byteSize() <= inputs->byteSize()) continue;
    inputs = &tensor;
    spec.inputsKey = name;
  }
  if (inputs == nullptr || inputs->rank() == 0) return invalid("holds no array of samples").at(path.string());
  std::vector<std::string> candidates;
  for (const auto& [name, tensor] : arrays)
    if (name != spec.inputsKey && tensor.rank() == 1 && tensor.dim(0) == inputs->dim(0)) candidates.push_back(name);
  const std::string wanted = split(spec.inputsKey, '_').front() + "_labels";
  for (const std::string& name : candidates)
    if (spec.labels.empty() || name == wanted) spec.labels = name;
  return {};
}

Result<DataSpec> folderSpec(const fs::path& path) {
  DataSpec spec;
  spec.kind = DataSpec::Kind::Images;
  spec.source = path;
  for (const char* name : {"labels.csv", "labels.txt"})
    if (fs::exists(path / name)) spec.labels = (path / name).string();
  return spec;
}

}  // namespace

bool isData(const QString& path) {
  const QFileInfo info(path);
  if (info.isDir()) return true;
  const QString name = info.fileName().toLower();
  for (const char* ending : {".npz", ".npy", ".bin", "-ubyte", "-ubyte.gz"})
    if (name.endsWith(QLatin1String(ending))) return true;
  return false;
}

Result<DataSpec> specFor(const QString& path) {
  const fs::path file = path.toStdString();
  if (fs::is_directory(file)) return folderSpec(file);
  DataSpec spec;
  spec.source = file;
  const std::string name = file.filename().string();
  if (name.ends_with(".npz")) {
    spec.kind = DataSpec::Kind::Npz;
    EW_TRY(nameArrays(file, spec));
  } else if (name.ends_with(".npy")) {
    spec.kind = DataSpec::Kind::Npy;
  } else if (name.ends_with(".bin")) {
    spec.kind = DataSpec::Kind::Cifar;
  } else {
    spec.kind = DataSpec::Kind::Idx;
    std::string labels = name;
    if (const std::size_t at = labels.find("images-idx3"); at != std::string::npos) labels.replace(at, 11, "labels-idx1");
    if (labels != name && fs::exists(file.parent_path() / labels)) spec.labels = (file.parent_path() / labels).string();
  }
  return spec;
}

}  // namespace ew::window

// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/base/zip.h"
#include "core/bundle/bundle.h"
#include "core/bundle/golden.h"
#include "core/data/npy.h"
#include "core/onnx/onnx_file.h"

namespace ew::bundle {
namespace {

using nlohmann::json;

Result<json> readManifest(const ZipFiles& files) {
  const auto it = files.find("manifest.json");
  if (it == files.end()) return invalid("not an Edgewright bundle: it has no manifest.json");
  json manifest = json::parse(it->second, nullptr, false);
  if (!manifest.is_object() || manifest.value("schema", json()) != "edgewright.bundle/1")
    return invalid("not a bundle that this version reads: its schema is not edgewright.bundle/1").at("manifest.json");
  return manifest;
}

Error differs(const std::string& text) { return {ErrorCode::Differs, text}; }

Status checkHashes(const json& manifest, const ZipFiles& files) {
  const json list = manifest.value("files", json());
  if (!list.is_array()) return invalid("key 'files' must be a list").at("manifest.json");
  std::set<std::string> listed;
  for (const json& row : list) {
    if (!row.is_object() || !row.value("path", json()).is_string() || !row.value("sha256", json()).is_string())
      return invalid("each of 'files' needs 'path' and 'sha256'").at("manifest.json");
    const std::string path = row["path"];
    const auto it = files.find(path);
    if (it == files.end()) return differs("the file is missing").at(inQuotes(path));
    if (sha256(it->second) != row["sha256"]) return differs("SHA-256 does not match the manifest").at(inQuotes(path));
    listed.insert(path);
  }
  if (listed.size() + 1 != files.size()) return differs("the archive holds files that the manifest does not list");
  return {};
}

Result<std::vector<Tensor>> readTensors(const json& names, const ZipFiles& files) {
  std::vector<Tensor> out;
  if (!names.is_array()) return invalid("each of 'golden' needs lists 'inputs' and 'outputs'").at("manifest.json");
  for (const json& name : names) {
    const auto it = name.is_string() ? files.find(name.get<std::string>()) : files.end();
    if (it == files.end()) return differs("a golden vector is missing").at("manifest.json");
    EW_ASSIGN_AT(Tensor tensor, data::readNpy(it->second), it->first);
    out.push_back(std::move(tensor));
  }
  return out;
}

Result<std::vector<GoldenVector>> readGolden(const json& manifest, const ZipFiles& files) {
  std::vector<GoldenVector> out;
  const json list = manifest.value("golden", json::array());
  if (!list.is_array()) return invalid("key 'golden' must be a list").at("manifest.json");
  for (const json& row : list) {
    if (!row.is_object()) return invalid("each of 'golden' must be a map").at("manifest.json");
    GoldenVector vector;
    EW_ASSIGN(vector.inputs, readTensors(row.value("inputs", json()), files));
    EW_ASSIGN(vector.outputs, readTensors(row.value("outputs", json()), files));
    out.push_back(std::move(vector));
  }
  if (out.empty()) return invalid("there are no golden vectors to replay").at("manifest.json");
  return out;
}

Result<VerifyReport> verifyFiles(const ZipFiles& files, const BackendSet& backends, Progress& progress) {
  VerifyReport report;
  EW_ASSIGN(const json manifest, readManifest(files));
  progress.step(0, 2, "hashes");
  EW_TRY(checkHashes(manifest, files));
  for (const auto& [name, bytes] : files) report.files.push_back(name);
  progress.step(1, 2, "golden vectors");
  const auto model = files.find("model.onnx");
  if (model == files.end()) return differs("the archive holds no model.onnx");
  EW_ASSIGN_AT(const onnx::Imported imported, onnx::importBytes(model->second, {}), "model.onnx");
  EW_ASSIGN(const std::vector<GoldenVector> vectors, readGolden(manifest, files));
  const json mode = manifest.value("requantization", json("float"));
  EW_ASSIGN(report.maxRelativeError, replayGolden(imported.graph, vectors, mode == "fixed" ? "fixed" : "float", backends));
  report.vectors = static_cast<std::int64_t>(vectors.size());
  return report;
}

}  // namespace

Result<VerifyReport> verifyBundle(const std::filesystem::path& path, const BackendSet& backends, Progress& progress) {
  EW_ASSIGN(const std::string bytes, readFile(path, std::int64_t{4} << 30));
  EW_ASSIGN_AT(const ZipFiles files, unpackZip(bytes), path.string());
  Result<VerifyReport> report = verifyFiles(files, backends, progress);
  if (!report.ok()) return report.error().at(path.string());
  return report;
}

}  // namespace ew::bundle

// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/zip.h"
#include "core/bundle/bundle.h"
#include "core/bundle/golden.h"
#include "core/bundle/report_html.h"
#include "core/data/npy.h"
#include "core/device/profile.h"
#include "core/onnx/onnx_file.h"
#include "core/recipe/judgement_json.h"

namespace ew::bundle {
namespace {

using nlohmann::json;

constexpr const char* readme = R"(Edgewright bundle
=================

model.onnx        the optimized model
model_float.onnx  the same model before quantization (when the recipe quantizes)
report.html       what was done, what it costs and gains, and where each number comes from
recipe.yaml       the steps that made it
golden/           recorded inputs and the outputs that the model gave (NumPy .npy)
manifest.json     SHA-256 of every file, device, metrics with intervals, inputs with their preprocessing

Check it:         edgewright bundle verify FILE
Any ONNX runtime can run model.onnx; its inputs want the preprocessing that manifest.json states.
)";

json inputsJson(const Graph& graph, const recipe::Recipe& recipe) {
  json out = json::array();
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    json shape = json::array();
    if (value.shape)
      for (const Dim& dim : value.shape->dims()) shape.push_back(dim.known() ? json(dim.extent) : json(dim.text()));
    out.push_back({{"name", value.name}, {"dtype", dtypeName(value.dtype)}, {"shape", std::move(shape)}});
  }
  const auto& spec = recipe.evaluation ? recipe.evaluation : recipe.calibration;
  if (spec && out.size() == 1) out[0]["preprocess"] = data::toJson(*spec).value("preprocess", json::object());
  return out;
}

std::string goldenName(std::size_t vector, const char* kind, std::size_t index) {
  return "golden/" + std::to_string(vector) + "_" + kind + "_" + std::to_string(index) + ".npy";
}

json addGolden(const std::vector<GoldenVector>& vectors, ZipFiles& files) {
  json out = json::array();
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    json row{{"inputs", json::array()}, {"outputs", json::array()}};
    const auto add = [&](const std::vector<Tensor>& tensors, const char* kind, const char* key) {
      for (std::size_t k = 0; k < tensors.size(); ++k) {
        const std::string name = goldenName(i, kind, k);
        files[name] = data::writeNpy(tensors[k]);
        row[key].push_back(name);
      }
    };
    add(vectors[i].inputs, "input", "inputs");
    add(vectors[i].outputs, "output", "outputs");
    out.push_back(std::move(row));
  }
  return out;
}

json manifest(const BundleContent& content, const ZipFiles& files, json golden, const std::string& requantization) {
  json out;
  out["schema"] = "edgewright.bundle/1";
  out["tool"] = {{"name", "edgewright"}, {"version", EDGEWRIGHT_VERSION}};
  json list = json::array();
  for (const auto& [name, bytes] : files) list.push_back({{"path", name}, {"sha256", sha256(bytes)}, {"bytes", bytes.size()}});
  out["files"] = std::move(list);
  out["recipe"] = {{"model", content.recipe.model.filename().string()}, {"steps", recipe::stepsJson(content.recipe)}, {"seed", content.recipe.seed}};
  out["device"] = content.recipe.device;
  out["backend"] = content.recipe.backend;
  out["requantization"] = requantization;
  out["original"] = recipe::toJson(content.originalJudgement, false);
  out["optimized"] = recipe::toJson(content.optimizedJudgement, false);
  out["verdicts"] = recipe::toJson(content.verdicts);
  out["gates"] = recipe::toJson(content.gates);
  out["inputs"] = inputsJson(content.optimized, content.recipe);
  out["golden"] = std::move(golden);
  return out;
}

}  // namespace

Result<std::vector<std::string>> writeBundle(const std::filesystem::path& path, const BundleContent& content,
                                             const BackendSet& backends, Progress& progress) {
  EW_ASSIGN(const device::Profile profile, device::findProfile(content.recipe.device));
  ZipFiles files;
  progress.step(0, 3, "models");
  EW_ASSIGN(files["model.onnx"], onnx::exportBytes(content.optimized));
  if (content.optimizedFloat != nullptr) {
    EW_ASSIGN(files["model_float.onnx"], onnx::exportBytes(*content.optimizedFloat));
  }
  progress.step(1, 3, "golden vectors");
  EW_ASSIGN(const std::vector<GoldenVector> vectors, recordGolden(content.optimized, content.recipe, backends));
  json golden = addGolden(vectors, files);
  files["recipe.yaml"] = content.recipeText;
  files["report.html"] = reportHtml(content);
  files["README.txt"] = readme;
  files["manifest.json"] = jsonText(manifest(content, files, std::move(golden), profile.requantization), 2) + "\n";
  if (progress.cancelled()) return cancelledError();
  progress.step(2, 3, "writing");
  EW_ASSIGN(const std::string bytes, packZip(files));
  std::error_code code;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), code);
  if (code) return ioError("cannot create the folder: " + code.message()).at(path.parent_path().string());
  EW_TRY(writeFileAtomically(path, bytes));
  std::vector<std::string> names;
  for (const auto& [name, bytesOfFile] : files) names.push_back(name);
  return names;
}

}  // namespace ew::bundle

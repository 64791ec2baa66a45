// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"
#include "core/onnx/graph_reader.h"
#include "core/onnx/model_info.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/parse.h"
#include "core/onnx/subgraph.h"

namespace ew::onnx {
namespace {

Result<Imported> readModel(pb::ModelProto& model, const std::filesystem::path& folder, const Limits& limits) {
  ReadState state;
  state.source = {folder, limits};
  EW_ASSIGN(state.info, infoFromProto(model, state.warnings));
  EW_TRY(checkFunctions(model));
  Imported out;
  EW_ASSIGN(out.graph, GraphReader(*model.mutable_graph(), state).read());
  out.warnings = state.warnings.texts();
  return out;
}

}  // namespace

Result<Imported> importBytes(const std::string& bytes, const std::filesystem::path& folder, const Limits& limits) {
  EW_ASSIGN(const std::unique_ptr<pb::ModelProto> model, parseModel(bytes, limits));
  return readModel(*model, folder, limits);
}

Result<Imported> importModel(const std::filesystem::path& path, const Limits& limits) {
  std::unique_ptr<pb::ModelProto> model;
  {
    // The file's bytes are let go before the tensors are made.
    EW_ASSIGN(const std::string bytes, readFile(path, limits.fileBytes));
    EW_ASSIGN_AT(model, parseModel(bytes, limits), path.string());
  }
  Result<Imported> imported = readModel(*model, path.parent_path(), limits);
  if (!imported.ok()) return std::move(imported).error().at(path.string());
  return imported;
}

}  // namespace ew::onnx

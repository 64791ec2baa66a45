// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/graph_reader.h"
#include "core/onnx/model_info.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/parse.h"
#include "core/onnx/subgraph.h"

namespace ew::onnx {
namespace {

Result<Imported> readModel(const ParsedModel& parsed, const std::filesystem::path& folder, const Limits& limits) {
  pb::ModelProto& model = *parsed.proto;
  ReadState state;
  state.source = {folder, limits, parsed.payloads};
  EW_ASSIGN(state.info, infoFromProto(model, state.warnings));
  EW_TRY(checkFunctions(model));
  Imported out;
  EW_ASSIGN(out.graph, GraphReader(*model.mutable_graph(), state).read());
  out.warnings = state.warnings.texts();
  return out;
}

}  // namespace

Result<Imported> importBytes(const std::string& bytes, const std::filesystem::path& folder, const Limits& limits) {
  EW_ASSIGN(const ParsedModel model, parseModel(std::as_bytes(std::span(bytes)), nullptr, limits));
  return readModel(model, folder, limits);
}

Result<Imported> importModel(const std::filesystem::path& path, const Limits& limits) {
  EW_ASSIGN(const ParsedModel model, parseModelFile(path, limits));
  Result<Imported> imported = readModel(model, path.parent_path(), limits);
  if (!imported.ok()) return std::move(imported).error().at(path.string());
  model.file->releasePages();  // many came along with the few that were read
  return imported;
}

}  // namespace ew::onnx

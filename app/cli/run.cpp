// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/precision_argument.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/data/npy.h"

namespace ew::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  ModelArgument model;
  PrecisionArgument precision;
  std::vector<std::string> inputs;
  std::string outFolder;
};

Result<Tensor> readInput(const std::string& path, const Value& value) {
  if (value.dtype == DType::sequence) return unsupported("the input is a sequence, which no .npy file holds").at("input " + inQuotes(value.name));
  EW_ASSIGN(const std::string bytes, readFile(path));
  EW_ASSIGN_AT(Tensor tensor, data::readNpy(bytes), path);
  if (value.dtype == DType::optional) return Tensor::optional(std::move(tensor));
  if (value.dtype != DType::none && tensor.dtype() != value.dtype)
    return invalid("holds " + std::string(dtypeName(tensor.dtype())) + ", the input takes " + std::string(dtypeName(value.dtype))).at(path);
  return tensor;
}

Result<std::vector<Tensor>> readInputs(const Graph& graph, const std::vector<std::string>& given) {
  std::vector<Tensor> out(graph.inputs().size());
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return usageError("--input takes NAME=FILE.npy, not " + inQuotes(text));
    const ValueId id = graph.valueNamed(text.substr(0, equals));
    const auto place = std::find(graph.inputs().begin(), graph.inputs().end(), id);
    if (id == kNone || place == graph.inputs().end()) return usageError("--input: the model has no input " + inQuotes(text.substr(0, equals)));
    EW_ASSIGN(out[static_cast<std::size_t>(place - graph.inputs().begin())], readInput(text.substr(equals + 1), graph.value(id)));
  }
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!out[i].present()) return usageError("--input is missing for " + inQuotes(graph.value(graph.inputs()[i]).name));
  return out;
}

/// A value's name as a file name: whatever could mean a path or a control character becomes '_'.
std::string fileNameOf(const std::string& name) {
  std::string out;
  for (const char c : name) out += (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.') ? c : '_';
  return out.empty() || out.front() == '.' ? "_" + out : out;
}

/// Writes a tensor; of a sequence or an optional, each tensor in it with its number.
Status writeValue(const Tensor& value, const fs::path& folder, const std::string& stem, nlohmann::json& files) {
  if (value.dtype() != DType::sequence && value.dtype() != DType::optional) {
    const fs::path path = folder / (stem + ".npy");
    files.push_back(path.string());
    return writeFileAtomically(path, data::writeNpy(value));
  }
  for (std::size_t i = 0; i < value.items().size(); ++i)
    EW_TRY(writeValue(value.items()[i], folder, stem + "_" + std::to_string(i), files));
  return {};
}

nlohmann::json valueJson(const std::string& name, const Tensor& value, const nlohmann::json& files) {
  nlohmann::json out{{"name", escapeControl(name)}, {"dtype", dtypeName(value.dtype())}};
  if (value.dtype() == DType::sequence || value.dtype() == DType::optional) {
    out["files"] = files;
  } else {
    out["shape"] = value.dims();
    out["file"] = files[0];
  }
  return out;
}

std::string valueText(const std::string& name, const Tensor& value, const nlohmann::json& files) {
  const bool isList = value.dtype() == DType::sequence || value.dtype() == DType::optional;
  std::string out = escapeControl(name) + "  " + std::string(dtypeName(value.dtype())) + "  " +
                    (isList ? std::to_string(value.items().size()) + " items" : dimsText(value.dims()));
  for (const auto& file : files) out += "  " + file.get<std::string>();
  return out + "\n";
}

Result<Output> run(const Arguments& arguments, Context& context) {
  EW_ASSIGN(LoadedModel model, loadModel(arguments.model, context));
  EW_ASSIGN(const std::vector<Tensor> inputs, readInputs(model.graph, arguments.inputs));
  EW_ASSIGN(const CompileOptions options, arguments.precision.options(context, &model.graph));
  EW_ASSIGN(Runtime runtime, Runtime::create(model.graph, context.backends, context.common.backend, options));
  ProgressObserver observer(context.progress);
  EW_ASSIGN(const std::vector<Tensor> outputs, runtime.run(inputs, observer));
  Output out;
  out.document = {{"schema", "edgewright.run/1"}, {"backend", context.common.backend}, {"outputs", nlohmann::json::array()}};
  std::error_code code;
  fs::create_directories(arguments.outFolder, code);
  if (code) return ioError("cannot create the folder: " + code.message()).at(arguments.outFolder);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = model.graph.value(model.graph.outputs()[i]).name;
    nlohmann::json files = nlohmann::json::array();
    EW_TRY_AT(writeValue(outputs[i], arguments.outFolder, fileNameOf(name), files), "output " + inQuotes(name));
    out.document["outputs"].push_back(valueJson(name, outputs[i], files));
    out.text += valueText(name, outputs[i], files);
  }
  return out;
}

}  // namespace

void addRun(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->model.addTo(app);
  arguments->precision.addTo(app);
  app.add_option("--input", arguments->inputs, "Input values: NAME=FILE.npy (repeatable)")->type_name("NAME=FILE");
  app.add_option("--out", arguments->outFolder, "Folder for the outputs, one .npy each")->required();
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return run(*arguments, context); };
  });
}

}  // namespace ew::cli

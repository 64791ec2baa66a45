// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli_support.h"

#include <algorithm>

#include "core/data/npy.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/graph_text.h"

namespace ew::test {
namespace {

constexpr const char* smallModel = R"(
opset 13
input x:f32[N,1,6,6]
W:f32[8,1,3,3] = random(1)
conv: Conv(x, W){pads=[1,1,1,1]} -> c
relu: Relu(c) -> r
pool: GlobalAveragePool(r) -> p
flat: Flatten(p) -> f
V:f32[8,3] = random(2)
head: MatMul(f, V) -> y
output y:f32[N,3]
)";

constexpr const char* smallRecipe = R"(edgewright: 1
model: small.onnx
data:
  calibration: {npy: images.npy}
  evaluation: {npy: images.npy, labels: labels.txt}
device: raspberry-pi-4
steps:
  - fold: {}
  - quantize: {}
gates: {weight_bytes: 100000}
export: {bundle: out.ewb}
)";

}  // namespace

CommandLine::CommandLine() {
  GraphEdit named(graphFromText(smallModel));
  named.mutableInfo().graphName = "small";  // a graph without a name is worth a warning
  EXPECT_TRUE(onnx::exportModel(*std::move(named).apply(), folder / "small.onnx").ok());
  folder.write("images.npy", data::writeNpy(randomTensor(DType::f32, {16, 1, 6, 6}, 3)));
  std::string labels;
  for (int i = 0; i < 16; ++i) labels += std::to_string(i % 3) + "\n";
  folder.write("labels.txt", labels);
  folder.write("recipe.yaml", smallRecipe);
}

ProcessResult CommandLine::run(const std::vector<std::string>& arguments, const std::vector<std::pair<std::string, std::string>>& environment) {
  std::vector<std::string> argv{EW_PROGRAM};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return runProcess(argv, folder.path(), environment);
}

nlohmann::json CommandLine::document(std::vector<std::string> arguments, int exitCode) {
  arguments.push_back("--json");
  const ProcessResult result = run(arguments);
  EXPECT_EQ(result.exitCode, exitCode) << result.err;
  nlohmann::json json = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << "stdout is not one JSON document:\n" << result.out;
  return json.is_object() ? json : nlohmann::json::object();
}

void CommandLine::expectFailure(const std::vector<std::string>& arguments, int exitCode, const std::string& message,
                                const std::vector<std::pair<std::string, std::string>>& environment) {
  const std::vector<std::string> before = folder.files();
  const ProcessResult result = run(arguments, environment);
  EXPECT_EQ(result.exitCode, exitCode);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "edgewright: " + message + "\n");
  EXPECT_EQ(folder.files(), before) << "something was written";
}

std::vector<std::string> CommandLine::missing(const nlohmann::json& object, const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  for (const std::string& key : keys)
    if (!object.is_object() || !object.contains(key)) out.push_back(key);
  return out;
}

std::string schemaOf(const std::string& name) { return "edgewright." + name + "/1"; }

}  // namespace ew::test

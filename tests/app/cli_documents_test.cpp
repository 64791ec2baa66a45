// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli_support.h"

namespace ew::test {
namespace {

using Keys = std::vector<std::string>;
const Keys none;

/// The documents that scripts rely on have these keys; more are welcome.
class Documents : public CommandLine {
 protected:
  const std::string data = "{npy: images.npy, labels: labels.txt}";

  void expectJudgement(const nlohmann::json& judgement) {
    EXPECT_EQ(missing(judgement, {"totals", "metrics", "fits"}), none);
    EXPECT_EQ(missing(judgement["totals"], {"nodes", "parameters", "weight_bytes", "macs", "sparsity", "activation_peak_bytes", "latency_ms",
                                            "energy_mj", "ram_bytes", "flash_bytes"}), none);
  }
  void expectProject(const nlohmann::json& json) {
    EXPECT_EQ(missing(json, {"steps", "verdicts", "original", "optimized", "outputs", "gates"}), none);
    for (const auto& verdict : json["verdicts"]) EXPECT_EQ(missing(verdict, {"node", "verdict", "reason"}), none);
    expectJudgement(json["original"]);
    expectJudgement(json["optimized"]);
  }
};

TEST_F(Documents, Inspect) {
  const auto json = document({"inspect", "small.onnx"});
  EXPECT_EQ(json["schema"], schemaOf("inspect"));
  EXPECT_EQ(missing(json, {"model", "totals", "layers", "warnings"}), none);
  EXPECT_EQ(missing(json["model"], {"file", "ir_version", "opsets", "inputs", "outputs"}), none);
  EXPECT_EQ(json["model"]["inputs"], nlohmann::json::parse(R"([{"name": "x", "dtype": "float32", "shape": ["N", 1, 6, 6]}])"));
  EXPECT_EQ(json["model"]["opsets"]["ai.onnx"], 13);
  EXPECT_EQ(json["totals"]["parameters"], 8 * 9 + 8 * 3);
  EXPECT_EQ(json["totals"]["weight_bytes"], 4 * (8 * 9 + 8 * 3));
  EXPECT_EQ(json["totals"]["macs"], 36 * 8 * 9 + 8 * 3);
  EXPECT_EQ(missing(json["totals"], {"nodes", "sparsity", "activation_peak_bytes"}), none);
  EXPECT_EQ(json["layers"].size(), 5U);
  for (const auto& layer : json["layers"])
    EXPECT_EQ(missing(layer, {"name", "op", "parameters", "weight_bytes", "macs", "sparsity", "weight_precision", "activation_precision"}), none);
}

TEST_F(Documents, InspectTellsWhatTheModelIsMadeOf) {
  const auto json = document({"inspect", "small.onnx"});
  EXPECT_EQ(json["dynamic_dims"][0]["symbol"], "N");
  EXPECT_EQ(json["dynamic_dims"][0]["inputs"], nlohmann::json::array({"x:0"}));
  EXPECT_EQ(json["operators"]["Conv"], 1);
  EXPECT_EQ(json["graphs"].size(), 1U);
  EXPECT_EQ(json["graphs"][0]["nodes"], 5);
  EXPECT_EQ(json["initializers"]["by_dtype"]["float32"]["bytes"], json["totals"]["weight_bytes"]);
  EXPECT_EQ(json["initializers"]["external_files"], nlohmann::json::array());
  EXPECT_EQ(json["layers"][0]["output_shape"].get<std::string>().substr(0, 2), "N ");
  EXPECT_EQ(missing(json["model"], {"producer", "metadata", "functions", "graph_name"}), none);
  const std::string text = run({"inspect", "small.onnx"}).out;
  for (const char* line : {"input         x  float32  N x 1 x 6 x 6\n", "dynamic       N  in x:0", "operators     1 ", "constants     "})
    EXPECT_NE(text.find(line), std::string::npos) << text;
}

TEST_F(Documents, ShapesAreFixedByInputBySymbolAndByPlace) {
  for (const char* shape : {"x=2x1x6x6", "N=2", "x:0=2"}) {
    const auto json = document({"inspect", "small.onnx", "--shape", shape});
    EXPECT_EQ(json["model"]["inputs"][0]["shape"], nlohmann::json::array({2, 1, 6, 6})) << shape;
    EXPECT_EQ(json["model"]["outputs"][0]["shape"][0], 2) << shape;
    EXPECT_TRUE(json["dynamic_dims"].empty()) << shape;
  }
  document({"optimize", "small.onnx", "-o", "fixed.onnx", "--shape", "N=3", "--step", "fold"});
  EXPECT_EQ(document({"inspect", "fixed.onnx"})["model"]["inputs"][0]["shape"], nlohmann::json::array({3, 1, 6, 6}));
  document({"optimize", "small.onnx", "-o", "only.onnx", "--shape", "x=4x1x6x6"});
  EXPECT_EQ(document({"inspect", "only.onnx"})["model"]["outputs"][0]["shape"][0], 4);
}

TEST_F(Documents, Bench) {
  const auto json = document({"bench", "small.onnx", "--runs", "3", "--threads", "1"});
  EXPECT_EQ(json["schema"], schemaOf("bench"));
  EXPECT_EQ(json["backend"], "cpu");
  EXPECT_EQ(json["threads"], 1);
  EXPECT_EQ(missing(json, {"compile_ms", "peak_rss_bytes", "layers"}), none);
  EXPECT_EQ(missing(json["latency_ms"], {"p50", "p95", "min"}), none);
  for (const auto& layer : json["layers"]) EXPECT_EQ(missing(layer, {"name", "op", "latency_ms"}), none);
}

TEST_F(Documents, Evaluate) {
  const auto json = document({"evaluate", "small.onnx", "--data", data});
  EXPECT_EQ(json["schema"], schemaOf("evaluate"));
  EXPECT_EQ(json["samples"], 16);
  const auto& top1 = json["metrics"]["top1"];
  EXPECT_EQ(missing(top1, {"value", "low", "high"}), none);
  EXPECT_LE(top1["low"], top1["value"]);
  EXPECT_LE(top1["value"], top1["high"]);
}

TEST_F(Documents, Simulate) {
  const auto json = document({"simulate", "small.onnx", "--device", "raspberry-pi-4"});
  EXPECT_EQ(json["schema"], schemaOf("simulate"));
  EXPECT_EQ(json["device"], "raspberry-pi-4");
  EXPECT_EQ(missing(json, {"uncertainty", "fits", "source"}), none);
  EXPECT_EQ(missing(json["totals"], {"latency_ms", "energy_mj", "ram_bytes", "flash_bytes"}), none);
  for (const auto& layer : json["layers"]) EXPECT_EQ(missing(layer, {"name", "op", "latency_ms", "bound"}), none);
}

TEST_F(Documents, Optimize) {
  const auto json = document({"optimize", "small.onnx", "-o", "out.onnx", "--data", data, "--step", "prune: {structure: channel, sparsity: 0.5, scope: layer}",
                              "--step", "quantize: {}"});
  EXPECT_EQ(json["schema"], schemaOf("optimize"));
  expectProject(json);
  EXPECT_EQ(json["outputs"], nlohmann::json::array({"out.onnx"}));
  EXPECT_EQ(json["steps"].size(), 2U);
  EXPECT_LT(json["optimized"]["totals"]["weight_bytes"], json["original"]["totals"]["weight_bytes"]);
  // Four of eight channels stay.
  EXPECT_EQ(document({"inspect", "out.onnx"})["totals"]["macs"], 36 * 4 * 9 + 4 * 3);
}

TEST_F(Documents, BatchAndBundle) {
  const auto json = document({"--batch", "recipe.yaml"});
  EXPECT_EQ(json["schema"], schemaOf("batch"));
  expectProject(json);
  ASSERT_EQ(json["gates"].size(), 1U);
  EXPECT_EQ(missing(json["gates"][0], {"name", "limit", "value", "met"}), none);
  EXPECT_EQ(json["outputs"], nlohmann::json::array({"out.ewb"}));
  const auto report = document({"bundle", "verify", "out.ewb"});
  EXPECT_EQ(report["result"], "passed");
  EXPECT_EQ(report["golden_vectors"], 4);
}

TEST_F(Documents, Export) {
  const auto json = document({"export", "small.onnx", "--bundle", "e.ewb"});
  EXPECT_EQ(json["schema"], schemaOf("export"));
  expectProject(json);
  EXPECT_EQ(document({"bundle", "verify", "e.ewb"})["result"], "passed");
}

TEST_F(Documents, Compare) {
  document({"optimize", "small.onnx", "-o", "out.onnx", "--step", "prune: {sparsity: 0.5}"});
  const auto json = document({"compare", "small.onnx", "out.onnx"});
  EXPECT_EQ(json["schema"], schemaOf("compare"));
  EXPECT_EQ(json["layers"][0]["kind"], "changed");
}

TEST_F(Documents, DevicesDoctorAndSchema) {
  EXPECT_EQ(document({"devices"})["schema"], schemaOf("devices"));
  const auto doctor = document({"doctor"});
  EXPECT_EQ(doctor["schema"], schemaOf("doctor"));
  EXPECT_EQ(doctor["backends"].size(), 4U);
  const auto operators = document({"doctor", "--operators"})["operators"];
  ASSERT_GT(operators.size(), 160U);
  EXPECT_EQ(operators[0]["name"], "Abs");
  EXPECT_GT(operators[0]["cases_passed"], 0);
  EXPECT_EQ(document({"schema", "recipe"})["title"], "Edgewright recipe");
}

TEST_F(Documents, RunWritesOutputsThatMatchTheirShape) {
  const auto json = document({"run", "small.onnx", "--input", "x=images.npy", "--out", "outputs"});
  EXPECT_EQ(json["schema"], schemaOf("run"));
  EXPECT_EQ(json["outputs"][0]["shape"], nlohmann::json::array({16, 3}));
  EXPECT_FALSE(contentOf(folder / "outputs/y.npy").empty());
}

TEST_F(Documents, OutputGoesToAFileInsteadOfStdout) {
  const ProcessResult result = run({"inspect", "small.onnx", "--json", "--output", "facts.json"});
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(nlohmann::json::parse(contentOf(folder / "facts.json"))["schema"], schemaOf("inspect"));
}

TEST_F(Documents, NamesThatAreNoUtf8StillGiveValidJson) {
  std::string bytes = contentOf(folder / "small.onnx");
  // The name of the last node, "head", in the file's bytes; of the same length, so that nothing else moves.
  const std::size_t at = bytes.find("head");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 4, "h\xff\x01" "d");
  folder.write("small.onnx", bytes);
  for (const Keys& arguments : {Keys{"inspect", "small.onnx"}, Keys{"bench", "small.onnx", "--runs", "1"}, Keys{"simulate", "small.onnx"},
                                Keys{"--batch", "recipe.yaml"}, Keys{"optimize", "small.onnx", "-o", "o.onnx", "--step", "fold"}})
    EXPECT_FALSE(document(arguments).empty()) << arguments[0];
}

}  // namespace
}  // namespace ew::test

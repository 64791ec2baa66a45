// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <filesystem>

#include "tests/app/cli_support.h"

namespace ew::test {
namespace {

/// Each wrong input ends with its documented exit code and one line that names the file and the cause.
class Errors : public CommandLine {
 protected:
  void expectBatchFailure(const std::string& recipe, int exitCode, const std::string& message) {
    folder.write("bad.yaml", recipe);
    expectFailure({"--batch", "bad.yaml"}, exitCode, message);
  }
  const std::string head = "edgewright: 1\nmodel: small.onnx\n";
};

TEST_F(Errors, ModelFiles) {
  folder.write("empty.onnx", "");
  folder.write("text.onnx", "not a model\n");
  const std::string whole = contentOf(folder / "small.onnx");
  folder.write("cut.onnx", whole.substr(0, whole.size() - 20));
  for (const std::string command : {"inspect", "bench", "simulate"}) {
    expectFailure({command, "no.onnx"}, 5, "no.onnx: cannot open: No such file or directory");
    expectFailure({command, "."}, 5, ".: is a folder, not a file");
    expectFailure({command, "empty.onnx"}, 65, "empty.onnx: the file is empty");
    expectFailure({command, "text.onnx"}, 65, "text.onnx: is a text file, not an ONNX file");
  }
  const ProcessResult cut = run({"inspect", "cut.onnx"});
  EXPECT_EQ(cut.exitCode, 65);
  EXPECT_EQ(cut.err.find("edgewright: cut.onnx: is truncated"), 0U) << cut.err;
}

TEST_F(Errors, OperatorsThatNobodyKnows) {
  std::string bytes = contentOf(folder / "small.onnx");
  bytes.replace(bytes.find("Relu"), 4, "Rexu");
  folder.write("odd.onnx", bytes);
  const std::string message = "odd.onnx: node 'relu' (Rexu): this operator is not implemented (Rexu)";
  expectFailure({"bench", "odd.onnx"}, 4, message);
  expectFailure({"export", "odd.onnx", "--bundle", "out.ewb"}, 4, message);
  // Looking at it is fine, and so is changing the rest of it.
  EXPECT_EQ(document({"inspect", "odd.onnx"})["refused"].size(), 1U);
  const auto optimized = document({"optimize", "odd.onnx", "-o", "changed.onnx", "--step", "fold"});
  EXPECT_NE(optimized["warnings"].dump().find("not measured here: node 'relu' (Rexu)"), std::string::npos) << optimized["warnings"].dump();
  EXPECT_EQ(document({"inspect", "changed.onnx"})["refused"].size(), 1U);
}

TEST_F(Errors, CommandLineMistakes) {
  expectFailure({"inspect"}, 2, "MODEL is required (see --help)");
  expectFailure({"frobnicate"}, 2, "The following argument was not expected: frobnicate (see --help)");
  expectFailure({"inspect", "small.onnx", "--backend", "gpu"}, 2, "unknown backend 'gpu': known are reference, cpu, vulkan, fpga");
  expectFailure({"bench", "small.onnx", "--threads", "-1"}, 2, "--threads: Value -1 not in range 0 to 4096 (see --help)");
  expectFailure({"optimize", "small.onnx", "-o", "o.onnx"}, 2, "optimize needs --recipe FILE, --shape NAME=..., or at least one --step 'name: {...}'");
  expectFailure({"optimize", "small.onnx", "-o", "small.onnx", "--step", "fold"}, 2, "-o would overwrite the model itself");
  expectFailure({"run", "small.onnx", "--out", "o"}, 2, "--input is missing for 'x'");
  expectFailure({"--batch", "recipe.yaml", "devices"}, 2, "--batch takes no command beside it");
}

TEST_F(Errors, Steps) {
  const auto step = [&](const std::string& text, const std::string& message) {
    expectFailure({"optimize", "small.onnx", "-o", "o.onnx", "--step", text}, 65, message);
  };
  step("prune: {sparsity: 1.5}", "small.onnx: --step 'prune: {sparsity: 1.5}': key 'sparsity' must be a number from 0 to 0.9999, not 1.5");
  step("prune: {sparsity: -0.1}", "small.onnx: --step 'prune: {sparsity: -0.1}': key 'sparsity' must be a number from 0 to 0.9999, not -0.1");
  step("prun: {}", "small.onnx: --step 'prun: {}': unknown step 'prun'; known are fold, prune, quantize");
  step("quantize: {}", "small.onnx: step 1 (quantize): quantizing activations needs calibration data: give data.calibration (--calibration on the command line), or use `activations: none`");
}

TEST_F(Errors, Recipes) {
  expectFailure({"--batch", "no.yaml"}, 5, "no.yaml: cannot open: No such file or directory");
  expectBatchFailure("", 65, "bad.yaml: the recipe is empty");
  expectBatchFailure(head + "sede: 1\n", 65, "bad.yaml: line 3: unknown key 'sede': did you mean 'seed'?");
  expectBatchFailure(head + "steps:\n  - prune: {sparsty: 0.5}\n", 65, "bad.yaml: line 4: unknown key 'sparsty': did you mean 'sparsity'?");
  expectBatchFailure(head + "steps:\n  - prune: {sparsity: 2}\n", 65, "bad.yaml: line 4: key 'sparsity' must be a number from 0 to 0.9999, not 2");
  expectBatchFailure(head + "gates: {latency_ms: fast}\n", 65, "bad.yaml: line 3: key 'latency_ms' must be a number from 0 to 1e+18, not \"fast\"");
  expectBatchFailure("edgewright: 1\nmodel: no.onnx\n", 5, "no.onnx: cannot open: No such file or directory");
  expectBatchFailure(head + "data: {calibration: {npy: no.npy}}\nsteps: [{quantize: {}}]\n", 5,
                     "step 1 (quantize): calibration data: no.npy: cannot open: No such file or directory");
  expectBatchFailure(head + "gates: {accuracy_drop_pp: 1}\n", 65, "bad.yaml: gate accuracy_drop_pp: there is no evaluation data");
  EXPECT_NE(run({"--batch", "bad.yaml", "--device", "abacus"}).err.find("no device 'abacus'; known: "), std::string::npos);
  EXPECT_EQ(run({"--batch", "bad.yaml", "--device", "abacus"}).exitCode, 69);
}

TEST_F(Errors, RecipesHaveALimit) {
  expectBatchFailure(std::string((4 << 20) + 1, ' '), 6, "bad.yaml: file has 4194305 bytes, the limit is 4194304");
}

TEST_F(Errors, GatesThatAreNotMetLeaveNoBundle) {
  folder.write("strict.yaml", head + "steps: [{fold: {}}]\ngates: {weight_bytes: 100}\nexport: {bundle: out.ewb}\n");
  const auto json = document({"--batch", "strict.yaml"}, 3);
  EXPECT_EQ(json["outputs"], nlohmann::json::array());
  EXPECT_FALSE(json["gates"][0]["met"].get<bool>());
  EXPECT_FALSE(std::filesystem::exists(folder / "out.ewb"));
  EXPECT_EQ(run({"--batch", "strict.yaml"}).err, "edgewright: strict.yaml: gate not met: weight_bytes is 384, the limit is 100\n");
}

TEST_F(Errors, Data) {
  const auto evaluate = [&](const std::string& data, int code, const std::string& message) {
    expectFailure({"evaluate", "small.onnx", "--data", data}, code, message);
  };
  const std::string here = std::filesystem::canonical(folder.path()).string() + "/";
  evaluate("{npy: no.npy, labels: labels.txt}", 5, "--data: " + here + "no.npy: cannot open: No such file or directory");
  evaluate("{npy: images.npy}", 65, "small.onnx: --data: evaluation needs labels, and the data has none");
  evaluate("{npx: images.npy}", 65, "small.onnx: --data: data: /npx: unknown key 'npx': did you mean 'npz'?");
}

TEST_F(Errors, ShapesThatNameNothing) {
  const std::string choices = "inputs: 'x' (N x 1 x 6 x 6); symbols: 'N'";
  for (const char* command : {"inspect", "bench", "simulate"})
    expectFailure({command, "small.onnx", "--shape", "M=1"}, 2, "--shape: the model has no input and no symbol 'M'; " + choices);
  expectFailure({"optimize", "small.onnx", "-o", "o.onnx", "--shape", "M=1"}, 2, "--shape: the model has no input and no symbol 'M'; " + choices);
  expectFailure({"inspect", "small.onnx", "--shape", "N=1x2"}, 2, "--shape: 'N' stands for one extent, not for 1x2");
  expectFailure({"inspect", "small.onnx", "--shape", "x=1x2x6x6"}, 65, "small.onnx: input 'x': the model takes N x 1 x 6 x 6, not 1x2x6x6");
}

TEST_F(Errors, NoVulkanDevice) {
  const ProcessResult result = run({"bench", "small.onnx", "--backend", "vulkan"}, {{"VK_ICD_FILENAMES", "/nonexistent"}});
  EXPECT_EQ(result.exitCode, 69);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err.find("edgewright: backend vulkan: no Vulkan driver"), 0U) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

TEST_F(Errors, ResultsThatCannotBeWritten) {
  expectFailure({"optimize", "small.onnx", "-o", "no/out.onnx", "--step", "fold"}, 5, "no/out.onnx: cannot create: No such file or directory");
  expectFailure({"inspect", "small.onnx", "--output", "no/out.txt"}, 5, "no/out.txt: cannot create: No such file or directory");
}

TEST_F(Errors, TimeAndInterrupt) {
  expectFailure({"bench", "small.onnx", "--seconds", "60", "--timeout", "0.2"}, 124, "small.onnx: timed out");
  // timeout(1) signals its child and then the whole group: the interrupt arrives twice and counts once.
  const ProcessResult interrupted = runProcess({"timeout", "--preserve-status", "-s", "INT", "2", EW_PROGRAM, "bench", "small.onnx", "--seconds", "60"}, folder.path());
  EXPECT_EQ(interrupted.exitCode, 130);
  EXPECT_EQ(interrupted.err, "edgewright: small.onnx: cancelled\n");
}

TEST_F(Errors, AreDocumentsToo) {
  const auto json = document({"inspect", "no.onnx"}, 5);
  EXPECT_EQ(json["schema"], schemaOf("error"));
  EXPECT_EQ(json["error"]["code"], "io");
  EXPECT_EQ(json["error"]["message"], "no.onnx: cannot open: No such file or directory");
}

}  // namespace
}  // namespace ew::test

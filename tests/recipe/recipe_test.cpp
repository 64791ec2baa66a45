// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/recipe.h"

#include <gtest/gtest.h>

#include "core/recipe/steps.h"

namespace ew::recipe {
namespace {

std::string errorOf(const std::string& text) {
  const Result<Recipe> recipe = parseRecipe(text, "dir/r.yaml");
  EXPECT_FALSE(recipe.ok());
  return recipe.ok() ? "" : recipe.error().text();
}

const std::string head = "edgewright: 1\nmodel: m.onnx\n";

TEST(Recipe, ReadsEveryKeyOfTheContract) {
  const Recipe recipe = *parseRecipe(head + R"(
data:
  calibration: {npz: a.npz, inputs: x, limit: 128}
  evaluation: {npz: a.npz, inputs: x, labels: y, metric: top1}
device: raspberry-pi-4
shapes: {x: [1, 3, 224, 224], N: 1}
backend: cpu
seed: 7
steps:
  - fold: {}
  - prune: {structure: channel, criterion: l1, sparsity: 0.3, scope: global, align: device, layers: {"stage3.*": 0}}
  - quantize: {weights: int8, activations: uint8, granularity: channel, calibrator: mse}
    enabled: false
    note: later
gates: {accuracy_drop_pp: 0.5, latency_ms: 12, weight_bytes: 524288}
export: {bundle: out.ewb, formats: [onnx]}
)", "dir/r.yaml");
  EXPECT_EQ(recipe.model, std::filesystem::path("dir/m.onnx"));
  EXPECT_EQ(recipe.device, "raspberry-pi-4");
  EXPECT_EQ(recipe.seed, 7U);
  EXPECT_EQ(recipe.shapes, (ops::FixedShapes{{"N", {1}}, {"x", {1, 3, 224, 224}}}));
  EXPECT_EQ(parseRecipe(toYaml(recipe, "dir"), "dir/r.yaml")->shapes, recipe.shapes);
  ASSERT_EQ(recipe.steps.size(), 3U);
  EXPECT_EQ(recipe.steps[1].options["sparsity"], 0.3);
  EXPECT_FALSE(recipe.steps[2].enabled);
  EXPECT_EQ(recipe.steps[2].note, "later");
  EXPECT_EQ(recipe.calibration->limit, 128);
  EXPECT_EQ(recipe.gates.limits.at("latency_ms"), 12);
  EXPECT_EQ(recipe.exportSpec->bundle, std::filesystem::path("dir/out.ewb"));
}

TEST(Recipe, UnknownKeysNameTheKeyItsLineAndTheNearestKnownOne) {
  EXPECT_EQ(errorOf(head + "sede: 3\n"), "dir/r.yaml: line 3: unknown key 'sede': did you mean 'seed'?");
  EXPECT_EQ(errorOf(head + "steps:\n  - fold: {}\n  - prune: {sparsty: 0.5}\n"),
            "dir/r.yaml: line 5: unknown key 'sparsty': did you mean 'sparsity'?");
  EXPECT_NE(errorOf(head + "gates: {speed: 1}\n").find("line 3: unknown key 'speed'"), std::string::npos);
  EXPECT_NE(errorOf(head + "data:\n  evaluation: {npz: a.npz, input: x}\n").find("line 4"), std::string::npos);
}

TEST(Recipe, ShapesAreExtents) {
  EXPECT_NE(errorOf(head + "shapes: [1, 3]\n").find("line 3: must be a map of names to extents"), std::string::npos);
  EXPECT_NE(errorOf(head + "shapes:\n  N: 1\n  x: [1, -3]\n").find("line 5: must be a list of extents, or one extent"), std::string::npos);
}

TEST(Recipe, ImpossibleValuesNameTheLimit) {
  EXPECT_NE(errorOf(head + "steps:\n  - prune: {sparsity: 1.5}\n").find("line 4: key 'sparsity' must be a number from 0 to 0.9999, not 1.5"),
            std::string::npos);
  EXPECT_NE(errorOf(head + "steps:\n  - quantize: {weights: int3}\n").find("must be one of int8"), std::string::npos);
  EXPECT_NE(errorOf(head + "steps:\n  - melt: {}\n").find("unknown step 'melt'; known are fold, prune, quantize"), std::string::npos);
  EXPECT_NE(errorOf(head + "backend: gpu\n").find("must be one of reference, cpu, vulkan, fpga"), std::string::npos);
}

TEST(Recipe, MissingAndMalformedTextIsOneClearLine) {
  EXPECT_NE(errorOf("model: m.onnx\n").find("'edgewright'"), std::string::npos);
  EXPECT_NE(errorOf("edgewright: 1\n").find("'model' must name the model file"), std::string::npos);
  EXPECT_NE(errorOf("a: [1, 2").find("not valid YAML"), std::string::npos);
  EXPECT_NE(errorOf(head + "seed: 1\nseed: 2\n").find("line 4: key 'seed' is given twice"), std::string::npos);
  EXPECT_NE(errorOf("").find("the recipe is empty"), std::string::npos);
}

TEST(Recipe, WritingAndReadingGivesTheSameRecipe) {
  const Recipe recipe = *parseRecipe(head + R"(
data:
  evaluation: {npz: a.npz, inputs: x, labels: y, preprocess: {scale: 0.5, mean: [0.25], std: [2]}}
device: raspberry-pi-4
steps:
  - prune: {sparsity: 0.3, layers: {"conv 1": 0.5}}
    note: "a: b # c"
gates: {latency_ms: 12.5}
export: {bundle: sub/out.ewb}
)", "/p/r.yaml");
  const std::string text = toYaml(recipe, "/p");
  const Result<Recipe> again = parseRecipe(text, "/p/r.yaml");
  ASSERT_TRUE(again.ok()) << again.error().text() << "\n" << text;
  EXPECT_EQ(toYaml(*again, "/p"), text);
  EXPECT_EQ(again->model, recipe.model);
  EXPECT_EQ(again->steps[0].options, recipe.steps[0].options);
  EXPECT_EQ(again->steps[0].note, "a: b # c");
  EXPECT_EQ(data::toJson(*again->evaluation), data::toJson(*recipe.evaluation));
  EXPECT_EQ(again->exportSpec->bundle, recipe.exportSpec->bundle);
}

TEST(Recipe, StepsReadAsOnTheCommandLine) {
  EXPECT_EQ(parseStep("fold")->name, "fold");
  EXPECT_EQ(parseStep("prune: {structure: channel, sparsity: 0.3}")->options["structure"], "channel");
  EXPECT_NE(parseStep("prune: {sparsity: -1}").error().text().find("sparsity"), std::string::npos);
}

TEST(Steps, DefaultsOfTheTablePassTheirOwnCheck) {
  for (const StepKind& kind : stepKinds()) {
    nlohmann::json options = nlohmann::json::object();
    for (const OptionInfo& option : kind.options()) options[option.key] = option.defaultValue;
    EXPECT_TRUE(kind.check(options).ok()) << kind.name;
    EXPECT_FALSE(kind.check({{"no_such_option", 1}}).ok()) << kind.name;
  }
}

}  // namespace
}  // namespace ew::recipe

// SPDX-License-Identifier: Apache-2.0
#include "tests/bundle/bundle_fixture.h"

#include "accel/backends.h"
#include "tests/support/graph_text.h"

namespace ew::test {

BundleTest::BundleTest()
    : graph(graphFromText("opset 13\ninput x:f32[1,4]\nW:f32[4,3] = random(1)\nhead: MatMul(x, W) -> y\noutput y:f32[1,3]\n")) {
  recipe.model = "m.onnx";
  recipe.device = "raspberry-pi-4";
  recipe::JudgeOptions options;
  options.measure = false;
  NoProgress progress;
  Result<recipe::Judgement> judged = recipe::judge(graph, recipe, allBackends(), options, progress);
  EXPECT_TRUE(judged.ok()) << judged.error().text();
  if (judged.ok()) judgement = std::move(judged).value();
}

bundle::BundleContent BundleTest::content() const {
  return {graph, graph, nullptr, recipe, recipeText, judgement, judgement, verdicts, {}};
}

std::string BundleTest::written(const std::string& name) const {
  NoProgress progress;
  const auto files = bundle::writeBundle(folder / name, content(), allBackends(), progress);
  EXPECT_TRUE(files.ok()) << files.error().text();
  return contentOf(folder / name);
}

std::string BundleTest::verdict(const std::string& bytes) const {
  folder.write("b.ewb", bytes);
  NoProgress progress;
  const auto report = bundle::verifyBundle(folder / "b.ewb", allBackends(), progress);
  if (report.ok()) return "";
  const std::string text = report.error().text(), place = (folder / "b.ewb").string() + ": ";
  EXPECT_EQ(text.find(place), 0U) << text;
  return std::string(errorCodeName(report.error().code)) + ": " + text.substr(std::min(place.size(), text.size()));
}

}  // namespace ew::test

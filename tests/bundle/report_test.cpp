// SPDX-License-Identifier: Apache-2.0
#include "core/bundle/report_html.h"

#include "tests/bundle/bundle_fixture.h"

namespace ew::test {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(BundleTest, ReportShowsNamesFromFilesAsPlainText) {
  const std::string attack = "<script>alert(\"1\")</script>&\x1b[31m\xff";
  recipe.model = attack + ".onnx";
  recipeText = "note: " + attack + "\n";
  verdicts.push_back({});
  verdicts.back().node = attack;
  verdicts.back().verdict = attack;
  verdicts.back().reason = attack;
  for (auto* layers : {&judgement.predicted.layers}) {
    ASSERT_FALSE(layers->empty());
    layers->front().name = layers->front().op = layers->front().bound = attack;
  }
  judgement.predicted.device = judgement.predicted.source = attack;
  const std::string html = bundle::reportHtml(content());
  EXPECT_FALSE(holds(html, "<script"));
  EXPECT_FALSE(holds(html, "\x1b"));
  EXPECT_FALSE(holds(html, "\xff"));
  EXPECT_TRUE(holds(html, "<title>Edgewright report: script&gt;.onnx") ||
              holds(html, "script&gt;&amp;\\x1b[31m\\xff.onnx")) << "the model's name is missing";
  EXPECT_TRUE(holds(html, "&lt;script&gt;alert(&quot;1&quot;)"));
}

TEST_F(BundleTest, ReportLoadsNothingFromElsewhere) {
  const std::string html = bundle::reportHtml(content());
  for (const char* part : {"src=", "href=", "url(", "@import", "<iframe", "<link"}) EXPECT_FALSE(holds(html, part)) << part;
  EXPECT_TRUE(holds(html, "Raspberry") || holds(html, "raspberry-pi-4"));
  EXPECT_TRUE(holds(html, "head"));
}

}  // namespace
}  // namespace ew::test

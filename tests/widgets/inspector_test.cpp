// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QTreeWidget>

#include "core/recipe/recipe.h"
#include "core/recipe/steps.h"
#include "tests/support/graph_text.h"
#include "tests/widgets/fixture.h"
#include "widgets/common/message_view.h"
#include "widgets/inspector/channel_views.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/inspector/layer_detail.h"
#include "widgets/inspector/layer_rows.h"
#include "widgets/inspector/weights_tab.h"

namespace ew::widgets {
namespace {

class InspectorTest : public ::testing::Test {
 protected:
  InspectorTest() {
    project = test::projectOf(test::smallNet());
    selection.setVersions(project->original->graph, project->current->graph);
    panel.resize(340, 620);
    panel.show();
    panel.setProject(project);
  }
  NodeId nodeNamed(const char* name) const { return project->current->graph->nodeNamed(name)->id; }
  WeightsTab* weights() const { return panel.findChild<WeightsTab*>(); }

  Selection selection;
  InspectorPanel panel{&selection, nullptr};
  std::shared_ptr<const ProjectView> project;
};

TEST_F(InspectorTest, ShowsFactsOfBothVersionsOfTheSelectedLayer) {
  selection.selectOnly(nodeNamed("stem/conv"));
  const auto* table = panel.findChild<QTreeWidget*>("overviewTable");
  const auto found = table->findItems("Zero weights", Qt::MatchExactly);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0]->text(1), QStringLiteral("0\u202f% (0)"));
  EXPECT_EQ(found[0]->text(2), QStringLiteral("50.0\u202f% (216)"));
  EXPECT_FALSE(table->findItems("pruned", Qt::MatchExactly).empty());  // the verdict of the recipe's step
  EXPECT_FALSE(table->findItems("pads", Qt::MatchExactly).empty());
  test::shoot(panel, "inspector-overview", {340, 620});
}

TEST_F(InspectorTest, ShowsWeightsOfBothVersionsOverEachOther) {
  panel.showTab("inspectorWeights");
  EXPECT_EQ(panel.findChild<MessageView*>("weightsMessage")->headline(), "No layer is selected");
  selection.selectOnly(nodeNamed("stage1/conv1"));
  ASSERT_TRUE(test::waitFor([this] { return weights()->detail().current.known; }));
  const LayerDetail& detail = weights()->detail();
  EXPECT_EQ(detail.current.histogram.zeros, 1152);
  EXPECT_EQ(detail.original.histogram.zeros, 0);
  EXPECT_EQ(detail.current.histogram.range.low, detail.original.histogram.range.low);
  EXPECT_EQ(detail.current.channels.size(), 16u);
  test::shoot(panel, "inspector-weights", {340, 620});
  selection.selectOnly(nodeNamed("stage1/relu1"));
  EXPECT_EQ(panel.findChild<MessageView*>("weightsMessage")->headline(), "This node carries no weights");
  test::shoot(panel, "inspector-noweights", {340, 400});
}

TEST_F(InspectorTest, ZeroMapSaysWhichChannelsAreEmpty) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,2,4,4]
    W:f32[3,2,1,2] = {1,0, 0,0, 1,1, 1,1, 0,0, 1,1}
    Conv(x, W) -> y
    output y
  )");
  NoProgress progress;
  const LayerDetail detail = layerDetail(nullptr, kNone, &graph, graph.nodes()[0].id, progress);
  ASSERT_TRUE(detail.current.known);
  EXPECT_EQ(detail.current.mapRows, 3);
  EXPECT_EQ(detail.current.mapColumns, 2);
  const QImage& map = detail.current.zeroMap;
  EXPECT_EQ(map.constScanLine(0)[0], 127);  // one of two
  EXPECT_EQ(map.constScanLine(0)[1], 255);
  EXPECT_EQ(map.constScanLine(1)[0], 0);
  EXPECT_EQ(map.constScanLine(2)[0], 255);
  EXPECT_FALSE(detail.original.known);
}

TEST_F(InspectorTest, MarksChannelsWithAnUnusuallyWideRange) {
  ChannelRangeView view(nullptr);
  std::vector<analysis::ChannelStats> channels(8, {-1, 1, 0, 0, 9});
  channels[5].high = 7;
  view.setChannels({}, channels);
  EXPECT_EQ(view.outliers(), std::vector<int>{5});
}

TEST_F(InspectorTest, AsksForChangesOfTheSelectedLayersOnly) {
  panel.showTab("inspectorOptimize");
  selection.select({nodeNamed("stage1/conv1"), nodeNamed("stage1/conv2"), nodeNamed("stage1/relu1")});
  std::vector<recipe::Step> previewed, applied;
  QObject::connect(&panel, &InspectorPanel::previewRequested, [&](const auto& steps) { previewed = steps; });
  QObject::connect(&panel, &InspectorPanel::applyRequested, [&](const auto& steps) { applied = steps; });
  QSignalSpy settled(&panel, &InspectorPanel::settleRequested), cleared(&panel, &InspectorPanel::previewCleared);
  auto* slider = panel.findChild<QSlider*>("pruneSlider");
  slider->setSliderDown(true);
  slider->setSliderPosition(40);
  ASSERT_EQ(previewed.size(), 1u);
  EXPECT_EQ(settled.count(), 0);
  slider->setSliderDown(false);
  EXPECT_EQ(settled.count(), 1);
  EXPECT_EQ(previewed[0].name, "prune");
  EXPECT_EQ(previewed[0].options["sparsity"], 0);
  EXPECT_EQ(previewed[0].options["layers"].size(), 2u);
  EXPECT_DOUBLE_EQ(previewed[0].options["layers"]["stage1/conv2"].get<double>(), 0.4);
  EXPECT_TRUE(recipe::findStepKind("prune")->check(previewed[0].options).ok());
  QTest::mouseClick(panel.findChild<QWidget*>("optimizeApply"), Qt::LeftButton);
  ASSERT_EQ(applied.size(), 1u);
  EXPECT_EQ(applied[0].options, previewed[0].options);
  selection.selectOnly(nodeNamed("fc"));
  EXPECT_EQ(cleared.count(), 1);
  EXPECT_EQ(slider->value(), 0);
}

TEST_F(InspectorTest, QuantizesTheSelectedLayersAndLeavesTheRestInFloat) {
  panel.showTab("inspectorOptimize");
  selection.selectOnly(nodeNamed("stage1/conv1"));
  std::vector<recipe::Step> previewed;
  QObject::connect(&panel, &InspectorPanel::previewRequested, [&](const auto& steps) { previewed = steps; });
  // The project's recipe has no calibration data, so only weights can be quantized.
  const auto* preset = panel.findChild<QComboBox*>("quantizePreset");
  ASSERT_GE(preset->count(), 1);
  for (int i = 0; i < preset->count(); ++i) EXPECT_TRUE(preset->itemText(i).contains("only"));
  panel.findChild<QCheckBox*>("quantizeActive")->setChecked(true);
  ASSERT_EQ(previewed.size(), 1u);
  EXPECT_EQ(previewed[0].options["layers"]["*"], "float");
  EXPECT_EQ(previewed[0].options["layers"]["stage1/conv1"]["activations"], "none");
  EXPECT_TRUE(recipe::findStepKind("quantize")->check(previewed[0].options).ok());
}

TEST_F(InspectorTest, ShowsWhatACandidateWouldDoAndWhichLayersAreCoupled) {
  panel.showTab("inspectorOptimize");
  selection.selectOnly(nodeNamed("stage1/conv1"));
  panel.findChild<QSlider*>("pruneSlider")->setValue(50);
  auto candidate = std::make_shared<VersionView>(*test::versionOf(test::halfZero(*test::smallNet()), 0.01));
  for (analysis::LayerFacts& facts : candidate->summary.layers)
    if (facts.name == "stage1/conv1" || facts.name == "stage1/conv2") {
      facts.parameters /= 2;
      facts.weightBytes /= 2;
      facts.macs /= 2;
    }
  panel.setCandidate(candidate);
  EXPECT_EQ(selection.coupled(), std::vector<NodeId>{nodeNamed("stage1/conv2")});
  test::shoot(panel, "inspector-optimize", {340, 620});
  selection.clear();
  EXPECT_TRUE(selection.coupled().empty());
}

TEST_F(InspectorTest, ShowsCostWithItsBound) {
  panel.showTab("inspectorCost");
  selection.selectOnly(nodeNamed("stage1/conv1"));
  const auto* table = panel.findChild<QTreeWidget*>("costTable");
  ASSERT_EQ(table->findItems("Bound by", Qt::MatchExactly).size(), 1);
  EXPECT_EQ(table->findItems("Bound by", Qt::MatchExactly)[0]->text(2), "compute");
  test::shoot(panel, "inspector-cost", {340, 400});
}

TEST_F(InspectorTest, ShowsCalibratedActivationsWithClipLines) {
  panel.showTab("inspectorActivations");
  selection.selectOnly(nodeNamed("stem/relu"));
  EXPECT_EQ(panel.findChild<MessageView*>("activationsMessage")->headline(), "No activations were recorded");
  test::shoot(panel, "inspector-noactivations", {340, 400});
  auto calibration = std::make_shared<transform::CalibrationResult>();
  analysis::Histogram histogram;
  histogram.range = {0, 6};
  histogram.counts.assign(64, 0);
  for (std::size_t i = 0; i < 64; ++i) histogram.total += histogram.counts[i] = static_cast<std::int64_t>(4000 / (1 + i * i / 20));
  const Graph& graph = *project->current->graph;
  calibration->histograms[graph.value(graph.nodeNamed("stem/relu")->output(0)).name] = histogram;
  ProjectView view = *project;
  auto current = std::make_shared<VersionView>(*view.current);
  current->calibration = calibration;
  view.current = current;
  panel.setProject(makeProjectView(std::move(view)));
  EXPECT_FALSE(panel.findChild<MessageView*>("activationsMessage")->isVisible());
  test::shoot(panel, "inspector-activations", {340, 400});
}

}  // namespace
}  // namespace ew::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include "tests/support/graph_text.h"
#include "tests/support/pool.h"
#include "tests/widgets/fixture.h"
#include "widgets/graph/graph_panel.h"
#include "widgets/graph/search_bar.h"

namespace ew::widgets {
namespace {

class GraphPanelTest : public ::testing::Test {
 protected:
  void open(std::shared_ptr<const Graph> graph) {
    project = test::projectOf(std::move(graph));
    selection.setVersions(project->original->graph, project->current->graph);
    panel.resize(900, 700);
    panel.show();
    panel.setProject(project);
    ASSERT_TRUE(test::waitFor([this] { return panel.view()->painter().scene() && !panel.busy(); }));
  }
  const DisplayGraph& display() const { return panel.view()->painter().scene()->display; }
  int itemNamed(const QString& name) const {
    for (std::size_t i = 0; i < display().items.size(); ++i)
      if (display().items[i].name == name) return static_cast<int>(i);
    return -1;
  }
  QPoint viewPoint(int item) const {
    return panel.view()->toView(panel.view()->painter().scene()->boxes[static_cast<std::size_t>(item)].center()).toPoint();
  }
  NodeId nodeNamed(const char* name) const { return project->current->graph->nodeNamed(name)->id; }

  Selection selection;
  GraphPanel panel{&selection, nullptr};
  std::shared_ptr<const ProjectView> project;
};

TEST_F(GraphPanelTest, ShowsWhatToDoWithoutAModel) { test::shoot(panel, "graph-empty", {640, 400}); }

TEST_F(GraphPanelTest, ClickSelectsAndControlClickExtends) {
  open(test::smallNet());
  panel.view()->fit();
  QTest::mouseClick(panel.view(), Qt::LeftButton, {}, viewPoint(itemNamed("stage1/conv1")));
  EXPECT_EQ(selection.current(), std::vector<NodeId>{nodeNamed("stage1/conv1")});
  QTest::mouseClick(panel.view(), Qt::LeftButton, Qt::ControlModifier, viewPoint(itemNamed("fc")));
  EXPECT_EQ(selection.current().size(), 2u);
  EXPECT_EQ(selection.primary(), nodeNamed("fc"));
  QTest::mouseClick(panel.view(), Qt::LeftButton, {}, QPoint(3, 3));
  EXPECT_TRUE(selection.empty());
}

TEST_F(GraphPanelTest, FollowsTheSelectionOfOthersIntoView) {
  open(test::longNet(300));
  selection.selectOnly(nodeNamed("layer298"));
  const QRectF box = panel.view()->painter().scene()->boxes[static_cast<std::size_t>(itemNamed("layer298"))];
  EXPECT_TRUE(panel.view()->visibleScene().contains(box));
  EXPECT_TRUE(panel.view()->painter().marked(itemNamed("layer298"), Mark::Selected));
}

TEST_F(GraphPanelTest, ArrowKeysWalkAlongEdges) {
  open(test::smallNet());
  selection.selectOnly(nodeNamed("stem/conv"));
  QTest::keyClick(panel.view(), Qt::Key_Down);
  EXPECT_EQ(selection.primary(), nodeNamed("stem/relu"));
  QTest::keyClick(panel.view(), Qt::Key_Up);
  EXPECT_EQ(selection.primary(), nodeNamed("stem/conv"));
}

TEST_F(GraphPanelTest, WheelZoomKeepsThePointUnderTheCursor) {
  open(test::smallNet());
  panel.view()->setZoom(0.8, {100, 100});
  const QPointF cursor(300, 200), before = panel.view()->toScene(cursor);
  QWheelEvent wheel(cursor, panel.view()->mapToGlobal(cursor), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(panel.view(), &wheel);
  EXPECT_GT(panel.view()->zoom(), 0.9);
  EXPECT_NEAR(panel.view()->toScene(cursor).x(), before.x(), 1e-6);
  EXPECT_NEAR(panel.view()->toScene(cursor).y(), before.y(), 1e-6);
}

TEST_F(GraphPanelTest, SearchStepsThroughHitsByNameOperatorTensorAndShape) {
  open(test::smallNet());
  panel.openSearch();
  panel.searchBar()->setText("conv1");
  EXPECT_EQ(selection.primary(), nodeNamed("stage1/conv1"));
  QTest::keyClick(panel.searchBar()->findChild<QWidget*>("searchLine"), Qt::Key_Return);
  EXPECT_EQ(selection.primary(), nodeNamed("stage2/conv1"));
  QTest::keyClick(panel.searchBar()->findChild<QWidget*>("searchLine"), Qt::Key_Return, Qt::ShiftModifier);
  EXPECT_EQ(selection.primary(), nodeNamed("stage1/conv1"));
  panel.searchBar()->setText("globalaverage");
  EXPECT_EQ(selection.primary(), nodeNamed("pool"));
  panel.searchBar()->setText("fc_W");
  EXPECT_EQ(selection.primary(), nodeNamed("fc"));
  panel.searchBar()->setText("1x10");
  EXPECT_EQ(selection.primary(), nodeNamed("fc"));
  test::shoot(panel, "graph-search", {1000, 700});
}

TEST_F(GraphPanelTest, DoubleClickOpensAndClosesABlockInPlace) {
  open(test::smallNet());
  panel.setBlocksCollapsed(true);
  ASSERT_TRUE(test::waitFor([this] { return panel.view()->painter().scene() && !panel.busy(); }));
  EXPECT_EQ(itemNamed("stage2/conv1"), -1);
  panel.setColourBy("macs");
  test::shoot(panel, "graph-blocks", {1000, 700});
  const int block = itemNamed("stage2");
  ASSERT_GE(block, 0);
  QSignalSpy ready(&panel, &GraphPanel::sceneReady);
  QTest::mouseDClick(panel.view(), Qt::LeftButton, {}, viewPoint(block));
  ASSERT_TRUE(ready.wait());
  EXPECT_GE(itemNamed("stage2/conv1"), 0);
  EXPECT_EQ(itemNamed("stage1/conv1"), -1);
}

TEST_F(GraphPanelTest, QuantizeNodesBecomeBadgesOfEdges) {
  open(std::make_shared<Graph>(test::graphFromText(R"(
    input x:f32[1,4,8,8]
    s:f32[] = {0.1}
    z:u8[] = zeros
    W:i8[4,4,1,1] = random(1)
    zw:i8[] = zeros
    qx: QuantizeLinear(x, s, z) -> a
    dx: DequantizeLinear(a, s, z) -> b
    dw: DequantizeLinear(W, s, zw) -> w
    conv: Conv(b, w) -> c
    qc: QuantizeLinear(c, s, z) -> d
    dc: DequantizeLinear(d, s, z) -> e
    relu: Relu(e) -> y
    output y:f32[1,4,8,8]
  )")));
  ASSERT_EQ(display().items.size(), 4u);  // x, conv, relu, y
  ASSERT_EQ(display().edges.size(), 3u);
  EXPECT_EQ(display().edges[0].badge, "uint8");
  EXPECT_EQ(display().edges[1].badge, "uint8");
  EXPECT_EQ(display().edges[2].badge, "");
  EXPECT_EQ(display().itemOf.at(nodeNamed("dw")), itemNamed("conv"));
  EXPECT_EQ(display().itemOf.at(nodeNamed("qc")), itemNamed("conv"));
  panel.setColourBy("precision");
  test::shoot(panel, "graph-quantized", {800, 500});
}

TEST_F(GraphPanelTest, ExportsPngAndSvgAndRefusesOthers) {
  open(test::smallNet());
  QTemporaryDir folder;
  EXPECT_TRUE(panel.exportImage(folder.filePath("g.png")).ok());
  EXPECT_TRUE(panel.exportImage(folder.filePath("g.svg")).ok());
  EXPECT_GT(QFileInfo(folder.filePath("g.svg")).size(), 1000);
  EXPECT_GT(QImage(folder.filePath("g.png")).height(), 500);
  const Status refused = panel.exportImage(folder.filePath("g.txt"));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find(".png or .svg"), std::string::npos);
}

TEST_F(GraphPanelTest, PaintsTenThousandNodesFluently) {
  open(test::longNet(10000));
  panel.setBlocksCollapsed(false);
  ASSERT_TRUE(test::waitFor([this] { return panel.view()->painter().scene() && !panel.busy(); }));
  ASSERT_GT(display().items.size(), 10000u);
  for (const double zoom : {1.0, 0.3, 0.1, 0.02, 0.0005}) {
    panel.view()->setZoom(zoom, {450, 350});
    panel.view()->grab();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 5; ++i) {
      panel.view()->centerOn(QPointF(100, 1000 + 400 * i) / zoom);
      panel.view()->grab();
    }
    const double ms = static_cast<double>(timer.nsecsElapsed()) / 5e6;
    RecordProperty("zoom_" + std::to_string(zoom), std::to_string(ms));
    std::printf("zoom %.4f: %.1f ms a frame\n", zoom, ms);
    EXPECT_LT(ms, 100);
  }
}

TEST_F(GraphPanelTest, DrawsRealModels) {
  EW_REQUIRE_POOL(pool);
  const auto folder = pool / "models";
  for (const char* name : {"cifar10_resnet20", "mlperf_tiny_ic_resnet8_fp32", "imagenet_squeezenet1.1_caffe", "yolox_nano_coco_416", "vit_cifar10_pgd_2_3_16"}) {
    auto graph = test::readModel(folder / (std::string(name) + ".onnx"));
    if (!graph) continue;
    open(graph);
    panel.setColourBy("operator");
    test::shoot(panel, std::string("graph-") + name, {1000, 800});
    panel.setColourBy("latency");
    panel.view()->fit();
    test::shoot(panel, std::string("graph-fit-") + name, {1000, 800});
  }
}

}  // namespace
}  // namespace ew::widgets

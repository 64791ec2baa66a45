// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QTest>

#include "core/run/bench.h"
#include "tests/widgets/fixture.h"
#include "widgets/common/layer_filter.h"
#include "widgets/layers/layer_columns.h"
#include "widgets/layers/layer_model.h"
#include "widgets/layers/layers_panel.h"

namespace ew::widgets {
namespace {

int columnOf(const char* id) {
  for (std::size_t c = 0; c < layerColumns().size(); ++c)
    if (QLatin1String(layerColumns()[c].id) == QLatin1String(id)) return static_cast<int>(c);
  return -1;
}

class LayersPanelTest : public ::testing::Test {
 protected:
  LayersPanelTest() {
    project = test::projectOf(test::smallNet());
    selection.setVersions(project->original->graph, project->current->graph);
    panel.resize(1100, 400);
    panel.setProject(project);
    panel.show();
  }
  int rowsFor(const char* filter) {
    panel.setFilterText(filter);
    return panel.proxy()->rowCount();
  }
  NodeId nodeNamed(const char* name) const { return project->current->graph->nodeNamed(name)->id; }
  QString cell(int row, const char* column) const { return panel.proxy()->index(row, columnOf(column)).data().toString(); }

  Selection selection;
  LayersPanel panel{&selection, nullptr};
  std::shared_ptr<const ProjectView> project;
};

TEST_F(LayersPanelTest, ModelKeepsItsPromises) {
  LayerModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  LayerProxy proxy(&model, nullptr);
  QAbstractItemModelTester proxyTester(&proxy, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setProject(project);
  proxy.setFilter(LayerFilter("op:Conv"));
  proxy.sort(columnOf("macs"), Qt::DescendingOrder);
  proxy.setLayersOnly(false);
  model.setProject(nullptr);
}

TEST_F(LayersPanelTest, ShowsLayersAndAllNodesOnRequest) {
  EXPECT_EQ(panel.proxy()->rowCount(), 8);  // 7 convolutions and a matrix product
  panel.findChild<QWidget*>("layersAll")->setProperty("checked", true);
  EXPECT_EQ(panel.proxy()->rowCount(), 20);
}

TEST_F(LayersPanelTest, FilterUnderstandsKeysComparisonsAndPlainText) {
  EXPECT_EQ(rowsFor("op:Conv"), 7);
  EXPECT_EQ(rowsFor("stage2"), 2);
  EXPECT_EQ(rowsFor("op:conv stage2"), 2);
  EXPECT_EQ(rowsFor("bits:<8"), 0);
  EXPECT_EQ(rowsFor("bits:32"), 8);
  EXPECT_EQ(rowsFor("params:<1K"), 2);   // stem 432, fc 160
  EXPECT_EQ(rowsFor("macs:>=1M"), 6);    // 2,359,296 each
  EXPECT_EQ(rowsFor("bytes:>1KB"), 7);
  EXPECT_EQ(rowsFor("sparsity:>40%"), 8);
  EXPECT_EQ(rowsFor("time:>10%"), 6);
  EXPECT_EQ(rowsFor("shape:32x32"), 7);
  EXPECT_EQ(rowsFor("time:"), 8);        // still being typed
}

TEST_F(LayersPanelTest, FilterSaysWhatItDoesNotUnderstand) {
  EXPECT_TRUE(LayerFilter("op:Conv bits:<8").error().isEmpty());
  EXPECT_TRUE(LayerFilter("bits:many").error().contains("many"));
  EXPECT_TRUE(LayerFilter("size:>3").error().contains("size"));
  EXPECT_TRUE(LayerFilter("module:conv1").error().isEmpty());  // names may hold colons
}

TEST_F(LayersPanelTest, SortsByNumberNotByText) {
  panel.table()->sortByColumn(columnOf("parameters"), Qt::AscendingOrder);
  EXPECT_EQ(cell(0, "name"), "fc");
  EXPECT_EQ(cell(1, "name"), "stem/conv");
}

TEST_F(LayersPanelTest, ShowsTheOriginalWhereItDiffers) {
  const QModelIndex sparsity = panel.proxy()->index(0, columnOf("sparsity"));
  EXPECT_EQ(sparsity.data().toString(), "50.0");
  EXPECT_EQ(sparsity.data(LayerModel::BeforeRole).toString(), "0");
  EXPECT_EQ(panel.proxy()->index(0, columnOf("parameters")).data(LayerModel::BeforeRole).toString(), "");
}

TEST_F(LayersPanelTest, FollowsAndLeadsTheSelection) {
  selection.selectOnly(nodeNamed("fc"));
  ASSERT_EQ(panel.table()->selectionModel()->selectedRows().size(), 1);
  EXPECT_EQ(panel.table()->selectionModel()->selectedRows().front().data().toString(), "fc");
  panel.table()->setFocus();
  QTest::keyClick(panel.table(), Qt::Key_Up);
  EXPECT_EQ(selection.primary(), nodeNamed("stage3/conv2"));
  QTest::keyClick(panel.table(), Qt::Key_Up, Qt::ShiftModifier);
  EXPECT_EQ(selection.current().size(), 2u);
}

TEST_F(LayersPanelTest, FilteringKeepsTheSelection) {
  selection.selectOnly(nodeNamed("fc"));
  EXPECT_EQ(rowsFor("op:Conv"), 7);
  EXPECT_EQ(selection.primary(), nodeNamed("fc"));
  EXPECT_EQ(rowsFor(""), 8);
  EXPECT_EQ(panel.table()->selectionModel()->selectedRows().size(), 1);
}

TEST_F(LayersPanelTest, CopiesRowsAndExportsCsv) {
  selection.selectOnly(nodeNamed("fc"));
  panel.copySelected();
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith("fc\tMatMul\t1×10\t160\t"));
  const QStringList lines = panel.csv().split('\n');
  EXPECT_TRUE(lines[0].startsWith("Name,Operator,Output shape,Output shape (original),Parameters,Parameters (original),MACs (M)"));
  EXPECT_TRUE(lines[1].startsWith("stem/conv,Conv,1×16×32×32,1×16×32×32,432,432,0.442368,0.442368,50,0,"));
  EXPECT_EQ(lines.size(), 8 + 2);
}

TEST_F(LayersPanelTest, LooksRight) {
  selection.selectOnly(nodeNamed("stage1/conv2"));
  test::shoot(panel, "layers", {1100, 360});
  panel.setFilterText("bits:many");
  test::shoot(panel, "layers-error", {700, 240});
  panel.setFilterText("nothing");
  test::shoot(panel, "layers-none", {700, 240});
}

}  // namespace
}  // namespace ew::widgets

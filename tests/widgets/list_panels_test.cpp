// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTest>
#include <QTreeView>

#include "tests/widgets/fixture.h"
#include "widgets/compare/compare_model.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/outline/outline_model.h"
#include "widgets/outline/outline_panel.h"
#include "widgets/panels.h"
#include "widgets/report/report_model.h"
#include "widgets/report/report_panel.h"

namespace ew::widgets {
namespace {

class ListPanelsTest : public ::testing::Test {
 protected:
  ListPanelsTest() : project(test::projectOf(test::smallNet())) {
    selection.setVersions(project->original->graph, project->current->graph);
  }
  NodeId nodeNamed(const char* name) const { return project->current->graph->nodeNamed(name)->id; }

  Selection selection;
  std::shared_ptr<const ProjectView> project;
};

TEST_F(ListPanelsTest, ModelsKeepTheirPromises) {
  OutlineModel outline;
  CompareModel compare;
  ReportModel report;
  using Tester = QAbstractItemModelTester;
  Tester a(&outline, Tester::FailureReportingMode::Fatal), b(&compare, Tester::FailureReportingMode::Fatal), c(&report, Tester::FailureReportingMode::Fatal);
  outline.setProject(project);
  compare.setRows(analysis::compareGraphs(*project->original->graph, *project->current->graph));
  report.setProject(project.get());
  outline.setProject(nullptr);
  compare.setRows({});
  report.setProject(nullptr);
}

TEST_F(ListPanelsTest, OutlineGroupsByNameAndJoinsSingleChildren) {
  OutlineModel model;
  model.setProject(project);
  // stem (conv, relu), stage1..3 (5 each), pool, flat, fc
  ASSERT_EQ(model.rowCount(), 7);
  const QModelIndex stage = model.index(1, 0);
  EXPECT_EQ(stage.data().toString(), "stage1");
  EXPECT_EQ(model.rowCount(stage), 5);
  EXPECT_EQ(stage.siblingAtColumn(OutlineModel::Parameters).data().toString(), "4608");
  EXPECT_EQ(model.indexOf(nodeNamed("stage1/conv2")).data().toString(), "conv2");
  EXPECT_EQ(model.parent(model.indexOf(nodeNamed("stage1/conv2"))), stage);
}

TEST_F(ListPanelsTest, OutlineSharesTheSelectionAndSelectsWholeFolders) {
  OutlinePanel panel(&selection, nullptr);
  panel.resize(260, 420);
  panel.show();
  panel.setProject(project);
  selection.selectOnly(nodeNamed("stage2/conv1"));
  EXPECT_EQ(panel.tree()->currentIndex().data().toString(), "conv1");
  panel.tree()->setCurrentIndex(panel.tree()->model()->index(1, 0));
  EXPECT_EQ(selection.current().size(), 5u);
  panel.setFilterText("conv");
  EXPECT_EQ(panel.tree()->model()->rowCount(), 4);
  panel.setFilterText("");
  selection.selectOnly(nodeNamed("stage2/conv1"));
  test::shoot(panel, "outline", {260, 460});
}

TEST_F(ListPanelsTest, CompareListsWhatChangedAndHidesWhatDidNot) {
  ComparePanel panel(&selection, nullptr);
  panel.resize(800, 300);
  panel.show();
  test::shoot(panel, "compare-empty", {800, 200});
  panel.setProject(project);
  ASSERT_TRUE(test::waitFor([&] { return panel.proxy()->rowCount() > 0; }));
  EXPECT_EQ(panel.proxy()->rowCount(), 8);  // the layers whose weights were pruned
  panel.findChild<QCheckBox*>("compareSame")->setChecked(true);
  EXPECT_EQ(panel.proxy()->rowCount(), 20);
  panel.findChild<QCheckBox*>("compareSame")->setChecked(false);
  auto* table = panel.findChild<QTableView*>("compareTable");
  table->selectionModel()->select(panel.proxy()->index(0, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  EXPECT_EQ(selection.primary(), nodeNamed("stem/conv"));
  test::shoot(panel, "compare", {800, 300});
}

TEST_F(ListPanelsTest, ReportListsVerdictsWithTheirReasonsAndWarnings) {
  ReportPanel panel(&selection, nullptr);
  panel.resize(800, 240);
  panel.show();
  ProjectView view = *project;
  view.warnings = {"opset 18 is newer than this program knows"};
  auto current = std::make_shared<VersionView>(*view.current);
  current->predicted->verdicts = {{"ram", 194560, 131072, false, "needs 62 KB more SRAM"}};
  view.current = current;
  panel.setProject(makeProjectView(std::move(view)));
  EXPECT_EQ(panel.proxy()->rowCount(), 4);
  auto* table = panel.findChild<QTableView*>("reportTable");
  table->selectionModel()->setCurrentIndex(panel.proxy()->index(3, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  EXPECT_EQ(selection.primary(), nodeNamed("fc"));
  test::shoot(panel, "report", {800, 240});
  panel.setKind(1);
  ASSERT_EQ(panel.proxy()->rowCount(), 1);
  EXPECT_EQ(panel.proxy()->index(0, ReportModel::Reason).data().toString(), "excluded by the recipe");
  panel.setKind(2);
  EXPECT_EQ(panel.proxy()->rowCount(), 2);
  panel.setProject(nullptr);
  test::shoot(panel, "report-empty", {800, 200});
}

TEST_F(ListPanelsTest, EveryPanelOfTheTableNamesItselfAndTakesAnyProject) {
  for (const PanelInfo& info : panels()) {
    const std::unique_ptr<Panel> panel(info.create(&selection, nullptr));
    EXPECT_FALSE(panel->title().isEmpty()) << info.id;
    EXPECT_FALSE(panel->objectName().isEmpty()) << info.id;
    EXPECT_FALSE(panel->accessibleName().isEmpty()) << info.id;
    panel->resize(500, 300);
    panel->setProject(project);
    panel->setCandidate(project->original);
    panel->grab();
    selection.selectOnly(nodeNamed("fc"));
    panel->setCandidate(nullptr);
    panel->setProject(nullptr);
    panel->grab();
    for (const QWidget* child : panel->findChildren<QWidget*>()) {
      const bool ours = !child->objectName().startsWith("qt_") && child->metaObject()->className() != std::string("QTabBar");
      if (!ours || !(child->focusPolicy() & Qt::TabFocus) || !child->isVisibleTo(panel.get()) || child->focusProxy() != nullptr) continue;
      EXPECT_FALSE(child->accessibleName().isEmpty()) << info.id << ": " << child->metaObject()->className() << " " << child->objectName().toStdString();
    }
  }
  EXPECT_NE(findPanel("graph"), nullptr);
  EXPECT_EQ(findPanel("nothing"), nullptr);
}

}  // namespace
}  // namespace ew::widgets

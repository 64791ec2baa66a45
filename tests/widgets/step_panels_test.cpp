// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QTreeWidget>

#include "core/recipe/steps.h"
#include "core/transform/prune/prune.h"
#include "tests/widgets/fixture.h"
#include "widgets/optimize/optimize_panel.h"
#include "widgets/recipe_list/recipe_panel.h"
#include "widgets/welcome/welcome.h"

namespace ew::widgets {
namespace {

TEST(OptimizePanelTest, OffersWhatTheTablesOfStepsHoldAndBreaksIntoLines) {
  Selection selection;
  OptimizePanel panel(&selection, nullptr);
  panel.setProject(test::projectOf(test::smallNet()));
  EXPECT_EQ(static_cast<std::size_t>(panel.findChild<QComboBox*>("criterionBox")->count()), transform::criteria().size());
  EXPECT_LT(panel.minimumSizeHint().width(), 520);  // so that a window of 1024 pixels has room for its docks
  test::shoot(panel, "optimize", {1000, 40});
  test::shoot(panel, "optimize-narrow", {520, 76});
}

TEST(OptimizePanelTest, PredictsWhileTheSliderMovesAndSettlesOnRelease) {
  Selection selection;
  OptimizePanel panel(&selection, nullptr);
  panel.setProject(test::projectOf(test::smallNet()));
  std::vector<recipe::Step> previewed;
  QObject::connect(&panel, &OptimizePanel::previewRequested, [&](const auto& steps) { previewed = steps; });
  QSignalSpy settled(&panel, &OptimizePanel::settleRequested);
  auto* slider = panel.findChild<QSlider*>("sparsitySlider");
  slider->setSliderDown(true);
  slider->setSliderPosition(350);
  EXPECT_EQ(settled.count(), 0);
  slider->setSliderDown(false);
  EXPECT_EQ(settled.count(), 1);
  ASSERT_EQ(previewed.size(), 1u);
  EXPECT_DOUBLE_EQ(previewed[0].options["sparsity"].get<double>(), 0.35);
  EXPECT_TRUE(recipe::findStepKind("prune")->check(previewed[0].options).ok());
}

TEST(RecipePanelTest, AsksAndLeavesTheAnswerToTheRecipe) {
  Selection selection;
  RecipePanel panel(&selection, nullptr);
  panel.resize(280, 320);
  panel.show();
  test::shoot(panel, "recipe-empty", {280, 200});
  panel.setProject(test::projectOf(test::smallNet()));
  auto* list = panel.findChild<QTreeWidget*>("recipeList");
  ASSERT_EQ(list->topLevelItemCount(), 3);
  QSignalSpy enable(&panel, &RecipePanel::enableRequested), move(&panel, &RecipePanel::moveRequested), remove(&panel, &RecipePanel::removeRequested);
  list->topLevelItem(2)->setCheckState(0, Qt::Checked);
  ASSERT_EQ(enable.count(), 1);
  EXPECT_EQ(enable[0], (QList<QVariant>{2, true}));
  list->setCurrentItem(list->topLevelItem(2));
  QTest::mouseClick(panel.findChild<QWidget*>("recipeUp"), Qt::LeftButton);
  ASSERT_EQ(move.count(), 1);
  EXPECT_EQ(move[0], (QList<QVariant>{2, 1}));
  QTest::mouseClick(panel.findChild<QWidget*>("recipeRemove"), Qt::LeftButton);
  EXPECT_EQ(remove.count(), 1);
  test::shoot(panel, "recipe", {280, 320});
}

TEST(WelcomeTest, OffersTheSampleAndRecentFiles) {
  Welcome welcome(nullptr);
  welcome.setRecent({"/models/resnet20.onnx", "/models/kws.yaml"});
  QSignalSpy sample(&welcome, &Welcome::sampleRequested);
  welcome.resize(1024, 700);
  welcome.show();
  QTest::mouseClick(welcome.findChild<QWidget*>("openSample"), Qt::LeftButton);
  EXPECT_EQ(sample.count(), 1);
  test::shoot(welcome, "welcome", {1024, 700});
}

}  // namespace
}  // namespace ew::widgets

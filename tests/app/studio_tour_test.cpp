// SPDX-License-Identifier: GPL-3.0-or-later
// The studio used as a user does, on the sample recipe: fold, prune, quantize.
#include <QAction>
#include <QComboBox>
#include <QElapsedTimer>
#include <QSlider>
#include <algorithm>
#include <vector>

#include "accel/backends.h"
#include "core/bundle/bundle.h"
#include "core/onnx/onnx_file.h"
#include "core/recipe/recipe.h"
#include "tests/app/studio_fixture.h"
#include "tests/support/graph_text.h"
#include "widgets/scoreboard/scoreboard_panel.h"

namespace ew::test {
namespace {

constexpr std::size_t accuracyTile = 0, latencyTile = 1, flashTile = 3;

class StudioTour : public Studio {
 protected:
  const widgets::TileContent& tile(std::size_t index) {
    return window().panels().as<widgets::ScoreboardPanel>("scoreboard")->tile(index)->content();
  }
  /// Drags the slider without letting it go.
  void drag(int value) {
    auto* slider = find<QSlider>("sparsitySlider");
    slider->setSliderDown(true);
    slider->setValue(value);
  }
};

TEST_F(StudioTour, TheSampleShowsAllFiveNumbersOfBothVersions) {
  openSample();
  for (std::size_t i = 0; i < widgets::kTiles; ++i) {
    EXPECT_TRUE(tile(i).original.has_value()) << i;
    EXPECT_TRUE(tile(i).current.has_value()) << i << tile(i).reason.toStdString();
  }
  // 1000 images; the sample's folder says how well the float network does.
  EXPECT_NEAR(tile(accuracyTile).original->value, 93.4, 1.0);
  EXPECT_GT(tile(accuracyTile).current->value, 90.0);
  EXPECT_LT(tile(flashTile).current->value, tile(flashTile).original->value / 3) << "four times smaller weights and fewer channels";
}

TEST_F(StudioTour, AStepIsRemovedAndComesBackWithUndo) {
  openSample();
  ASSERT_EQ(steps(), 3U);
  selectStep(2);
  click("recipeRemove");
  ASSERT_TRUE(waitForSteps(2));
  EXPECT_EQ(session().recipe().steps.back().name, "prune");
  EXPECT_TRUE(window().isWindowModified());
  trigger("undoAction");
  ASSERT_TRUE(waitForSteps(3));
  EXPECT_EQ(session().recipe().steps.back().name, "quantize");
  EXPECT_FALSE(window().isWindowModified());
  trigger("redoAction");
  EXPECT_TRUE(waitForSteps(2));
}

TEST_F(StudioTour, TheSliderPreviewsAndOnlyApplyChangesTheDocument) {
  openSample();
  std::shared_ptr<const widgets::VersionView> candidate;
  QObject::connect(&session(), &session::Session::candidateChanged, &window(), [&](const auto& next) { candidate = next; });
  const auto before = session().project()->current;
  drag(500);
  ASSERT_TRUE(waitUntil([&] { return candidate != nullptr; }));
  EXPECT_LT(candidate->summary.totals.parameters, before->summary.totals.parameters);
  EXPECT_EQ(session().project()->current, before);
  EXPECT_EQ(steps(), 3U);
  EXPECT_TRUE(tile(latencyTile).candidate.has_value());
  find<QSlider>("sparsitySlider")->setSliderDown(false);
  ASSERT_TRUE(waitUntil([&] { return candidate != nullptr && candidate->evaluation.has_value(); })) << "released: measured for real";
  EXPECT_EQ(session().project()->current, before);
  click("optimizeApply", window().panels().panel("optimize"));
  ASSERT_TRUE(waitForSteps(4));
  EXPECT_EQ(session().recipe().steps.back().name, "prune");
  EXPECT_EQ(candidate, nullptr);
  EXPECT_LT(session().project()->current->summary.totals.parameters, before->summary.totals.parameters);
  trigger("undoAction");
  ASSERT_TRUE(waitForSteps(3));
  EXPECT_EQ(session().project()->current->summary.totals.parameters, before->summary.totals.parameters);
}

TEST_F(StudioTour, PredictionsComeWhileTheSliderMoves) {
  openSample();
  int candidates = 0;
  QObject::connect(&session(), &session::Session::candidateChanged, &window(), [&](const auto& next) { candidates += next != nullptr; });
  std::vector<double> milliseconds;
  for (int i = 0; i < 100; ++i) {
    QElapsedTimer timer;
    timer.start();
    drag(200 + i * 5);
    milliseconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    waitUntil([n = 0]() mutable { return ++n > 1; });
  }
  const int whileMoving = candidates;
  ASSERT_TRUE(waitUntilIdle());
  std::ranges::sort(milliseconds);
  std::printf("moving the slider: p50 %.2f ms, p95 %.2f ms, longest %.2f ms; %d predictions for 100 moves\n", milliseconds[50], milliseconds[95],
              milliseconds.back(), candidates);
  EXPECT_GT(whileMoving, 0) << "predictions have to come while the slider moves, not only when it rests";
}

TEST_F(StudioTour, APredictionFollowsEachMoveOfTheSlider) {
  openSample();
  bool arrived = false;
  QObject::connect(&session(), &session::Session::candidateChanged, &window(), [&](const auto& next) { arrived = next != nullptr; });
  std::vector<double> milliseconds;
  for (int i = 0; i < 40; ++i) {
    arrived = false;
    QElapsedTimer timer;
    timer.start();
    drag(200 + i * 10);
    ASSERT_TRUE(waitUntil([&] { return arrived; }));
    milliseconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::ranges::sort(milliseconds);
  std::printf("from a move to all panels showing its prediction: p50 %.1f ms, p95 %.1f ms\n", milliseconds[20], milliseconds[38]);
}

TEST_F(StudioTour, ADeviceThatCannotTakeTheModelSaysWhatIsMissing) {
  const Graph large = graphFromText("input x:f32[1,1000]\nW:f32[1000,2000] = random(1)\nMatMul(x, W) -> y\noutput y:f32[1,2000]\nopset 13\n");
  ASSERT_TRUE(onnx::exportModel(large, temporary("large.onnx")).ok());
  openAndWait(temporary("large.onnx"));
  EXPECT_TRUE(tile(flashTile).warning.isEmpty());
  auto* devices = find<QComboBox>("deviceBox");
  const int small = devices->findData(QStringLiteral("stm32h7a3"));
  ASSERT_GE(small, 0);
  devices->setCurrentIndex(small);
  emit devices->activated(small);
  ASSERT_TRUE(waitUntil([this] { return session().project()->device == "stm32h7a3"; }));
  // 8,000,000 bytes of weights do not go into 2 MiB of flash.
  EXPECT_TRUE(tile(flashTile).warning.contains(QStringLiteral("needs"))) << tile(flashTile).warning.toStdString();
}

TEST_F(StudioTour, TheBackendThatIsChosenRunsTheModel) {
  openSample();
  click("backend_fpga");
  ASSERT_TRUE(waitUntil([this] { return session().project()->backend == "fpga"; }));
  EXPECT_EQ(session().recipe().backend, "fpga");
  trigger("undoAction");
  EXPECT_TRUE(waitUntil([this] { return session().project()->backend == "cpu"; }));
}

TEST_F(StudioTour, LiveRunsBothModelsAndStopsAtOnce) {
  openSample();
  std::shared_ptr<const widgets::LiveView> seen;
  QObject::connect(window().live(), &session::LiveRunner::updated, &window(), [&](const auto& view) { seen = view; });
  trigger("liveAction");
  ASSERT_TRUE(waitUntil([&] { return seen && seen->frames >= 20; }));
  EXPECT_GT(seen->original.p50Ms, 0);
  EXPECT_GT(seen->current.p50Ms, 0);
  ASSERT_TRUE(seen->agreement.has_value());
  EXPECT_GT(seen->agreement->value, 0.8);
  trigger("liveAction");
  // Already here, without the event loop having run: nobody waits for the run in progress.
  EXPECT_FALSE(window().live()->running());
  const auto last = seen;
  waitUntil([] { return false; }, 1);
  EXPECT_EQ(seen, last) << "nothing arrives after it was stopped";
}

TEST_F(StudioTour, AnExportedBundleVerifiesAndASavedRecipeReadsBack) {
  openSample();
  session().exportBundle(temporary("sample.ewb"));
  ASSERT_TRUE(waitUntilIdle());
  NoProgress silent;
  const auto report = bundle::verifyBundle(temporary("sample.ewb"), allBackends(), silent);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_GT(report->vectors, 0);
  selectStep(2);
  click("recipeRemove");
  ASSERT_TRUE(waitForSteps(2));
  ASSERT_TRUE(session().save(temporary("saved.yaml")).ok());
  EXPECT_FALSE(window().isWindowModified());
  const auto back = recipe::loadRecipe(temporary("saved.yaml"));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->steps.size(), 2U);
  EXPECT_EQ(back->device, "raspberry-pi-4");
  EXPECT_TRUE(std::filesystem::equivalent(back->model, session().recipe().model));
}

}  // namespace
}  // namespace ew::test

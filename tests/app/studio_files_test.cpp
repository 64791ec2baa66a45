// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are good, bad, dropped or recovered.
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QTreeWidget>
#include <QUrl>

#include "core/base/file.h"
#include "core/onnx/onnx_file.h"
#include "tests/app/studio_fixture.h"
#include "tests/support/graph_text.h"

namespace ew::test {
namespace {

const std::filesystem::path samples = std::filesystem::path(EW_SOURCE_DIR) / "resources/samples";

class StudioFiles : public Studio {
 protected:
  void write(const std::string& name, const std::string& content) { ASSERT_TRUE(writeFileAtomically(temporary(name), content).ok()); }
  void drop(const std::vector<std::filesystem::path>& paths) {
    QMimeData data;
    QList<QUrl> urls;
    for (const auto& path : paths) urls << QUrl::fromLocalFile(QString::fromStdString(path.string()));
    data.setUrls(urls);
    const QPointF middle = window().rect().center();
    QDragEnterEvent enter(middle.toPoint(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window(), &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent event(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window(), &event);
  }
};

TEST_F(StudioFiles, ABadFileLeavesTheOpenProjectAlone) {
  openSample();
  const auto before = session().project();
  const Result<std::string> model = readFile(samples / "fashion.onnx");
  ASSERT_TRUE(model.ok());
  std::string noise(4096, '\0');
  unsigned state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  write("empty.onnx", "");
  write("truncated.onnx", model->substr(0, model->size() / 2));
  write("noise.onnx", noise);
  write("noise.ewb", noise);
  write("unknown.yaml", "edgewright: 1\nmodel: fashion.onnx\nstepz: []\n");
  write("lost.yaml", "edgewright: 1\nmodel: nowhere.onnx\n");
  write("device.yaml", "edgewright: 1\nmodel: " + (samples / "fashion.onnx").string() + "\ndevice: toaster\n");
  for (const char* name : {"missing.onnx", "empty.onnx", "truncated.onnx", "noise.onnx", "noise.ewb", "unknown.yaml", "lost.yaml", "device.yaml"}) {
    QApplication::sendEvent(&window(), std::make_unique<QKeyEvent>(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier).get());
    ASSERT_FALSE(find<QLabel>("messageText")->isVisible());
    window().openFiles({QString::fromStdString(temporary(name).string())});
    const std::string message = waitForMessage().toStdString();
    EXPECT_NE(message.find(name), std::string::npos) << "says which file: " << message;
    EXPECT_GT(message.size(), std::string(name).size() + 20) << "says why: " << message;
    EXPECT_EQ(session().project(), before) << name;
    EXPECT_EQ(steps(), 3U);
  }
}

TEST_F(StudioFiles, AModelOfAnUnknownOperatorSetOpensWithAWarning) {
  // ir_version 8; graph g: y = Relu(x); opset_import 999 (varint e7 07)
  const std::string node = "\x0a\x01x\x12\x01y\x22\x04Relu";
  const std::string graph = "\x0a\x0c" + node + "\x12\x01g\x5a\x03\x0a\x01x\x62\x03\x0a\x01y";
  write("future.onnx", "\x08\x08\x3a\x1b" + graph + "\x42\x03\x10\xe7\x07");
  window().openFiles({QString::fromStdString(temporary("future.onnx").string())});
  EXPECT_TRUE(waitForMessage().contains(QStringLiteral("999"))) << waitForMessage().toStdString();
  ASSERT_NE(session().project(), nullptr);
  EXPECT_FALSE(session().project()->current->measured.has_value()) << "its operators cannot be run";
}

TEST_F(StudioFiles, AModelThatCannotBeSimulatedIsShownWithoutPredictions) {
  // The window of 8 does not fit into the one element that a dynamic extent is taken as.
  const Graph graph = graphFromText("input x:f32[1,1,n]\nW:f32[1,1,8] = ones\nConv(x, W) -> y\noutput y:f32[1,1,m]\nopset 13\n");
  ASSERT_TRUE(onnx::exportModel(graph, temporary("window.onnx")).ok());
  openAndWait(temporary("window.onnx"));
  EXPECT_FALSE(session().project()->current->predicted.has_value());
  EXPECT_NE(session().project()->warnings.back().find("no prediction"), std::string::npos) << session().project()->warnings.back();
}

TEST_F(StudioFiles, ADroppedRecipeIsOpened) {
  drop({samples / "fashion.yaml"});
  ASSERT_TRUE(waitUntil([this] { return session().project() != nullptr; }));
  EXPECT_EQ(session().project()->title, "fashion.yaml");
}

TEST_F(StudioFiles, DataDroppedWithAModelIsUsedOnceTheModelIsThere) {
  drop({samples / "fashion.npz", samples / "fashion.onnx"});
  ASSERT_TRUE(waitUntil([this] { return session().isOpen() && session().recipe().evaluation.has_value(); }));
  EXPECT_EQ(session().recipe().evaluation->source, samples / "fashion.npz");
  EXPECT_TRUE(waitUntilIdle());
}

TEST_F(StudioFiles, OfTwentyDroppedFilesTheBadOnesAreListedAndTheOthersOpen) {
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "m" + std::to_string(i) + ".onnx";
    paths.push_back(temporary(name));
    if (i % 3 == 2 || i == 19) {
      write(name, i % 2 == 0 ? "" : "no model at all");
    } else {
      const Graph graph = graphFromText("input x:f32[" + std::to_string(i + 1) + ",4]\nRelu(x) -> y\noutput y\nopset 13\n");
      ASSERT_TRUE(onnx::exportModel(graph, paths.back()).ok());
    }
  }
  drop(paths);
  auto* list = find<QTreeWidget>("droppedFiles");
  ASSERT_TRUE(waitUntil([&] { return list->topLevelItemCount() == 20; }));
  ASSERT_TRUE(waitUntil([&] { return session().project() != nullptr && !session().jobs()->busy(); }));
  EXPECT_EQ(session().project()->title, "m18.onnx") << "the last one that opens";
  EXPECT_TRUE(list->isVisible());
  int bad = 0;
  for (int i = 0; i < 20; ++i) {
    const QTreeWidgetItem& item = *list->topLevelItem(i);
    EXPECT_EQ(item.text(0).toStdString(), paths[static_cast<std::size_t>(i)].filename().string());
    if (item.text(1) == QStringLiteral("opens")) continue;
    ++bad;
    EXPECT_GT(item.text(1).size(), 20) << "says why";
  }
  EXPECT_EQ(bad, 7);
  emit list->itemActivated(list->topLevelItem(4), 0);
  ASSERT_TRUE(waitUntil([&] { return !session().jobs()->busy() && session().project()->title == "m4.onnx"; }));
  emit list->itemActivated(list->topLevelItem(5), 0);  // a bad one
  EXPECT_EQ(session().project()->title, "m4.onnx");
}

TEST_F(StudioFiles, TheNewestOfTwoFilesIsShown) {
  const Graph small = graphFromText("input x:f32[1,4]\nRelu(x) -> y\noutput y:f32[1,4]\nopset 13\n");
  ASSERT_TRUE(onnx::exportModel(small, temporary("small.onnx")).ok());
  window().openFiles({QString::fromStdString((samples / "fashion.yaml").string())});
  window().openFiles({QString::fromStdString(temporary("small.onnx").string())});
  ASSERT_TRUE(waitUntilIdle());
  waitUntil([] { return false; }, 1);
  EXPECT_EQ(session().project()->title, "small.onnx");
}

TEST_F(StudioFiles, AStepThatCannotRunSaysSoOnTheStep) {
  write("impossible.yaml", "edgewright: 1\nmodel: " + (samples / "fashion.onnx").string() +
                               "\nsteps:\n  - fold: {}\n  - prune: {structure: channel, sparsity: 0.5, layers: {no_such_layer: 0.5}}\n");
  openAndWait(temporary("impossible.yaml"));
  const auto& steps = session().project()->steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_TRUE(steps[0].error.empty());
  EXPECT_NE(steps[1].error.find("no_such_layer"), std::string::npos) << steps[1].error;
  EXPECT_TRUE(waitForMessage().contains(QStringLiteral("Step 2 (prune)"))) << waitForMessage().toStdString();
}

TEST_F(StudioFiles, UnsavedWorkIsOfferedAtTheNextStart) {
  openSample();
  selectStep(2);
  click("recipeRemove");
  ASSERT_TRUE(waitForSteps(2));
  waitUntil([] { return false; }, 1);
  restart();  // without closing the window properly, as in a crash
  window().offerRecovery();
  ASSERT_TRUE(waitForMessage().contains(QStringLiteral("fashion.yaml")));
  click("messageAccept");
  ASSERT_TRUE(waitUntil([this] { return session().project() != nullptr && !session().jobs()->busy(); }));
  EXPECT_EQ(steps(), 2U);
  EXPECT_TRUE(window().isWindowModified());
  EXPECT_EQ(session().recipeFile(), samples / "fashion.yaml");
}

TEST_F(StudioFiles, UnsavedWorkThatIsDismissedIsGone) {
  openSample();
  selectStep(2);
  click("recipeRemove");
  ASSERT_TRUE(waitForSteps(2));
  waitUntil([] { return false; }, 1);
  restart();
  window().offerRecovery();
  ASSERT_FALSE(waitForMessage().isEmpty());
  click("messageClose");
  restart();
  window().offerRecovery();
  EXPECT_FALSE(find<QLabel>("messageText")->isVisible());
}

}  // namespace
}  // namespace ew::test

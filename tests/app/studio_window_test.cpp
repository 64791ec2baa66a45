// SPDX-License-Identifier: GPL-3.0-or-later
// Layout, keys, and pictures.
#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QDockWidget>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QtTest/qtest.h>

#include "tests/app/studio_fixture.h"
#include "tests/support/process.h"

namespace ew::test {
namespace {

const std::filesystem::path sample = std::filesystem::path(EW_SOURCE_DIR) / "resources/samples/fashion.yaml";

class StudioWindow : public Studio {
 protected:
  QSize dockSize(const char* id) { return window().panels().dock(id)->size(); }
};

TEST_F(StudioWindow, DocksHaveUsefulSizesInASmallAndInALargeWindow) {
  window().resize(1440, 900);
  openSample();
  EXPECT_GE(dockSize("recipe").width(), 220);
  EXPECT_GE(dockSize("inspector").width(), 360);
  EXPECT_NEAR(dockSize("latency").height(), 200, 40);
  EXPECT_GE(window().panels().center()->width(), 600);
  restart();
  window().resize(1024, 700);
  openSample();
  EXPECT_EQ(window().size(), QSize(1024, 700)) << "the panels must not push the window wider";
  EXPECT_GE(dockSize("recipe").width(), 150);
  EXPECT_GE(window().panels().center()->width(), 400);
}

TEST_F(StudioWindow, ALayoutIsRememberedAndCanBeReset) {
  openSample();
  window().panels().dock("inspector")->close();
  window().close();
  restart();
  openSample();
  EXPECT_TRUE(window().panels().dock("inspector")->isHidden());
  trigger("resetLayoutAction");
  EXPECT_FALSE(window().panels().dock("inspector")->isHidden());
}

TEST_F(StudioWindow, SpaceStartsTheLiveRunUnlessAControlNeedsIt) {
  openSample();
  window().setFocus();
  QTest::keyClick(&window(), Qt::Key_Space);
  EXPECT_TRUE(window().live()->running());
  QTest::keyClick(&window(), Qt::Key_Space);
  EXPECT_FALSE(window().live()->running());
  auto* slider = find<QWidget>("sparsitySlider");
  window().activateWindow();
  slider->setFocus();
  ASSERT_TRUE(slider->hasFocus());
  QTest::keyClick(slider, Qt::Key_Space);
  EXPECT_FALSE(window().live()->running());
}

TEST_F(StudioWindow, EscapeStopsWorkAndKeepsRecipeAndScreenTogether) {
  openSample();
  selectStep(2);
  click("recipeRemove");
  QTest::keyClick(&window(), Qt::Key_Escape);
  ASSERT_TRUE(waitUntilIdle());
  waitUntil([] { return false; }, 1);
  ASSERT_TRUE(waitUntilIdle());
  EXPECT_EQ(session().recipe().steps.size(), session().project()->recipe->steps.size());
}

TEST_F(StudioWindow, TheCommandPaletteFindsAndRunsAnAction) {
  openSample();
  trigger("commandsAction");
  auto* line = find<QLineEdit>("commandLine");
  ASSERT_TRUE(line->isVisible());
  QTest::keyClicks(line, QStringLiteral("shortcuts key"));
  EXPECT_EQ(find<QListView>("commandList")->model()->rowCount(), 1);
  QTest::keyClick(line, Qt::Key_Return);
  EXPECT_FALSE(line->isVisible());
  auto* sheet = find<QMessageBox>("shortcutSheet");
  EXPECT_TRUE(sheet->isVisible());
  EXPECT_TRUE(sheet->text().contains(QStringLiteral("Ctrl+K")));
  sheet->close();
}

TEST_F(StudioWindow, EveryControlHasANameForScreenReaders) {
  openSample();
  for (const QWidget* each : window().findChildren<QWidget*>()) {
    const bool control = each->focusPolicy() != Qt::NoFocus && each->isVisible() && !qobject_cast<const QLabel*>(each);
    const auto* area = qobject_cast<const QAbstractScrollArea*>(each->parentWidget());
    const bool viewport = area != nullptr && area->viewport() == each;
    if (!control || viewport || each->objectName().startsWith(QLatin1String("qt_"))) continue;
    const auto* button = qobject_cast<const QAbstractButton*>(each);
    const bool named = !each->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
    EXPECT_TRUE(named) << each->metaObject()->className() << " " << each->objectName().toStdString() << " in "
                       << each->parentWidget()->objectName().toStdString();
  }
}

TEST_F(StudioWindow, PicturesHaveTheSizeThatWasAskedForInBothThemesAndSayNothing) {
  for (const char* theme : {"light", "dark"}) {
    const std::filesystem::path file = temporary(std::string(theme) + ".png");
    const ProcessResult result = runProcess({EW_STUDIO, sample.string(), "--screenshot", file.string(), "--size", "1100x720", "--theme", theme});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(result.err, "");
    const QImage picture(QString::fromStdString(file.string()));
    ASSERT_EQ(picture.size(), QSize(1100, 720));
    // The corner of the status bar has the colour of the window.
    EXPECT_EQ(picture.pixelColor(1090, 715).lightness() < 128, std::string(theme) == "dark");
  }
}

TEST_F(StudioWindow, APictureOfSomethingThatIsNotThereFailsWithTheReason) {
  const std::filesystem::path file = temporary("none.png");
  const ProcessResult result = runProcess({EW_STUDIO, sample.string(), "--screenshot", file.string(), "--select", "no_such_node"});
  EXPECT_EQ(result.exitCode, 2) << result.err;
  EXPECT_NE(result.err.find("no_such_node"), std::string::npos) << result.err;
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace ew::test

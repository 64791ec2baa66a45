// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/studio_fixture.h"

#include <QAbstractButton>
#include <QAction>
#include <QLabel>
#include <QSettings>
#include <QtTest/qtest.h>

#include "accel/backends.h"

namespace ew::test {

Studio::Studio() {
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
  qputenv("XDG_DATA_HOME", folder_.filePath(QStringLiteral("data")).toUtf8());
}

void Studio::SetUp() { restart(); }

void Studio::restart() {
  window_.reset();
  window_ = std::make_unique<window::MainWindow>(allBackends());
  window_->show();
}

std::filesystem::path Studio::temporary(const std::string& name) const {
  return std::filesystem::path(folder_.path().toStdString()) / name;
}

bool Studio::waitUntil(const std::function<bool()>& done, int seconds) { return QTest::qWaitFor(done, seconds * 1000); }

bool Studio::waitUntilIdle() {
  return waitUntil([this] { return !session().jobs()->busy(); });
}

void Studio::openAndWait(const std::filesystem::path& path) {
  window().openFiles({QString::fromStdString(path.string())});
  ASSERT_TRUE(waitUntilIdle());
  ASSERT_NE(session().project(), nullptr) << waitForMessage().toStdString();
}

void Studio::openSample() { openAndWait(std::filesystem::path(EW_SOURCE_DIR) / "resources/samples/fashion.yaml"); }

QString Studio::waitForMessage() {
  auto* label = find<QLabel>("messageText");
  waitUntil([label] { return label->isVisible(); }, 10);
  return label->isVisible() ? label->text() : QString();
}

void Studio::click(const char* objectName, const QWidget* inside) {
  auto* button = find<QAbstractButton>(objectName, inside);
  ASSERT_TRUE(button->isEnabled()) << objectName;
  QTest::mouseClick(button, Qt::LeftButton);
}

void Studio::trigger(const char* actionName) {
  auto* action = find<QAction>(actionName);
  ASSERT_TRUE(action->isEnabled()) << actionName;
  action->trigger();
}

void Studio::selectStep(int step) {
  auto* list = find<QAbstractItemView>("recipeList");
  list->setCurrentIndex(list->model()->index(step, 0));
}

bool Studio::waitForSteps(std::size_t count) {
  return waitUntil([this, count] { return steps() == count && session().project()->recipe->steps.size() == count && !session().jobs()->busy(); });
}

}  // namespace ew::test

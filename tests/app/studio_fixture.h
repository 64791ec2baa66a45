// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <QAbstractItemView>
#include <QTemporaryDir>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/window/main_window.h"

namespace ew::test {

/// A studio on the screen of the offscreen platform, with settings of its own, driven as a user would.
class Studio : public testing::Test {
 protected:
  Studio();
  void SetUp() override;

  window::MainWindow& window() { return *window_; }
  session::Session& session() { return *window_->session(); }
  std::filesystem::path temporary(const std::string& name) const;
  /// A new window that remembers what the one before it left.
  void restart();

  /// Handles events until `done` says yes. False after `seconds`.
  static bool waitUntil(const std::function<bool()>& done, int seconds = 30);
  /// No job runs, and what the last one gave is on the screen.
  bool waitUntilIdle();
  void openSample();
  void openAndWait(const std::filesystem::path& path);
  /// The text in the message bar once it says something.
  QString waitForMessage();

  template <class W>
  W* find(const char* objectName, const QWidget* inside = nullptr) {
    W* out = (inside != nullptr ? inside : window_.get())->template findChild<W*>(QLatin1String(objectName));
    EXPECT_NE(out, nullptr) << "the window has no " << objectName;
    return out;
  }
  void click(const char* objectName, const QWidget* inside = nullptr);
  void trigger(const char* actionName);
  void selectStep(int step);
  std::size_t steps() { return session().recipe().steps.size(); }
  /// The recipe has this many steps, and the screen shows so.
  bool waitForSteps(std::size_t count);

 private:
  QTemporaryDir folder_;
  std::unique_ptr<window::MainWindow> window_;
};

}  // namespace ew::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include "core/base/result.h"

namespace ew::window {

class MainWindow;

struct ScreenshotRequest {
  QString file, view, panel, select;
  QSize size{1440, 900};
};

/// Waits until the document is opened, judged and drawn, then writes the window as PNG. TimedOut when that takes over
/// two minutes; the error of a job that failed; Usage for an unknown view, panel or node.
Status takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

}  // namespace ew::window

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/screenshot.h"

#include <QApplication>
#include <QBuffer>
#include <QElapsedTimer>
#include <QThread>
#include <QThreadPool>

#include "app/window/main_window.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace ew::window {
namespace {

constexpr qint64 longestMs = 120'000;
constexpr qint64 calmMs = 400;  ///< nothing has run for this long: layouts and repaints have settled

Status waitUntilCalm(MainWindow& window, const QString& failure) {
  QElapsedTimer total, calm;
  total.start();
  calm.start();
  while (calm.elapsed() < calmMs) {
    QApplication::processEvents(QEventLoop::AllEvents, 20);
    QThread::msleep(5);
    if (!failure.isEmpty()) return invalid(failure.toStdString());
    const bool busy = window.session()->jobs()->busy() || QThreadPool::globalInstance()->activeThreadCount() > 0;
    if (busy) calm.restart();
    if (total.elapsed() > longestMs) return Error{ErrorCode::TimedOut, "the document was not ready in two minutes"};
  }
  return {};
}

}  // namespace

Status takeScreenshot(MainWindow& window, const ScreenshotRequest& request) {
  QString failure;
  QObject::connect(window.session()->jobs(), &session::JobQueue::failed, &window,
                   [&failure](const QString& title, const QString& error) { failure = title + QStringLiteral(": ") + error; });
  window.setFixedSize(request.size);  // even where the panels would like more room
  window.show();
  EW_TRY(waitUntilCalm(window, failure));
  for (const QString& id : {request.view, request.panel})
    if (!id.isEmpty() && !window.panels().raise(id.toStdString())) return usageError("there is no view or panel " + inQuotes(id.toStdString()));
  if (!request.select.isEmpty() && !window.selection()->selectNamed(request.select))
    return usageError("the model has no node " + inQuotes(request.select.toStdString()));
  EW_TRY(waitUntilCalm(window, failure));
  QByteArray png;
  QBuffer buffer(&png);
  buffer.open(QIODevice::WriteOnly);
  if (!window.grab().save(&buffer, "PNG")) return internalError("the picture could not be encoded");
  return writeFileAtomically(request.file.toStdString(), std::string_view(png.constData(), static_cast<std::size_t>(png.size())));
}

}  // namespace ew::window

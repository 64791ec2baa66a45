// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/studio.h"

#include <CLI/CLI.hpp>
#include <QApplication>
#include <cstdio>
#include <filesystem>

#include "accel/backends.h"
#include "app/window/main_window.h"
#include "app/window/preferences.h"
#include "app/window/screenshot.h"
#include "core/base/text.h"
#include "widgets/common/theme.h"

namespace ew::window {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::string screenshot, size, theme, view, panel, select, recipe;
};

int fail(const Error& error) {
  std::fprintf(stderr, "edgewright: %s\n", error.text().c_str());
  return exitCode(error.code);
}

Result<QSize> parseSize(const std::string& text) {
  const std::vector<std::string> parts = split(text, 'x');
  long long width = 0, height = 0;
  const bool good = parts.size() == 2 && parseInt(parts[0], width) && parseInt(parts[1], height) && width >= 320 && height >= 240 &&
                    width <= 16384 && height <= 16384;
  if (!good) return usageError("--size takes WIDTHxHEIGHT from 320x240 to 16384x16384, not " + inQuotes(text));
  return QSize(static_cast<int>(width), static_cast<int>(height));
}

void addOptions(CLI::App& app, Arguments& arguments) {
  app.name("edgewright");
  app.add_option("FILE", arguments.files, "Models, recipes, bundles or data to open");
  app.add_option("--screenshot", arguments.screenshot, "Render the studio into a PNG without a display")->type_name("OUT.png");
  app.add_option("--size", arguments.size, "Size of the picture")->default_str("1440x900");
  app.add_option("--theme", arguments.theme, "light or dark")->check(CLI::IsMember({"light", "dark"}));
  app.add_option("--view", arguments.view, "Central view to show: graph, layers, compare, report");
  app.add_option("--panel", arguments.panel, "Dock to bring to the front");
  app.add_option("--select", arguments.select, "Node to select");
  app.add_option("--recipe", arguments.recipe, "Recipe whose steps are applied to the model");
}

widgets::ThemeMode themeFor(const Arguments& arguments) {
  const bool dark = arguments.theme.empty() ? remembered(QStringLiteral("window/dark"), false).toBool() : arguments.theme == "dark";
  return dark ? widgets::ThemeMode::Dark : widgets::ThemeMode::Light;
}

/// Remarks of the offscreen platform that say nothing to whoever takes a picture.
void quietMessages(QtMsgType, const QMessageLogContext&, const QString& text) {
  for (const char* noise : {"propagateSizeHints", "XDG_RUNTIME_DIR"})
    if (text.contains(QLatin1String(noise))) return;
  std::fprintf(stderr, "%s\n", qPrintable(text));
}

int runScreenshot(MainWindow& window, const Arguments& arguments) {
  ScreenshotRequest request;
  request.file = QString::fromStdString(arguments.screenshot);
  request.view = QString::fromStdString(arguments.view);
  request.panel = QString::fromStdString(arguments.panel);
  request.select = QString::fromStdString(arguments.select);
  if (!arguments.size.empty()) {
    const Result<QSize> size = parseSize(arguments.size);
    if (!size.ok()) return fail(size.error());
    request.size = *size;
  }
  const Status taken = takeScreenshot(window, request);
  return taken.ok() ? 0 : fail(taken.error());
}

}  // namespace

int runStudio(int argc, char** argv) {
  Arguments arguments;
  CLI::App parser;
  addOptions(parser, arguments);
  try {
    parser.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return fail(usageError(std::string(error.what()) + " (see --help)"));
  }
  if (!arguments.screenshot.empty()) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(quietMessages);
    rememberNothing();
    if (arguments.size.empty()) arguments.size = "1440x900";
  } else if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
    return fail(unavailable("there is no display; the commands of `edgewright --help` need none"));
  }
  QApplication application(argc, argv);
  QApplication::setOrganizationName(QStringLiteral("Edgewright"));
  QApplication::setApplicationName(QStringLiteral("edgewright"));
  QApplication::setApplicationVersion(QStringLiteral(EDGEWRIGHT_VERSION));
  widgets::applyTheme(application, themeFor(arguments));
  MainWindow window(allBackends());
  if (!arguments.screenshot.empty() && !arguments.files.empty() && !std::filesystem::exists(arguments.files.front()))
    return fail(ioError("there is no such file").at(arguments.files.front()));
  QStringList files;
  for (const std::string& file : arguments.files) files << QString::fromStdString(file);
  window.openFiles(files, QString::fromStdString(arguments.recipe));
  if (!arguments.screenshot.empty()) return runScreenshot(window, arguments);
  window.restoreGeometry(remembered(QStringLiteral("window/geometry")).toByteArray());
  window.show();
  window.offerRecovery();
  return QApplication::exec();
}

}  // namespace ew::window

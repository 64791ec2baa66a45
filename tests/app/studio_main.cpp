// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QApplication>
#include <QSettings>

#include "widgets/common/theme.h"

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  ::testing::InitGoogleTest(&argc, argv);
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QApplication application(argc, argv);
  QApplication::setOrganizationName(QStringLiteral("EdgewrightTest"));
  QApplication::setApplicationName(QStringLiteral("studio"));
  QLocale::setDefault(QLocale::c());
  ew::widgets::applyTheme(application, ew::widgets::ThemeMode::Light);
  return RUN_ALL_TESTS();
}

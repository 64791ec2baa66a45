// SPDX-License-Identifier: GPL-3.0-or-later
// Fixing what is dynamic, as a user does: menu, numbers, apply, undo.
#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>

#include "core/onnx/onnx_file.h"
#include "tests/app/studio_fixture.h"
#include "tests/support/graph_text.h"
#include "widgets/common/theme.h"

namespace ew::test {
namespace {

class StudioShapes : public Studio {
 protected:
  void open(const std::string& text) {
    ASSERT_TRUE(onnx::exportModel(graphFromText(text), temporary("dynamic.onnx")).ok());
    openAndWait(temporary("dynamic.onnx"));
  }
  QDialog* dialog() {
    trigger("shapesAction");
    auto* out = find<QDialog>("shapeDialog");
    EXPECT_TRUE(waitUntilIdle());
    return out;
  }
  bool waitForOutput(const QDialog* dialog, const QString& shape) {
    auto* outputs = find<QTableWidget>("shapeOutputs", dialog);
    return waitUntil([&] { return outputs->rowCount() > 0 && outputs->item(0, 1)->text() == shape; }, 20);
  }
  std::string inputShape() { return session().project()->current->graph->value(0).shape->text(); }
  bool waitForInput(const std::string& shape) {
    return waitUntil([&] { return !session().jobs()->busy() && inputShape() == shape; });
  }
};

TEST_F(StudioShapes, AFixedSymbolShapesTheModelAndCanBeUndone) {
  open("input x:f32[N,3,H,8]\nW:f32[4,3,3,3] = random(1)\nConv(x, W){pads=[1,1,1,1], strides=[2,2]} -> y\noutput y\nopset 13\n");
  QDialog* shapes = dialog();
  EXPECT_TRUE(waitForOutput(shapes, QStringLiteral("N x 4 x floor((H + 1)/2) x 4")));
  auto* extent = find<QSpinBox>("shapeExtent0", shapes);
  EXPECT_EQ(extent->text(), QStringLiteral("dynamic"));
  EXPECT_FALSE(extent->accessibleName().isEmpty());
  extent->setValue(2);
  find<QSpinBox>("shapeExtent1", shapes)->setValue(10);
  EXPECT_TRUE(waitForOutput(shapes, QStringLiteral("2 x 4 x 5 x 4")));
  EXPECT_EQ(find<QLabel>("shapeVerdict", shapes)->text(), QStringLiteral("All output shapes are known."));
  click("shapeApply", shapes);
  EXPECT_TRUE(waitForInput("2 x 3 x 10 x 8"));
  EXPECT_EQ(session().recipe().shapes, (ops::FixedShapes{{"H", {10}}, {"N", {2}}}));
  EXPECT_TRUE(session().isModified());
  trigger("undoAction");
  EXPECT_TRUE(waitForInput("N x 3 x H x 8"));
  trigger("redoAction");
  EXPECT_TRUE(waitForInput("2 x 3 x 10 x 8"));
}

TEST_F(StudioShapes, WhatIsFixedIsShownAgainAndCanBeReset) {
  open("input x:f32[N,4]\nRelu(x) -> y\noutput y\nopset 13\n");
  session().setShapes({{"x", {3, 4}}});
  ASSERT_TRUE(waitForInput("3 x 4"));
  QDialog* shapes = dialog();
  EXPECT_EQ(find<QSpinBox>("shapeExtent0", shapes)->value(), 3);
  click("shapeReset", shapes);
  click("shapeApply", shapes);
  EXPECT_TRUE(waitForInput("N x 4"));
  EXPECT_TRUE(session().recipe().shapes.empty());
}

TEST_F(StudioShapes, ExtentsThatDoNotFitSayWhyAndCannotBeApplied) {
  open("input x:f32[1,1,n]\nW:f32[1,1,8] = ones\nConv(x, W) -> y\noutput y\nopset 13\n");
  QDialog* shapes = dialog();
  find<QSpinBox>("shapeExtent0", shapes)->setValue(3);
  auto* apply = find<QPushButton>("shapeApply", shapes);
  ASSERT_TRUE(waitUntil([&] { return !apply->isEnabled(); }, 20));
  const QString verdict = find<QLabel>("shapeVerdict", shapes)->text();
  EXPECT_TRUE(verdict.contains(QStringLiteral("a window of 8 does not fit into 3"))) << verdict.toStdString();
  find<QSpinBox>("shapeExtent0", shapes)->setValue(9);
  EXPECT_TRUE(waitForOutput(shapes, QStringLiteral("1 x 1 x 2")));
  EXPECT_TRUE(apply->isEnabled());
  if (const QByteArray folder = qgetenv("EDGEWRIGHT_PICTURES"); !folder.isEmpty())
    for (const auto mode : {widgets::ThemeMode::Light, widgets::ThemeMode::Dark}) {
      widgets::applyTheme(*qApp, mode);
      shapes->grab().save(QString::fromLocal8Bit(folder) + (mode == widgets::ThemeMode::Light ? "/shapes-light.png" : "/shapes-dark.png"));
    }
}

TEST_F(StudioShapes, UnnamedDimensionsAreFixedByTheirPlace) {
  open("input x:f32[?,4]\nRelu(x) -> y\noutput y\nopset 13\n");
  QDialog* shapes = dialog();
  find<QSpinBox>("shapeExtent0", shapes)->setValue(5);
  EXPECT_TRUE(waitForOutput(shapes, QStringLiteral("5 x 4")));
  click("shapeApply", shapes);
  EXPECT_TRUE(waitForInput("5 x 4"));
  EXPECT_EQ(session().recipe().shapes, (ops::FixedShapes{{"x:0", {5}}}));
}

}  // namespace
}  // namespace ew::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <atomic>
#include <thread>

#include "core/graph/graph_edit.h"
#include "tests/support/graph_text.h"
#include "tests/widgets/fixture.h"
#include "widgets/common/background.h"
#include "widgets/common/op_family.h"
#include "widgets/common/painting.h"
#include "widgets/common/selection.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

QString thin(const char* text) { return QString::fromUtf8(text).replace('_', QChar(0x202F)); }

TEST(Units, ShowSensibleDigits) {
  EXPECT_EQ(number(14.123), "14.1");
  EXPECT_EQ(number(0.5), "0.500");
  EXPECT_EQ(number(0.0241), "0.024");
  EXPECT_EQ(number(0.00016), "0.00016");
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(1234.4), "1234");
  EXPECT_EQ(number(-2.5), QStringLiteral("\u22122.50"));
  EXPECT_EQ(number(std::nan("")), unknownText());
  EXPECT_EQ(grouped(1234567), thin("1_234_567"));
  EXPECT_EQ(grouped(-12345), thin("\u221212_345"));
}

TEST(Units, ChooseAUnitThatFits) {
  EXPECT_EQ(quantity(Quantity::Bytes, 913 * 1024), thin("913_KB"));
  EXPECT_EQ(quantity(Quantity::Bytes, 100), thin("100_B"));
  EXPECT_EQ(quantity(Quantity::Milliseconds, 14.1), thin("14.1_ms"));
  EXPECT_EQ(quantity(Quantity::Milliseconds, 0.0123), thin("12.3_µs"));
  EXPECT_EQ(quantity(Quantity::Milliseconds, 2500), thin("2.50_s"));
  EXPECT_EQ(quantity(Quantity::Macs, 2359296), thin("2.36_M"));
  EXPECT_EQ(quantity(Quantity::Count, 9216), "9216");
  EXPECT_EQ(quantity(Quantity::Percent, 90.8), thin("90.8_%"));
}

TEST(Units, ShowUncertaintyAndChange) {
  EXPECT_EQ(withInterval(Quantity::Milliseconds, 14.1, 11.3, 16.9), thin("14.1 ± 2.8_ms"));
  EXPECT_EQ(withInterval(Quantity::Milliseconds, 14, 13, 20), thin("14.0 +6.0 \u22121.0_ms"));
  EXPECT_EQ(relativeChange(14.1, 6.3), thin("\u221255.3_%"));
  EXPECT_EQ(relativeChange(0, 6.3), "");
  EXPECT_EQ(pointChange(91.2, 90.8), thin("\u22120.40_pp"));
}

TEST(Painting, TicksAreRoundAndInside) {
  EXPECT_EQ(axisTicks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(axisTicks(-0.6, 0.6, 3), (std::vector<double>{-0.5, 0, 0.5}));
  EXPECT_TRUE(axisTicks(3, 3, 4).empty());
}

TEST(ThemeTest, MapsCanBeReadAndTextStandsOut) {
  // Lightness of the sequential map changes steadily, so it survives every kind of colour blindness and a grey printer.
  for (const ThemeMode mode : {ThemeMode::Dark, ThemeMode::Light}) {
    applyTheme(*static_cast<QApplication*>(QCoreApplication::instance()), mode);
    double last = -1;
    for (int i = 0; i <= 20; ++i) {
      const double grey = qGray(theme().heat(i / 20.0).rgb());
      const bool steady = mode == ThemeMode::Dark ? grey >= last - 1 : grey <= last + 1;
      EXPECT_TRUE(last < 0 || steady) << i;
      last = grey;
    }
    EXPECT_GE(std::abs(qGray(theme().text.rgb()) - qGray(theme().base.rgb())), 150);
    EXPECT_GE(std::abs(qGray(theme().muted.rgb()) - qGray(theme().base.rgb())), 80);
    EXPECT_EQ(QColor(icon("stop").pixmap(16, 16).toImage().pixel(8, 8)), theme().text);  // icons follow the theme
  }
  EXPECT_EQ(readableOn(Qt::yellow), QColor(0x11, 0x14, 0x18));
  EXPECT_EQ(readableOn(Qt::darkBlue), QColor(Qt::white));
}

TEST(SelectionTest, FollowsOriginsThroughFusingAndRemoving) {
  const auto original = std::make_shared<Graph>(test::graphFromText(R"(
    input x:f32[1,2,4,4]
    W:f32[2,2,1,1] = ones
    v:f32[2] = ones
    conv: Conv(x, W) -> a
    bn: BatchNormalization(a, v, v, v, v) -> b
    drop: Dropout(b) -> c
    relu: Relu(c) -> y
    output y
  )"));
  const NodeId conv = original->nodeNamed("conv")->id, bn = original->nodeNamed("bn")->id, drop = original->nodeNamed("drop")->id,
               relu = original->nodeNamed("relu")->id;
  GraphEdit edit(*original);
  Node fused = *original->node(conv);
  fused.origin = {conv, bn};
  fused.outputs = {original->node(drop)->output(0)};
  edit.removeNode(conv);
  edit.removeNode(bn);
  edit.removeNode(drop);
  const NodeId now = edit.addNode(std::move(fused));
  Result<Graph> result = std::move(edit).apply();
  ASSERT_TRUE(result.ok()) << result.error().text();
  const auto current = std::make_shared<Graph>(std::move(*result));
  Selection selection;
  selection.setVersions(original, original);
  QSignalSpy changed(&selection, &Selection::changed);
  selection.select({bn, relu});
  EXPECT_EQ(changed.count(), 1);
  selection.setVersions(original, current);
  EXPECT_EQ(selection.current(), (std::vector<NodeId>{now, relu}));  // the folded normalization lives on in the convolution
  EXPECT_EQ(selection.originalOf(now), conv);
  EXPECT_EQ(selection.currentOf(drop), kNone);
  selection.selectOriginal({drop});
  EXPECT_TRUE(selection.current().empty());
  EXPECT_FALSE(selection.empty());
  EXPECT_TRUE(selection.selectNamed("relu"));
  EXPECT_FALSE(selection.selectNamed("nothing"));
  EXPECT_EQ(selection.primary(), relu);
}

TEST(LatestJobTest, LateResultsNeverOverwriteNewerOnes) {
  LatestJob job;
  std::atomic<bool> release{false};
  std::vector<int> delivered;
  job.start([&](Progress&) -> std::function<void()> {
    while (!release) std::this_thread::yield();
    return [&] { delivered.push_back(1); };
  });
  job.start([&](Progress&) -> std::function<void()> { return [&] { delivered.push_back(2); }; });
  release = true;
  ASSERT_TRUE(test::waitFor([&] { return !delivered.empty() && !job.running(); }));
  test::waitFor([&] { return delivered.size() > 1; });
  EXPECT_EQ(delivered, std::vector<int>{2});
}

TEST(OpFamilyTest, UnknownOperatorsAreOthers) {
  EXPECT_EQ(opFamily("QLinearConv"), OpFamily::Convolution);
  EXPECT_EQ(opFamily("MyCustomOp"), OpFamily::Other);
}

}  // namespace
}  // namespace ew::widgets

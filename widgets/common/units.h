// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace ew::widgets {

/// Kinds of numbers that the studio shows. Values come in the base unit: percent 0..100, ms, mJ, bytes, items.
enum class Quantity { Percent, Milliseconds, Millijoules, Bytes, Count, Macs };

/// The unit that suits a magnitude, so that several numbers can share one: value * factor is in `unit`.
struct Scale {
  double factor = 1;
  QString unit;
};
/// The scale for the largest of `values` (in magnitude).
Scale scaleFor(Quantity quantity, std::initializer_list<double> values);

/// About three significant digits in the user's locale, thousands grouped by thin spaces, no exponent.
QString number(double value, int significant = 3);
/// A whole number, grouped: "1 234 567".
QString grouped(std::int64_t value);
/// With its unit: "14.1 ms", "913 KB", "90.8 %".
QString quantity(Quantity quantity, double value);
/// "14.1 ± 2.8 ms", or "14.1 +3.0 −2.1 ms" where the two sides differ by more than a fifth.
QString withInterval(Quantity quantity, double value, double low, double high);
/// "−55 %" relative change; empty when `before` is zero.
QString relativeChange(double before, double now);
/// "−0.4 pp": difference of two percentages.
QString pointChange(double before, double now);
/// The dash that stands for an unknown number.
QString unknownText();

}  // namespace ew::widgets

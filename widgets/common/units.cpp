// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/units.h"

#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace ew::widgets {
namespace {

const QChar kThinSpace(0x202F);  // narrow and never broken at the end of a line
const QChar kMinus(0x2212);

QString withSign(const QString& digits, bool negative) { return negative ? kMinus + digits : digits; }

/// Groups the whole part of "1234567.8" by threes.
QString groupThousands(const QString& digits, const QString& point) {
  const qsizetype end = digits.indexOf(point) < 0 ? digits.size() : digits.indexOf(point);
  QString out = digits;
  for (qsizetype at = end - 3; at > 0 && end > 4; at -= 3) out.insert(at, kThinSpace);
  return out;
}

struct Prefix { double limit, factor; const char* unit; };

template <std::size_t N>
Scale pick(const std::array<Prefix, N>& prefixes, double magnitude) {
  for (const Prefix& prefix : prefixes)
    if (magnitude < prefix.limit) return {prefix.factor, QString::fromUtf8(prefix.unit)};
  return {prefixes.back().factor, QString::fromUtf8(prefixes.back().unit)};
}

constexpr double kInfinite = 1e300;
constexpr std::array<Prefix, 4> kTime{
    {{1e-3, 1e6, "ns"}, {1, 1e3, "µs"}, {1e3, 1, "ms"}, {kInfinite, 1e-3, "s"}}};
constexpr std::array<Prefix, 4> kEnergy{
    {{1e-3, 1e6, "nJ"}, {1, 1e3, "µJ"}, {1e3, 1, "mJ"}, {kInfinite, 1e-3, "J"}}};
constexpr double kKilo = 1024;
constexpr std::array<Prefix, 4> kBytes{{{kKilo, 1, "B"},
                                        {kKilo * kKilo, 1 / kKilo, "KB"},
                                        {kKilo * kKilo * kKilo, 1 / kKilo / kKilo, "MB"},
                                        {kInfinite, 1 / kKilo / kKilo / kKilo, "GB"}}};
constexpr std::array<Prefix, 4> kCount{{{1e4, 1, ""}, {1e6, 1e-3, "K"}, {1e9, 1e-6, "M"}, {kInfinite, 1e-9, "G"}}};

QString joined(const QString& digits, const QString& unit) { return unit.isEmpty() ? digits : digits + kThinSpace + unit; }

}  // namespace

Scale scaleFor(Quantity quantity, std::initializer_list<double> values) {
  double magnitude = 0;
  for (const double value : values)
    if (std::isfinite(value)) magnitude = std::max(magnitude, std::abs(value));
  switch (quantity) {
    case Quantity::Percent: return {1, "%"};
    case Quantity::Milliseconds: return magnitude == 0 ? Scale{1, "ms"} : pick(kTime, magnitude);
    case Quantity::Millijoules: return magnitude == 0 ? Scale{1, "mJ"} : pick(kEnergy, magnitude);
    case Quantity::Bytes: return pick(kBytes, magnitude);
    case Quantity::Count:
    case Quantity::Macs: return pick(kCount, magnitude);
  }
  return {};
}

QString number(double value, int significant) {
  if (!std::isfinite(value)) return unknownText();
  const double magnitude = std::abs(value);
  const int power = magnitude == 0 ? 0 : static_cast<int>(std::floor(std::log10(magnitude)));
  // Small numbers in a table need no third digit: 0.024, 0.00016.
  const int digits = magnitude < 0.1 ? std::min(significant, 2) : significant;
  const int decimals = magnitude == 0 ? 0 : std::clamp(digits - 1 - power, 0, 7);
  QLocale locale;
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  const QString written = locale.toString(magnitude, 'f', decimals);
  return withSign(groupThousands(written, locale.decimalPoint()), value < 0);
}

QString grouped(std::int64_t value) {
  const QString digits = QString::number(value < 0 ? -static_cast<double>(value) : static_cast<double>(value), 'f', 0);
  return withSign(groupThousands(digits, "."), value < 0);
}

QString quantity(Quantity quantity, double value) {
  const Scale scale = scaleFor(quantity, {value});
  const bool whole = scale.factor == 1 && (quantity == Quantity::Count || quantity == Quantity::Macs ||
                                           quantity == Quantity::Bytes);
  return joined(whole ? grouped(std::llround(value)) : number(value * scale.factor), scale.unit);
}

QString withInterval(Quantity quantity, double value, double low, double high) {
  const Scale scale = scaleFor(quantity, {value, high});
  const double up = std::max(0.0, high - value) * scale.factor;
  const double down = std::max(0.0, value - low) * scale.factor;
  const QString middle = number(value * scale.factor);
  if (std::abs(up - down) <= 0.2 * std::max(up, down))
    return joined(middle + QStringLiteral(" ± ") + number((up + down) / 2, 2), scale.unit);
  return joined(middle + QStringLiteral(" +") + number(up, 2) + ' ' + kMinus + number(down, 2), scale.unit);
}

QString relativeChange(double before, double now) {
  if (before == 0 || !std::isfinite(before) || !std::isfinite(now)) return {};
  const double percent = (now - before) / std::abs(before) * 100;
  if (std::abs(percent) < 0.05) return QStringLiteral("±0") + kThinSpace + '%';
  return (percent > 0 ? QStringLiteral("+") : QString(kMinus)) +
         number(std::abs(percent), std::abs(percent) < 10 ? 2 : 3) + kThinSpace + '%';
}

QString pointChange(double before, double now) {
  const double points = now - before;
  if (std::abs(points) < 0.005) return QStringLiteral("±0") + kThinSpace + "pp";
  return (points > 0 ? QStringLiteral("+") : QString(kMinus)) + number(std::abs(points), 2) + kThinSpace + "pp";
}

QString unknownText() { return QStringLiteral("—"); }

}  // namespace ew::widgets

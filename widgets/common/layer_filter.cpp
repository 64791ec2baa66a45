// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/layer_filter.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <array>
#include <optional>

#include "core/tensor/dtype.h"

namespace ew::widgets {
namespace {

bool contains(const std::string& text, const QString& part) {
  return QString::fromStdString(text).contains(part, Qt::CaseInsensitive);
}

struct NumberKey {
  const char* key;
  std::optional<double> (*value)(const LayerRow&);
};

std::optional<double> bits(const LayerRow& row) {
  const auto type = dtypeFromName(row.now->weightPrecision);
  if (!type) return {};
  return dtypeBits(*type);
}

constexpr std::array<NumberKey, 7> kNumbers{{
    {"bits", bits},
    {"sparsity", [](const LayerRow& row) { return std::optional<double>(row.now->sparsity * 100); }},
    {"params", [](const LayerRow& row) { return std::optional<double>(static_cast<double>(row.now->parameters)); }},
    {"macs", [](const LayerRow& row) { return std::optional<double>(static_cast<double>(row.now->macs)); }},
    {"bytes", [](const LayerRow& row) { return std::optional<double>(static_cast<double>(row.now->weightBytes)); }},
    {"time", [](const LayerRow& row) { return row.latencyMs(); }},
    {"energy", [](const LayerRow& row) { return row.energyMj(); }},
}};
constexpr std::array<const char*, 4> kTexts{"op", "name", "shape", "precision"};

const NumberKey* numberKey(const QString& key) {
  for (const NumberKey& entry : kNumbers)
    if (key == QLatin1String(entry.key)) return &entry;
  return nullptr;
}

bool compare(const QString& comparison, double value, double limit) {
  if (comparison == "<") return value < limit;
  if (comparison == "<=") return value <= limit;
  if (comparison == ">") return value > limit;
  if (comparison == ">=") return value >= limit;
  return value == limit;
}

bool textMatches(const LayerRow& row, const QString& key, const QString& text) {
  if (key == "op") return contains(row.now->op, text);
  if (key == "name") return contains(row.now->name, text);
  if (key == "precision") return contains(row.now->weightPrecision, text) || contains(row.now->activationPrecision, text);
  if (key == "shape") return QString::fromStdString(row.now->outputShape).remove(' ').contains(text, Qt::CaseInsensitive);
  return contains(row.now->name, text) || contains(row.now->op, text);
}

}  // namespace

QStringList LayerFilter::keys() {
  QStringList out;
  for (const char* key : kTexts) out << key;
  for (const NumberKey& entry : kNumbers) out << entry.key;
  return out;
}

bool LayerFilter::parseNumber(QString value, Term& term) {
  static const QRegularExpression form(QStringLiteral("^(<=|>=|<|>|=)?([0-9.]+)([KMG]?)(B|%)?$"), QRegularExpression::CaseInsensitiveOption);
  const QRegularExpressionMatch match = form.match(value);
  bool ok = false;
  term.number = QLocale::c().toDouble(match.captured(2), &ok);
  if (!match.hasMatch() || !ok) return false;
  term.comparison = match.captured(1) == "=" ? QString() : match.captured(1);
  const double step = match.captured(4).compare("B", Qt::CaseInsensitive) == 0 ? 1024 : 1000;
  const QString prefix = match.captured(3).toUpper();
  for (qsizetype i = 0; !prefix.isEmpty() && i <= QStringLiteral("KMG").indexOf(prefix); ++i) term.number *= step;
  term.share = match.captured(4) == "%" && term.key == "time";
  return true;
}

LayerFilter::LayerFilter(const QString& text) {
  for (const QString& word : text.split(' ', Qt::SkipEmptyParts)) {
    Term term;
    const qsizetype colon = word.indexOf(':');
    const QString key = word.left(std::max<qsizetype>(colon, 0)).toLower();
    const bool known = keys().contains(key);
    if (colon <= 0 || !known) {
      term.text = word;
      // A colon may be part of a name; only a word before it that looks like a key is called a mistake.
      static const QRegularExpression looksLikeKey(QStringLiteral("^[a-z]+:[<>=]"));
      if (looksLikeKey.match(word.toLower()).hasMatch())
        error_ = QCoreApplication::translate("LayerFilter", "There is no '%1'. Known: %2").arg(key, keys().join(QStringLiteral(", ")));
      terms_.push_back(std::move(term));
      continue;
    }
    term.key = key;
    term.text = word.mid(colon + 1);
    if (term.text.isEmpty()) continue;  // still being typed
    if (numberKey(key) != nullptr && !parseNumber(term.text, term)) {
      error_ = QCoreApplication::translate("LayerFilter", "'%1' is not a number as in %2:<8").arg(term.text, key);
      continue;
    }
    terms_.push_back(std::move(term));
  }
}

bool LayerFilter::matches(const LayerRow& row, double totalLatencyMs) const {
  for (const Term& term : terms_) {
    const NumberKey* key = numberKey(term.key);
    if (key == nullptr) {
      if (!textMatches(row, term.key, term.text)) return false;
      continue;
    }
    std::optional<double> value = key->value(row);
    if (value && term.share) value = totalLatencyMs > 0 ? *value / totalLatencyMs * 100 : 0;
    if (!value || !compare(term.comparison, *value, term.number)) return false;
  }
  return true;
}

}  // namespace ew::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "widgets/common/layer_table.h"

namespace ew::widgets {

/// The language of filter lines: words that all must hold. Plain words look for a part of name or operator;
/// `key:value` looks at one property, where value may start with <, <=, > or >= and end with a unit:
///   op:Conv  name:stage1  shape:32x32  precision:int8  bits:<=8  sparsity:>50%  params:>10K  macs:>1M  bytes:<64KB
///   time:>5% (share of the total) or time:>0.5 (ms)  energy:>1 (mJ)
class LayerFilter {
 public:
  /// Understands what it can; error() says what it did not.
  explicit LayerFilter(const QString& text = {});
  const QString& error() const { return error_; }
  bool empty() const { return terms_.empty(); }
  bool matches(const LayerRow& row, double totalLatencyMs) const;
  static QStringList keys();

 private:
  struct Term {
    QString key, text;  ///< key "" for a plain word
    QString comparison; ///< "", <, <=, >, >=
    double number = 0;
    bool share = false; ///< the number is a percentage of the total
  };
  bool parseNumber(QString value, Term& term);
  std::vector<Term> terms_;
  QString error_;
};

}  // namespace ew::widgets

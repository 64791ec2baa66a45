// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

#include "core/base/text.h"

namespace ew::widgets {

/// A name from a file as the user sees it: plain text on one line, control characters escaped.
inline QString shown(const std::string& text) { return QString::fromStdString(escapeControl(text)); }

/// The same for rich-text tooltips.
inline QString shownHtml(const std::string& text) { return shown(text).toHtmlEscaped(); }

}  // namespace ew::widgets

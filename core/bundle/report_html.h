// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/bundle/bundle.h"

namespace ew::bundle {

/// The report for people: one self-contained page (no scripts, nothing loaded) with both versions side by side, the
/// layers, what each step did or left alone and why, the gates, and the source of each number.
std::string reportHtml(const BundleContent& content);

}  // namespace ew::bundle

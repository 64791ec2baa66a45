// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "widgets/common/project_view.h"

namespace ew::test {

/// A residual network with two repeated blocks, written as text; no channels or weights are special.
std::shared_ptr<const Graph> smallNet();
/// A chain of `nodes` small layers with a skip connection now and then.
std::shared_ptr<const Graph> longNet(int nodes);
/// The file, or null with a message when it cannot be read.
std::shared_ptr<const Graph> readModel(const std::filesystem::path& file);

/// A version with facts, and with made-up times and energies that follow the MACs, so that panels have numbers.
std::shared_ptr<widgets::VersionView> versionOf(std::shared_ptr<const Graph> graph, double msPerMillionMacs = 0.05);
/// A project whose current version is an original with half of its weights set to zero.
std::shared_ptr<const widgets::ProjectView> projectOf(std::shared_ptr<const Graph> graph);
/// The same graph with every second weight zero.
std::shared_ptr<const Graph> halfZero(const Graph& graph);

/// Runs the event loop until the condition holds; false after five seconds.
bool waitFor(const std::function<bool()>& condition);

/// Writes <name>-<theme>.png of the widget at a size, in both themes, into the build's screenshots folder.
void shoot(QWidget& widget, const std::string& name, const QSize& size);

}  // namespace ew::test

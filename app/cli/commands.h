// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

namespace ew::cli {

// One for each command, in a file of its own; commands.cpp is the table.
void addBench(CLI::App& app, Invocation& invocation);
void addBundle(CLI::App& app, Invocation& invocation);
void addCompare(CLI::App& app, Invocation& invocation);
void addDevices(CLI::App& app, Invocation& invocation);
void addDoctor(CLI::App& app, Invocation& invocation);
void addEvaluate(CLI::App& app, Invocation& invocation);
void addExport(CLI::App& app, Invocation& invocation);
void addInspect(CLI::App& app, Invocation& invocation);
void addOptimize(CLI::App& app, Invocation& invocation);
void addRun(CLI::App& app, Invocation& invocation);
void addSchema(CLI::App& app, Invocation& invocation);
void addSimulate(CLI::App& app, Invocation& invocation);
void addVerify(CLI::App& app, Invocation& invocation);

/// `--batch RECIPE`
Result<Output> runBatch(const std::string& recipeFile, Context& context);

}  // namespace ew::cli

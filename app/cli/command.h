// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/run/runtime.h"

namespace ew::cli {

/// What a command gives back: the text for people and the document for scripts; the program prints one of them.
struct Output {
  std::string text;
  nlohmann::json document;
  /// Further keys of the document whose JSON is written already: lists too long to be built as objects first.
  std::map<std::string, std::string> written;
  /// Set when the result is complete but stands for a failure (a gate not met, results that differ).
  std::optional<Error> failure;
};

/// Options that every command has.
struct Common {
  std::string backend = "cpu", device = "local", outputFile, progress = "auto";
  int threads = 0;
  std::uint64_t seed = 0;
  bool json = false, quiet = false, verbose = false;
  double timeoutSeconds = 0;
  bool backendGiven = false, deviceGiven = false;
};

struct Context {
  const BackendSet& backends;
  const Common& common;
  Progress& progress;
  /// A line on stderr, unless --quiet.
  std::function<void(const std::string&)> note;

  CompileOptions compileOptions() const {
    CompileOptions options;
    options.threads = common.threads;
    return options;
  }
};

/// The command chosen on the command line; empty when there is none.
struct Invocation {
  /// The file that the command is about: an error that does not name it gets it in front.
  std::string subject;
  std::function<Result<Output>(Context&)> run;
};

/// A command is one file: it adds its sub-command and options, and sets `invocation` when it is chosen.
struct Command {
  std::string_view name;
  std::string_view description;
  void (*add)(CLI::App& app, Invocation& invocation);
};

/// The table of commands, in the order of the help text (commands.cpp).
std::span<const Command> commands();

/// Runs the command line without a window. The exit code of the process.
int runHeadless(int argc, char** argv);
/// Whether the arguments ask for something that needs no window.
bool isHeadless(int argc, char** argv);

}  // namespace ew::cli

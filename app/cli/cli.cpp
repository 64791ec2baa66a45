// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

#include "accel/backends.h"
#include "app/cli/commands.h"
#include "app/cli/console_progress.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/text.h"
#include "core/ops/random.h"
#include "core/run/threads.h"

namespace ew::cli {
namespace {

/// Ends the process when a call outlives --timeout by a second without looking at its Progress. Files are written by
/// rename, so nothing is left half-written.
class Watchdog {
 public:
  explicit Watchdog(double seconds) {
    if (seconds > 0) thread_ = std::thread([this, seconds] { wait(seconds + 1); });
  }
  ~Watchdog() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
    }
    condition_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void wait(double seconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (condition_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return done_; })) return;
    std::fputs("edgewright: timed out\n", stderr);
    std::_Exit(exitCode(ErrorCode::TimedOut));
  }
  std::mutex mutex_;
  std::condition_variable condition_;
  bool done_ = false;
  std::thread thread_;
};

void addCommonOptions(CLI::App& app, Common& common) {
  app.add_option("--backend", common.backend, "reference, cpu, vulkan or fpga")->type_name("ID");
  app.add_option("--device", common.device, "Device profile (see `edgewright devices`)")->type_name("ID");
  app.add_option("--threads", common.threads, "Threads, 0: all cores")->check(CLI::Range(0, 4096));
  app.add_option("--seed", common.seed, "Seed of everything random");
  app.add_flag("--json", common.json, "One JSON document on stdout");
  app.add_option("--output", common.outputFile, "Write the result to a file instead of stdout")->type_name("FILE");
  app.add_flag("--quiet,-q", common.quiet, "No warnings and no progress");
  app.add_flag("--verbose,-v", common.verbose, "Say more");
  app.add_option("--progress", common.progress, "auto, bar, json or none")->check(CLI::IsMember({"auto", "bar", "json", "none"}));
  app.add_option("--timeout", common.timeoutSeconds, "Give up after this many seconds")->check(CLI::NonNegativeNumber)->type_name("S");
}

ConsoleProgress::Style progressStyle(const Common& common) {
  if (common.progress == "json") return ConsoleProgress::Style::Json;
  if (common.progress == "bar") return ConsoleProgress::Style::Bar;
  const bool terminal = common.progress == "auto" && !common.quiet && isatty(STDERR_FILENO) != 0;
  return terminal ? ConsoleProgress::Style::Bar : ConsoleProgress::Style::None;
}

/// A cancelled call has no idea why: the clock or Ctrl+C.
Error explained(Error error, const ConsoleProgress& progress) {
  if (error.code == ErrorCode::Interrupted && progress.timedOut()) return {ErrorCode::TimedOut, "timed out"};
  return error;
}

/// Names the file that the command is about, unless the error does, or is about the command line, another file or
/// this machine.
Error about(const std::string& subject, Error error) {
  const bool isElsewhere = error.code == ErrorCode::Usage || error.code == ErrorCode::Io || error.code == ErrorCode::Unavailable;
  const bool isNamed = !error.where.empty() && error.where.front() == subject;
  if (subject.empty() || isElsewhere || isNamed) return error;
  return std::move(error).at(subject);
}

int report(const Error& error, const Common& common) {
  std::fprintf(stderr, "edgewright: %s\n", error.text().c_str());
  if (common.json) {
    const nlohmann::json document{{"schema", "edgewright.error/1"}, {"error", {{"code", errorCodeName(error.code)}, {"message", error.text()}}}};
    std::printf("%s\n", jsonText(document, 2).c_str());
  }
  return exitCode(error.code);
}

std::string documentText(const Output& output) {
  std::string text = jsonText(output.document, 2);
  for (const auto& [key, json] : output.written) {
    text.erase(text.size() - 2);  // the brace and the line before it
    text += ",\n  \"" + key + "\": " + json + "\n}";
  }
  return text + "\n";
}

int deliver(const Output& output, const std::string& subject, const Common& common) {
  const std::string text = common.json ? documentText(output) : output.text;
  if (!common.outputFile.empty()) {
    if (const Status written = writeFileAtomically(common.outputFile, text); !written.ok()) return report(written.error(), common);
  } else {
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (std::fflush(stdout) != 0) return exitCode(ErrorCode::Io);
  }
  if (!output.failure) return 0;
  std::fprintf(stderr, "edgewright: %s\n", about(subject, *output.failure).text().c_str());
  return exitCode(output.failure->code);
}

int execute(const Invocation& invocation, const Common& common) {
  ConsoleProgress progress(progressStyle(common), common.timeoutSeconds);
  ops::setRandomSeed(common.seed);
  const Watchdog watchdog(common.timeoutSeconds);
  Context context{allBackends(), common, progress, [&common](const std::string& line) {
                    if (!common.quiet) std::fprintf(stderr, "edgewright: %s\n", escapeControl(line).c_str());
                  }};
  if (const int used = usedThreads(common.threads); used < common.threads)
    context.note("warning: --threads " + std::to_string(common.threads) + ": this process may use " + std::to_string(used) +
                 (used == 1 ? " processor, so one thread runs" : " processors, so that many threads run"));
  const Result<Output> output = [&]() -> Result<Output> {
    // Memory can run out on any model; no other exception leaves the libraries.
    try {
      return invocation.run(context);
    } catch (const std::bad_alloc&) {
      return limitReached("out of memory");
    }
  }();
  if (!output.ok()) return report(about(invocation.subject, explained(output.error(), progress)), common);
  return deliver(*output, invocation.subject, common);
}

}  // namespace

bool isHeadless(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--screenshot" || argument.starts_with("--screenshot=")) return false;
    if (argument == "--batch" || argument.starts_with("--batch=") || argument == "--help" || argument == "-h" || argument == "--version") return true;
  }
  for (int i = 1; i < argc; ++i)
    for (const Command& command : commands())
      if (command.name == argv[i]) return true;
  // A lone word that is no file is a mistyped command, which the command line names better than a window could.
  const std::string first = argc > 1 ? argv[1] : "";
  return !first.empty() && first.find_first_of("-./") == std::string::npos && !std::filesystem::exists(first);
}

int runHeadless(int argc, char** argv) {
  CLI::App app{"Edgewright takes a trained ONNX model to an artifact that fits and runs fast on an edge device.\n"
               "`edgewright [FILE...]` opens the studio; the commands below need no display."};
  app.name("edgewright");
  app.set_version_flag("--version", "edgewright " EDGEWRIGHT_VERSION);
  Common common;
  Invocation invocation;
  addCommonOptions(app, common);
  std::string batch;
  app.add_option("--batch", batch, "Run a whole recipe: load, steps, evaluate, simulate, gates, export")->type_name("RECIPE");
  app.require_subcommand(0, 1);
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.description));
    sub->fallthrough();
    command.add(*sub, invocation);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "edgewright: %s (see --help)\n", escapeControl(error.what()).c_str());
    return exitCode(ErrorCode::Usage);
  }
  common.backendGiven = app.count("--backend") > 0;
  common.deviceGiven = app.count("--device") > 0;
  if (!batch.empty() && invocation.run) return report(usageError("--batch takes no command beside it"), common);
  if (!batch.empty()) invocation.subject = batch;
  if (!batch.empty()) invocation.run = [batch](Context& context) { return runBatch(batch, context); };
  if (!invocation.run) return report(usageError("no command (see --help)"), common);
  if (const auto backend = allBackends().get(common.backend); !backend.ok() && backend.error().code == ErrorCode::Usage)
    return report(backend.error(), common);
  return execute(invocation, common);
}

}  // namespace ew::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bundle/bundle.h"

#include "app/cli/commands.h"
#include "app/cli/table_text.h"

namespace ew::cli {
namespace {

Result<Output> verify(const std::string& file, Context& context) {
  EW_ASSIGN(const bundle::VerifyReport report, bundle::verifyBundle(file, context.backends, context.progress));
  Output out;
  out.document = {{"schema", "edgewright.bundle-verify/1"}, {"file", file}, {"result", "passed"}, {"files", report.files},
                  {"golden_vectors", report.vectors}, {"max_relative_error", report.maxRelativeError}};
  out.text = file + ": " + std::to_string(report.files.size()) + " files match their hashes, " + std::to_string(report.vectors) +
             " golden vectors replay (largest relative error " + significant(report.maxRelativeError) + ")\n";
  return out;
}

}  // namespace

void addBundle(CLI::App& app, Invocation& invocation) {
  auto file = std::make_shared<std::string>();
  app.require_subcommand(1);
  CLI::App* verifyCommand = app.add_subcommand("verify", "Check every hash and replay the golden vectors");
  verifyCommand->fallthrough();
  verifyCommand->add_option("BUNDLE", *file, "Bundle file")->required();
  verifyCommand->callback([file, &invocation] { invocation.run = [file](Context& context) { return verify(*file, context); }; });
}

}  // namespace ew::cli

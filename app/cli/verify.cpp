// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/precision_argument.h"
#include "app/cli/table_text.h"
#include "core/analysis/recorded.h"

namespace ew::cli {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> folders;
  PrecisionArgument precision;
};

Result<Output> verify(const Arguments& arguments, Context& context) {
  const std::vector<std::filesystem::path> folders(arguments.folders.begin(), arguments.folders.end());
  EW_ASSIGN(const CompileOptions options, arguments.precision.options(context, nullptr));
  EW_ASSIGN(const analysis::RecordedReport report,
            analysis::verifyRecorded(arguments.model, folders, context.backends, context.common.backend, options, context.progress));
  Output out;
  const std::string name = analysis::recordedResultName(report.result);
  out.document = {{"schema", "edgewright.verify/1"}, {"file", arguments.model}, {"backend", context.common.backend}, {"result", name},
                  {"cases", report.cases}, {"max_abs_error", report.maxAbsError}, {"reason", report.reason}};
  out.text = arguments.model + ": " + name + ", " + std::to_string(report.cases) + " cases, largest absolute error " + significant(report.maxAbsError) + "\n";
  if (report.result == analysis::RecordedReport::Result::Refused) out.failure = unsupported(report.reason);
  if (report.result == analysis::RecordedReport::Result::Differs) out.failure = Error{ErrorCode::Differs, report.reason};
  return out;
}

}  // namespace

void addVerify(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("MODEL", arguments->model, "ONNX model")->required();
  app.add_option("DATA_DIR", arguments->folders, "Folders with input_K.pb and output_K.pb; default: every test_data_set_* beside the model");
  arguments->precision.addWholeModelTo(app);
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model;
    invocation.run = [arguments](Context& context) { return verify(*arguments, context); };
  });
}

}  // namespace ew::cli

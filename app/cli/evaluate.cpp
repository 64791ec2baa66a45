// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/evaluate.h"

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/precision_argument.h"
#include "app/cli/table_text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

struct Arguments {
  ModelArgument model;
  PrecisionArgument precision;
  std::string data;
};

Result<Output> evaluate(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const LoadedModel model, loadModel(arguments.model, context));
  EW_ASSIGN(const auto dataset, openData(arguments.data, model.graph));
  EW_ASSIGN(const CompileOptions options, arguments.precision.options(context, &model.graph));
  EW_ASSIGN(Runtime runtime, Runtime::create(model.graph, context.backends, context.common.backend, options));
  if (!dataset->labelled()) return invalid("evaluation needs labels, and the data has none").at("--data");
  EW_ASSIGN(const analysis::Evaluation evaluation, analysis::evaluate(runtime, *dataset, context.progress));
  Output out;
  out.document = {{"schema", "edgewright.evaluate/1"}, {"samples", evaluation.samples}, {"metrics", recipe::metricsJson(evaluation)},
                  {"backend", context.common.backend}, {"seconds", evaluation.secondsTotal}};
  for (const auto& [name, interval] : evaluation.metrics)
    out.text += name + "  " + significant(interval.value, 4) + " %  (" + significant(interval.low, 4) + " to " + significant(interval.high, 4) +
                ", 95 %)  over " + std::to_string(evaluation.samples) + " samples\n";
  return out;
}

}  // namespace

void addEvaluate(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->model.addTo(app);
  arguments->precision.addTo(app);
  app.add_option("--data", arguments->data, "Labelled data: a YAML or JSON file, or the same inline")->required()->type_name("SPEC");
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return evaluate(*arguments, context); };
  });
}

}  // namespace ew::cli

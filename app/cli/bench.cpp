// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/bench.h"

#include "app/cli/bench_report.h"
#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/precision_argument.h"

namespace ew::cli {
namespace {

struct Arguments {
  ModelArgument model;
  PrecisionArgument precision;
  BenchOptions options;
};

Result<Output> bench(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const LoadedModel model, loadModel(arguments.model, context));
  EW_ASSIGN(const CompileOptions options, arguments.precision.options(context, &model.graph));
  EW_ASSIGN(Runtime runtime, Runtime::create(model.graph, context.backends, context.common.backend, options));
  EW_ASSIGN(const std::vector<Tensor> inputs, syntheticInputs(model.graph, 1, context.common.seed + 1));
  const Result<BenchResult> measured = ew::bench(runtime, inputs, arguments.options, context.progress);
  if (!measured.ok()) return withShapeHint(measured.error(), model.graph);
  // After the model, whose peak of memory they would hide.
  std::optional<Peaks> peaks;
  if (context.common.backend == "cpu") peaks = measuredPeaks(measured->threads);
  return benchReport(*measured, *runtime.plan(), peaks);
}

}  // namespace

void addBench(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->model.addTo(app);
  arguments->precision.addTo(app);
  auto* runs = app.add_option("--runs", arguments->options.runs, "Timed runs")->check(CLI::Range(1, 1'000'000));
  app.add_option("--seconds", arguments->options.seconds, "Time to run instead")->check(CLI::Range(0.01, 86400.0))->excludes(runs);
  app.add_option("--warmup", arguments->options.warmup, "Runs before the clock starts")->check(CLI::Range(0, 10'000));
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return bench(*arguments, context); };
  });
}

}  // namespace ew::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/simulate.h"

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

std::string estimateText(const simulate::Estimate& estimate, const char* unit) {
  if (!estimate.known) return "unknown (" + estimate.source + ")";
  return significant(estimate.value) + " " + unit + " (" + significant(estimate.low) + " to " + significant(estimate.high) + ", 95 %)";
}

Result<Output> simulateModel(const ModelArgument& argument, Context& context) {
  EW_ASSIGN(const LoadedModel model, loadModel(argument, context));
  EW_ASSIGN(const device::Profile profile, device::findProfile(context.common.device));
  const Result<simulate::Report> simulated = simulate::simulate(model.graph, profile);
  if (!simulated.ok()) return withShapeHint(simulated.error(), model.graph);
  const simulate::Report& report = *simulated;
  Output out;
  out.document = recipe::toJson(report);
  out.document["schema"] = "edgewright.simulate/1";
  out.text = profile.name + "\nlatency  " + estimateText(report.latencyMs, "ms") + "\nenergy   " + estimateText(report.energyMj, "mJ") +
             "\nRAM      " + byteText(static_cast<double>(report.ramBytes)) + "\nflash    " + byteText(static_cast<double>(report.flashBytes)) +
             "\nsource   " + report.source + "\n";
  for (const simulate::FitVerdict& verdict : report.verdicts)
    if (!verdict.fits) out.text += "does not fit: " + verdict.text + "\n";
  TableText table({"layer", "operator", "precision", "ms", "bound", "MACs", "bytes moved", "cycles"});
  for (const simulate::LayerReport& layer : report.layers)
    table.add({escapeControl(layer.name), layer.op, layer.precision, layer.latencyMs.known ? significant(layer.latencyMs.value) : "-", layer.bound,
               std::to_string(layer.macs), std::to_string(layer.bytes), layer.cycles > 0 ? std::to_string(layer.cycles) : ""});
  out.text += "\n" + table.text();
  return out;
}

}  // namespace

void addSimulate(CLI::App& app, Invocation& invocation) {
  auto argument = std::make_shared<ModelArgument>();
  argument->addTo(app);
  app.callback([argument, &invocation] {
    invocation.subject = argument->file;
    invocation.run = [argument](Context& context) { return simulateModel(*argument, context); };
  });
}

}  // namespace ew::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include <array>

namespace ew::cli {

std::span<const Command> commands() {
  static constexpr std::array table{
      Command{"inspect", "Facts for the model and for every layer", addInspect},
      Command{"verify", "Run recorded inputs against recorded outputs", addVerify},
      Command{"run", "Run the model on .npy inputs", addRun},
      Command{"bench", "Measure the latency here: total and per layer", addBench},
      Command{"simulate", "Predict latency, memory and energy on a device", addSimulate},
      Command{"evaluate", "Task metrics on data, with a confidence interval", addEvaluate},
      Command{"optimize", "Apply steps or a recipe and write the result", addOptimize},
      Command{"compare", "Two models, layer by layer", addCompare},
      Command{"export", "Write a bundle that can be verified and deployed", addExport},
      Command{"bundle", "Work on a bundle: bundle verify FILE", addBundle},
      Command{"devices", "The device profiles", addDevices},
      Command{"doctor", "What this machine and this build can do", addDoctor},
      Command{"schema", "JSON schema of a document: device, recipe", addSchema},
  };
  return table;
}

}  // namespace ew::cli

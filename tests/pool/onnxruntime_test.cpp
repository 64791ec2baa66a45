// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "accel/cpu/cpu_backend.h"
#include "core/data/npy.h"
#include "core/run/runtime.h"
#include "tests/pool/pool_model.h"
#include "tests/support/pool.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace ew {
namespace {

void write(const test::TemporaryFolder& folder, const std::string& what, const std::vector<Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) folder.write(what + "_" + std::to_string(i) + ".npy", data::writeNpy(tensors[i]));
}

/// Runs the model on both backends and writes inputs and outputs where the check finds them.
void runCase(const Graph& graph, const test::PoolModel& model, std::int64_t batch, const test::TemporaryFolder& folder) {
  const std::string here = std::string(model.name) + "/batch" + std::to_string(batch) + "/";
  const std::vector<Tensor> inputs = test::poolInputs(graph, model, batch);
  write(folder, here + "input", inputs);
  BackendSet backends;
  backends.add(makeCpuBackend());
  for (const char* backend : {"reference", "cpu"}) {
    auto runtime = Runtime::create(graph, backends, backend);
    ASSERT_TRUE(runtime.ok()) << model.name << ": " << runtime.error().text();
    auto outputs = runtime->run(inputs);
    ASSERT_TRUE(outputs.ok()) << model.name << ": " << outputs.error().text();
    write(folder, here + backend, *outputs);
  }
}

TEST(OnnxRuntime, AgreesOnEveryPoolModel) {
  EW_REQUIRE_POOL(pool);
  const char* python = std::getenv("EDGEWRIGHT_PYTHON");
  if (python == nullptr) GTEST_SKIP() << "EDGEWRIGHT_PYTHON names no Python that has onnxruntime";
  if (test::runProcess({python, "-c", "import numpy, onnxruntime"}).exitCode != 0)
    GTEST_SKIP() << python << " cannot import numpy and onnxruntime";
  const test::TemporaryFolder folder;
  for (const test::PoolModel& model : test::poolModels()) {
    const Graph graph = test::importPoolModel(pool, model);
    for (std::int64_t batch = 1; batch <= (model.severalAtOnce ? 2 : 1); ++batch) runCase(graph, model, batch, folder);
  }
  const std::string script = std::string(EW_SOURCE_DIR) + "/tests/pool/onnxruntime_check.py";
  const test::ProcessResult result = test::runProcess({python, script, (pool / "models").string()}, folder.path());
  EXPECT_EQ(result.exitCode, 0) << result.out << result.err;
  std::fputs(result.out.c_str(), stdout);
}

}  // namespace
}  // namespace ew

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "accel/cpu/cpu_backend.h"
#include "core/onnx/onnx_file.h"
#include "core/run/memory_plan.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

std::vector<std::filesystem::path> modelsIn(const std::filesystem::path& pool) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(pool / "models"))
    if (entry.path().extension() == ".onnx") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

Result<Runtime> prepared(const std::filesystem::path& path) {
  EW_ASSIGN(const onnx::Imported model, onnx::importModel(path));
  BackendSet backends;
  backends.add(makeCpuBackend());
  EW_ASSIGN(Runtime runtime, Runtime::create(model.graph, backends, "cpu", {}));
  NoProgress progress;
  EW_ASSIGN(const std::vector<Tensor> one, syntheticInputs(model.graph, 1, 7));
  if (runtime.prepare(one, progress).ok()) return runtime;
  EW_ASSIGN(const std::vector<Tensor> many, syntheticInputs(model.graph, 512, 7));  // a window of samples
  EW_TRY(runtime.prepare(many, progress));
  return runtime;
}

TEST(CpuPlan, OfEveryPoolModelIsSafeAndNearTheLowerBound) {
  EW_REQUIRE_POOL(pool);
  std::size_t planned = 0;
  for (const auto& path : modelsIn(pool)) {
    SCOPED_TRACE(path.filename().string());
    const Result<Runtime> runtime = prepared(path);
    ASSERT_TRUE(runtime.ok()) << runtime.error().text();
    for (const MemoryPlan* plan : runtime->memoryPlans()) {
      if (plan == nullptr) continue;
      ++planned;
      const Status checked = checkMemoryPlan(*plan);
      EXPECT_TRUE(checked.ok()) << checked.error().text();
      EXPECT_LE(static_cast<double>(plan->arenaBytes), 1.10 * static_cast<double>(plan->lowerBoundBytes) + 64) << plan->method;
    }
  }
  EXPECT_GE(planned, 20U);
}

TEST(CpuPlan, OfAModelThatIsBrokenOnPurposeIsCaught) {
  EW_REQUIRE_POOL(pool);
  const Result<Runtime> runtime = prepared(pool / "models/cifar10_resnet20.onnx");
  ASSERT_TRUE(runtime.ok()) << runtime.error().text();
  const MemoryPlan good = *runtime->memoryPlans().at(0);
  ASSERT_TRUE(checkMemoryPlan(good).ok());
  // Two tensors that live together, one moved onto the other.
  MemoryPlan overlapping = good;
  const auto together = [&](const PlannedTensor& a, const PlannedTensor& b) { return a.birth <= b.death && b.birth <= a.death && a.offset != b.offset; };
  bool moved = false;
  for (std::size_t i = 1; i < good.tensors.size() && !moved; ++i) {
    if (!together(good.tensors[0], good.tensors[i])) continue;
    overlapping.tensors[i].offset = good.tensors[0].offset;
    moved = true;
  }
  ASSERT_TRUE(moved);
  EXPECT_FALSE(checkMemoryPlan(overlapping).ok());
  MemoryPlan shortened = good;
  const auto longLived = std::find_if(shortened.tensors.begin(), shortened.tensors.end(), [](const PlannedTensor& t) { return t.birth < t.death; });
  ASSERT_NE(longLived, shortened.tensors.end());
  --longLived->death;
  EXPECT_FALSE(checkMemoryPlan(shortened).ok());
}

}  // namespace
}  // namespace ew

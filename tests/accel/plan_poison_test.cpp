// SPDX-License-Identifier: Apache-2.0
// Runs real models step by step with everything that the plan calls dead overwritten: a kernel that reads or keeps
// something longer than it said gives other results.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cstring>

#include "accel/cpu/absorb_pads.h"
#include "accel/cpu/cpu_backend.h"
#include "accel/cpu/fold_constants.h"
#include "accel/cpu/program.h"
#include "core/onnx/onnx_file.h"
#include "core/run/runtime.h"
#include "tests/support/pool.h"

namespace ew::cpu {
namespace {

constexpr int poison = 0xFF;  // NaN as float, the largest or -1 as bytes

void overwrite(const Program& program, const Storage& storage, int step, int Slot::* when) {
  for (std::size_t i = 0; i < program.slots.size(); ++i) {
    const Slot& slot = program.slots[i];
    if (slot.kind == SlotKind::Arena && slot.*when == step) std::memset(storage.at(static_cast<SlotId>(i)), poison, slot.bytes);
  }
}

/// With `spoil`, memory is poison before it is first touched and after it is last touched.
std::vector<Tensor> run(const Program& program, std::span<const Tensor> inputs, bool spoil) {
  Storage storage(program.slots, program.memory.arenaBytes);
  for (const Step& step : program.steps) step.kernel->bind(storage);
  EXPECT_TRUE(storage.begin(inputs).ok());
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (spoil) overwrite(program, storage, static_cast<int>(i), &Slot::firstStep);
    omp_set_num_threads(program.steps[i].threads);
    EXPECT_TRUE(program.steps[i].kernel->run(storage).ok());
    // What is handed out after the last step is still needed.
    if (spoil && i + 1 < program.steps.size()) overwrite(program, storage, static_cast<int>(i), &Slot::lastStep);
  }
  std::vector<Tensor> outputs;
  for (const Seen& output : program.outputs)
    outputs.push_back(output.slot == kNoSlot ? output.constant : storage.keptTensor(output.slot, output.dtype, output.dims, true).value());
  return outputs;
}

class CpuPoison : public testing::TestWithParam<const char*> {};

TEST_P(CpuPoison, InDeadMemoryChangesNothing) {
  EW_REQUIRE_POOL(pool);
  const auto model = onnx::importModel(pool / "models" / (std::string(GetParam()) + ".onnx"));
  ASSERT_TRUE(model.ok()) << model.error().text();
  BackendSet backends;
  backends.add(makeCpuBackend());
  auto runtime = Runtime::create(model->graph, backends, "cpu", {});
  ASSERT_TRUE(runtime.ok());
  const auto inputs = syntheticInputs(model->graph, 1, 7);
  NoProgress progress;
  ASSERT_TRUE(runtime->prepare(*inputs, progress).ok());
  ASSERT_EQ(runtime->plan()->segments.size(), 1U);
  const auto folded = foldConstants(runtime->plan()->graph);
  ASSERT_TRUE(folded.ok());
  const CompileOptions options;
  const auto absorbed = absorbPads(folded->graph, options);
  ASSERT_TRUE(absorbed.ok());
  const auto clean = compileProgram(absorbed->graph, {}, options, progress), spoiled = compileProgram(absorbed->graph, {}, options, progress);
  ASSERT_TRUE(clean.ok() && spoiled.ok());
  const int before = omp_get_max_threads();
  const std::vector<Tensor> expected = run(*clean, *inputs, false), actual = run(*spoiled, *inputs, true);
  omp_set_num_threads(before);
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(expected[i].equals(actual[i])) << "output " << i;
}

INSTANTIATE_TEST_SUITE_P(Pool, CpuPoison,
                         testing::Values("cifar10_resnet20", "mlperf_tiny_ic_resnet8_fp32", "mlperf_tiny_kws_dscnn_fp32", "mlperf_tiny_vww_mbv1_025_fp32",
                                         "st_mobilenet_v2_128_0.5", "imagenet_squeezenet1.1_caffe", "yolox_nano_coco_416", "yunet_n_320", "ultraface_rfb_320",
                                         "vit_cifar10_ibp_3_3_8", "mnist_cntk_cnn"),
                         [](const auto& info) { return test::testNameOf(info.param); });

}  // namespace
}  // namespace ew::cpu

// SPDX-License-Identifier: Apache-2.0
// Counts what a run allocates: nothing but the tensors that it gives out.
#include <dlfcn.h>
#include <execinfo.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "accel/cpu/cpu_backend.h"
#include "core/onnx/onnx_file.h"
#include "core/run/runtime.h"
#include "tests/support/pool.h"

namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};
constexpr int depth = 24;
std::array<void*, depth> lastCallers;
std::atomic<int> lastDepth{0};

/// oneDNN 2.6 builds a map of arguments in each execution of a primitive; nobody outside can keep it from that.
bool fromOneDnn(void* const* callers, int count) {
  for (int i = 0; i < count; ++i) {
    Dl_info info{};
    if (dladdr(callers[i], &info) != 0 && info.dli_fname != nullptr && std::strstr(info.dli_fname, "libdnnl") != nullptr) return true;
  }
  return false;
}

void* counted(std::size_t bytes, std::size_t alignment) {
  static thread_local bool inside = false;
  if (counting && !inside) {
    inside = true;
    std::array<void*, depth> callers{};
    const int count = backtrace(callers.data(), depth);
    if (!fromOneDnn(callers.data(), count)) {
      ++allocations;
      lastCallers = callers;
      lastDepth = count;
    }
    inside = false;
  }
  void* const p = alignment <= alignof(std::max_align_t) ? std::malloc(bytes == 0 ? 1 : bytes)
                                                         : std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace

// Not inlined, or the compiler warns of new and free() that it sees as a pair.
[[gnu::noinline]] void* operator new(std::size_t bytes) { return counted(bytes, 1); }
[[gnu::noinline]] void* operator new[](std::size_t bytes) { return counted(bytes, 1); }
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) { return counted(bytes, static_cast<std::size_t>(alignment)); }
[[gnu::noinline]] void* operator new[](std::size_t bytes, std::align_val_t alignment) { return counted(bytes, static_cast<std::size_t>(alignment)); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace ew {
namespace {

class CpuAllocations : public testing::TestWithParam<const char*> {};

TEST_P(CpuAllocations, OfALaterRunAreItsOutputsOnly) {
  EW_REQUIRE_POOL(pool);
  const auto model = onnx::importModel(pool / "models" / (std::string(GetParam()) + ".onnx"));
  ASSERT_TRUE(model.ok()) << model.error().text();
  BackendSet backends;
  backends.add(makeCpuBackend());
  auto runtime = Runtime::create(model->graph, backends, "cpu", {});
  ASSERT_TRUE(runtime.ok());
  const auto inputs = syntheticInputs(model->graph, 1, 7);
  ASSERT_TRUE(inputs.ok());
  Observer silent;
  for (int warm = 0; warm < 2; ++warm) ASSERT_TRUE(runtime->run(*inputs, silent).ok());
  std::array<void*, depth> warmUp{};
  (void)backtrace(warmUp.data(), depth);  // loads what it needs
  allocations = 0;
  counting = true;
  const auto outputs = runtime->run(*inputs, silent);
  counting = false;
  ASSERT_TRUE(outputs.ok());
  // The list of outputs; of each the extents, once where it is made and once where it is handed out, and the owner.
  const int expected = 1 + 5 * static_cast<int>(outputs->size());
  EXPECT_GE(allocations, 1);  // it does count
  EXPECT_LE(allocations, expected);
  if (allocations > expected) backtrace_symbols_fd(lastCallers.data(), lastDepth, 2);
}

INSTANTIATE_TEST_SUITE_P(Pool, CpuAllocations,
                         testing::Values("cifar10_resnet20", "mlperf_tiny_ic_resnet8_fp32", "mlperf_tiny_kws_dscnn_fp32", "mlperf_tiny_vww_mbv1_025_fp32",
                                         "st_mobilenet_v2_128_0.5", "imagenet_squeezenet1.1_caffe", "yolox_nano_coco_416"),
                         [](const auto& info) { return test::testNameOf(info.param); });

}  // namespace
}  // namespace ew

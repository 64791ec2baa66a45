// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli_support.h"

namespace ew {
namespace {

class Bench : public test::CommandLine {};
const std::vector<std::string> none;

TEST_F(Bench, SaysWhatEachLayerAchievesOfWhatTheMachineCanDo) {
  const auto json = document({"bench", "small.onnx", "--runs", "5", "--threads", "1"});
  EXPECT_EQ(missing(json["latency_ms"], {"p50", "p95", "min", "max", "between_quartiles"}), none);
  EXPECT_EQ(missing(json["traced"], {"runs", "p50_ms", "layers_sum_ms", "timer_ns"}), none);
  EXPECT_EQ(missing(json["peaks"], {"float32_gflop_per_s", "int8_gop_per_s", "level2_gb_per_s", "memory_gb_per_s", "methods"}), none);
  EXPECT_GT(json["peaks"]["float32_gflop_per_s"], 0.0);
  double sum = 0;
  for (const auto& layer : json["layers"]) {
    EXPECT_EQ(missing(layer, {"kernel", "precision", "operations", "bytes_moved", "achieved_gop_per_s", "achieved_gb_per_s", "bound", "bound_fraction"}), none);
    sum += layer["latency_ms"].get<double>();
  }
  EXPECT_NEAR(sum, json["traced"]["layers_sum_ms"].get<double>(), 1e-9);
}

TEST_F(Bench, CountsTheOperationsOfALayerWithWhatWasFused) {
  const auto json = document({"bench", "small.onnx", "--runs", "1", "--shape", "N=2"});
  // 2 x 8 x 36 results of 9 multiply-accumulates, and as many comparisons of the Relu.
  EXPECT_EQ(json["layers"][0]["operations"], 2 * 2 * 8 * 36 * 9 + 2 * 8 * 36);
}

TEST_F(Bench, AViewMovesNoBytes) {
  int views = 0;
  const auto json = document({"bench", "small.onnx", "--runs", "1"});
  for (const auto& layer : json["layers"]) {
    if (layer["kernel"] != "view") continue;
    ++views;
    EXPECT_EQ(layer["bytes_moved"], 0);
    EXPECT_TRUE(layer["bound"].is_null());
  }
  EXPECT_GT(views, 0);
}

TEST_F(Bench, LayersAreBfloat16OnlyWhenAsked) {
  const bool has = document({"doctor"})["cpu_dispatch"]["bfloat16"] != "none";
  const auto precisionOf = [&](const std::vector<std::string>& options, std::size_t layer) {
    std::vector<std::string> arguments{"bench", "small.onnx", "--runs", "1"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return document(arguments)["layers"][layer]["precision"].get<std::string>();
  };
  const std::string low = has ? "bfloat16" : "float32";
  EXPECT_EQ(precisionOf({}, 0), "float32");
  EXPECT_EQ(precisionOf({"--precision", "bf16"}, 0), low);
  EXPECT_EQ(precisionOf({"--layer-precision", "con*=bf16"}, 0), low);
  EXPECT_EQ(precisionOf({"--precision", "bf16", "--layer-precision", "conv=float32"}, 0), "float32");
}

TEST_F(Bench, APrecisionThatCannotBeIsAnError) {
  expectFailure({"bench", "small.onnx", "--layer-precision", "nothing=bf16"}, 2, "--layer-precision: no layer is called 'nothing'");
  expectFailure({"bench", "small.onnx", "--layer-precision", "conv=fp4"}, 2, "--layer-precision takes NAME=float32 or NAME=bf16, not 'conv=fp4'");
  expectFailure({"bench", "small.onnx", "--precision", "bf16", "--backend", "reference"}, 2,
                "bf16 is a precision of the cpu backend, not of 'reference'");
}

TEST_F(Bench, MoreThreadsThanProcessorsAreNotStarted) {
  const auto json = document({"bench", "small.onnx", "--runs", "1", "--threads", "4096"});
  EXPECT_LE(json["threads"], document({"doctor"})["hardware_threads"]);
}

}  // namespace
}  // namespace ew

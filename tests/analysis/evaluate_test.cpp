// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/evaluate.h"

#include <gtest/gtest.h>

#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

/// Sample i is a one-hot vector at i mod 4, labelled i mod 4 except for the last.
class OneHot final : public data::Dataset {
 public:
  explicit OneHot(bool labelled = true) : labelled_(labelled) {}
  std::int64_t size() const override { return 8; }
  bool labelled() const override { return labelled_; }
  Result<data::Sample> sample(std::int64_t index) const override {
    data::Sample out;
    std::vector<float> values(4, 0);
    values[static_cast<std::size_t>(index % 4)] = 1;
    out.input = Tensor::of<float>({1, 4}, values);
    out.label = index == 7 ? 0 : index % 4;
    return out;
  }

 private:
  bool labelled_;
};

class StopAfter final : public Progress {
 public:
  void step(std::int64_t done, std::int64_t, std::string_view) override { done_ = done; }
  bool cancelled() const override { return done_ >= 2; }

 private:
  std::int64_t done_ = 0;
};

Runtime identity() {
  return *Runtime::create(test::graphFromText("input x:f32[N,4]\nIdentity(x) -> y\noutput y"), BackendSet(),
                          "reference");
}

TEST(Evaluate, CountsHitsOverAllSamples) {
  Runtime runtime = identity();
  NoProgress progress;
  const Result<Evaluation> result = evaluate(runtime, OneHot(), progress);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->samples, 8);
  EXPECT_EQ(result->metrics.at("top1").value, 87.5);
}

TEST(Evaluate, CandidatesShareWhatTheyHaveInCommon) {
  const std::string before = "input x:f32[N,4]\nIdentity(x) -> a\nNeg(a) -> b\n", after = " -> y\noutput y";
  auto runner = PrefixRunner::create(BackendSet(), "reference");
  ASSERT_TRUE(runner.ok());
  NoProgress progress;
  for (const auto& [op, top1] : std::initializer_list<std::pair<const char*, double>>{{"Neg(b)", 87.5}, {"Identity(b)", 12.5}, {"Abs(b)", 87.5}}) {
    const Result<Evaluation> result = evaluate(*runner, test::graphFromText(before + op + after), OneHot(), progress);
    ASSERT_TRUE(result.ok()) << result.error().text();
    EXPECT_EQ(result->metrics.at("top1").value, top1) << op;
  }
  // The second candidate finds what it kept itself, as each input comes twice; the third what the second kept.
  EXPECT_EQ(runner->counters().nodesSkipped, 4 * 2 + 8 * 2);
}

TEST(Evaluate, NeedsLabelsAndStopsWhenCancelled) {
  Runtime runtime = identity();
  NoProgress progress;
  EXPECT_EQ(evaluate(runtime, OneHot(false), progress).error().code, ErrorCode::Invalid);
  StopAfter stopping;
  EXPECT_EQ(evaluate(runtime, OneHot(), stopping).error().code, ErrorCode::Interrupted);
}

}  // namespace
}  // namespace ew::analysis

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>

#include "core/ops/regex.h"
#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Words = std::vector<std::string>;

Tensor words(const Words& values) { return Tensor::strings({static_cast<std::int64_t>(values.size())}, values); }

bool matches(std::string_view pattern, std::string_view text) {
  const Result<ops::Regex> regex = ops::Regex::compile(pattern);
  EXPECT_TRUE(regex.ok()) << pattern << ": " << regex.error().text();
  return regex.ok() && regex->matchesAll(text);
}

TEST(Regex, MatchesWholeTextsAsRe2Does) {
  EXPECT_TRUE(matches("www\\.[\\w.-]+\\.\\bcom\\b", "www.google.com"));
  EXPECT_FALSE(matches("www\\.[\\w.-]+\\.\\bcom\\b", "www.google.co"));
  EXPECT_TRUE(matches("a|ab", "ab"));  // not the first alternative, the one that fits
  EXPECT_TRUE(matches("(ab){2,3}", "ababab"));
  EXPECT_FALSE(matches("(ab){2,3}", "abababab"));
  EXPECT_TRUE(matches("a{2}", "aa"));
  EXPECT_TRUE(matches("x{,2}", "x{,2}"));  // no count, so literal
  EXPECT_TRUE(matches("[^a-c]+?", "xyz"));
  EXPECT_TRUE(matches("[]-]+", "]-"));
  EXPECT_TRUE(matches("[[:digit:]x]+", "1x2"));
  EXPECT_FALSE(matches(".", "\n"));
  EXPECT_TRUE(matches("(?s).", "\n"));
  EXPECT_TRUE(matches("(?i)straße|ÄRGER", "ärger"));
  EXPECT_TRUE(matches("..", "äß"));  // characters, not bytes
  EXPECT_TRUE(matches("(?m)a$\n^b", "a\nb"));
  EXPECT_FALSE(matches("a$", "a\n"));
  EXPECT_TRUE(matches("\\Qa.b\\E\\x41\\x{42}", "a.bAB"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("(|a)+", "aaa"));
}

TEST(Regex, RefusesWrongPatternsAndThoseThatTakeTooMuch) {
  for (const char* wrong : {"(", ")", "[", "a**", "*", "a{3,2}", "[z-a]", "\\", "(?z)", "[[:nothing:]]", "\\xZ", "a{1001}"})
    EXPECT_FALSE(ops::Regex::compile(wrong).ok()) << wrong;
  EXPECT_EQ(ops::Regex::compile("\\pL").error().code, ErrorCode::Unsupported);
  EXPECT_EQ(ops::Regex::compile("((a{1000}){1000}){1000}").error().code, ErrorCode::Limit);
  EXPECT_EQ(ops::Regex::compile("((((){1000}){1000}){1000}){1000}").error().code, ErrorCode::Limit);
  EXPECT_EQ(ops::Regex::compile(std::string(300, '(')).error().code, ErrorCode::Limit);
}

/// Matchers that guess and go back take 2^n steps here.
TEST(Regex, TakesTimeInProportion) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches("(a|a|b)*(a*)*c", std::string(2000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(StringSplit, CountsAndPads) {
  const auto out = runOp({"StringSplit", {words({"a,b,,c", "d", ""})}, attributesOf({{"delimiter", std::string(",")}, {"maxsplit", std::int64_t{2}}}), 20, 2});
  ASSERT_TRUE(out.ok()) << out.error().text();
  EXPECT_EQ((*out)[0].stringData(), (Words{"a", "b", ",c", "d", "", "", "", "", ""}));
  EXPECT_TRUE((*out)[1].equals(Tensor::vector<std::int64_t>({3, 1, 1})));
}

TEST(StringSplit, SplitsAtWhitespaceWithoutADelimiter) {
  const auto out = runOp({"StringSplit", {words({"  a \t b  c ", "  "})}, attributesOf({{"maxsplit", std::int64_t{1}}}), 20, 2});
  ASSERT_TRUE(out.ok());
  EXPECT_EQ((*out)[0].stringData(), (Words{"a", "b  c ", "", ""}));  // as Python's "  a \t b  c ".split(None, 1)
  EXPECT_TRUE((*out)[1].equals(Tensor::vector<std::int64_t>({2, 0})));
}

TEST(StringNormalizer, DropsStopwordsInAnyCaseAndKeepsOneEmptyText) {
  const auto attributes = attributesOf({{"stopwords", Words{"MONTAG", "über"}}, {"case_change_action", std::string("UPPER")}});
  EXPECT_EQ(outputOf({"StringNormalizer", {words({"Montag", "ÜBER", "fünf"})}, attributes}).stringData(), (Words{"FÜNF"}));
  const Tensor none = outputOf({"StringNormalizer", {Tensor::strings({1, 1}, {"montag"})}, attributes});
  EXPECT_EQ(none.dims(), (Dims{1, 1}));
  EXPECT_EQ(none.stringData(), (Words{""}));
}

TEST(TfIdfVectorizer, WeighsAndSkips) {
  const auto attributes = [](const char* mode) {
    return attributesOf({{"mode", std::string(mode)}, {"min_gram_length", std::int64_t{1}}, {"max_gram_length", std::int64_t{2}}, {"max_skip_count", std::int64_t{1}},
                         {"ngram_counts", std::vector<std::int64_t>{0, 2}}, {"ngram_indexes", std::vector<std::int64_t>{0, 1, 2}},
                         {"pool_strings", Words{"a", "b", "a", "b"}}, {"weights", std::vector<float>{2, 3, 4}}});
  };
  // a: twice; b: once; "a b": next to each other once, with one between them once.
  const Tensor text = words({"a", "a", "b", "x"});
  EXPECT_TRUE(outputOf({"TfIdfVectorizer", {text}, attributes("TF"), 9}).equals(Tensor::vector<float>({2, 1, 2})));
  EXPECT_TRUE(outputOf({"TfIdfVectorizer", {text}, attributes("IDF"), 9}).equals(Tensor::vector<float>({2, 3, 4})));
  EXPECT_TRUE(outputOf({"TfIdfVectorizer", {text}, attributes("TFIDF"), 9}).equals(Tensor::vector<float>({4, 3, 8})));
}

}  // namespace
}  // namespace ew::test

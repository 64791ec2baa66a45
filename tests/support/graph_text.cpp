// SPDX-License-Identifier: Apache-2.0
#include "tests/support/graph_text.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>

#include "core/base/text.h"
#include "core/graph/graph_edit.h"

namespace ew::test {
namespace {

[[noreturn]] void fail(const std::string& line, const std::string& why) {
  std::fprintf(stderr, "graphFromText: %s in: %s\n", why.c_str(), line.c_str());
  std::abort();
}

std::string trimmed(const std::string& text) {
  const auto notSpace = [](unsigned char c) { return std::isspace(c) == 0; };
  const auto begin = std::find_if(text.begin(), text.end(), notSpace);
  const auto end = std::find_if(text.rbegin(), text.rend(), notSpace).base();
  return begin < end ? std::string(begin, end) : std::string();
}

/// Splits at commas that lie outside brackets.
std::vector<std::string> splitList(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{' || c == '(') ++depth;
    if (c == ']' || c == '}' || c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return parts;
}

std::string inside(const std::string& text, char open, char close) {
  const std::size_t begin = text.find(open);
  const std::size_t end = text.rfind(close);
  return begin == std::string::npos || end == std::string::npos ? "" : text.substr(begin + 1, end - begin - 1);
}

struct Typed {
  std::string name;
  DType type = DType::none;
  std::optional<Shape> shape;
};

/// name[:type[[extents]]]
Typed parseTyped(const std::string& text) {
  Typed out;
  const std::size_t colon = text.find(':');
  out.name = trimmed(text.substr(0, colon));
  if (colon == std::string::npos) return out;
  const std::string rest = trimmed(text.substr(colon + 1));
  const auto type = dtypeFromName(trimmed(rest.substr(0, rest.find('['))));
  if (!type) fail(text, "unknown type");
  out.type = *type;
  std::vector<Dim> dims;
  for (const std::string& extent : splitList(inside(rest, '[', ']'))) {
    long long number = 0;
    dims.push_back(parseInt(extent, number) ? Dim(number) : extent == "?" ? Dim() : Dim(extent));
  }
  out.shape = Shape(dims);
  return out;
}

Tensor fromDoubles(DType type, const Dims& dims, const std::vector<double>& values) {
  Tensor out = Tensor::zeros(type, dims);
  const Status status = dispatchType(type, [&]<class T>() {
    std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const double value = values[i % values.size()];
      if constexpr (std::is_arithmetic_v<T>) to[i] = static_cast<T>(value);
      else to[i] = T(static_cast<float>(value));
    }
  });
  if (!status.ok()) std::abort();
  return out;
}

Tensor parseContent(const std::string& line, const Typed& typed, const std::string& content) {
  const Dims dims = *typed.shape->concrete();
  if (content == "zeros") return Tensor::zeros(typed.type, dims);
  if (content == "ones") return fromDoubles(typed.type, dims, {1});
  if (content.starts_with("random")) return randomTensor(typed.type, dims, static_cast<unsigned>(std::stoul(inside(content, '(', ')'))));
  std::vector<double> values;
  if (content == "range") {
    for (std::int64_t i = 0; i < elementCount(dims); ++i) values.push_back(static_cast<double>(i));
  } else {
    for (const std::string& number : splitList(inside(content, '{', '}'))) values.push_back(std::stod(number));
  }
  if (values.empty()) fail(line, "no content");
  return fromDoubles(typed.type, dims, values);
}

AttributeValue parseAttribute(const std::string& text) {
  const auto isInt = [](const std::string& word, long long& number) { return parseInt(word, number); };
  long long number = 0;
  if (text.starts_with("[")) {
    const std::vector<std::string> parts = splitList(inside(text, '[', ']'));
    std::vector<std::int64_t> ints;
    std::vector<float> floats;
    for (const std::string& part : parts) {
      if (isInt(part, number)) ints.push_back(number);
      floats.push_back(std::strtof(part.c_str(), nullptr));
    }
    if (ints.size() == parts.size()) return ints;
    return floats;
  }
  if (text.starts_with("\"")) return text.substr(1, text.size() - 2);
  if (isInt(text, number)) return static_cast<std::int64_t>(number);
  return std::strtof(text.c_str(), nullptr);
}

class Builder {
 public:
  void statement(const std::string& line) {
    if (line.starts_with("input ")) return input(line.substr(6));
    if (line.starts_with("output ")) return output(line.substr(7));
    if (line.starts_with("opset ")) return opset(line.substr(6));
    if (line.find("->") != std::string::npos) return node(line);
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) fail(line, "what is this");
    const Typed typed = parseTyped(line.substr(0, equals));
    edit_.setInitializer(named(typed.name), parseContent(line, typed, trimmed(line.substr(equals + 1))));
  }

  Graph finish() {
    edit_.setInputs(inputs_);
    edit_.setOutputs(outputs_);
    Result<Graph> graph = std::move(edit_).apply();
    if (!graph.ok()) fail("the whole graph", graph.error().text());
    return std::move(graph).value();
  }

 private:
  ValueId named(const std::string& name) {
    const auto [it, isNew] = values_.emplace(name, kNone);
    if (isNew) it->second = edit_.addValue(name);
    return it->second;
  }
  ValueId declared(const std::string& text) {
    const Typed typed = parseTyped(text);
    const ValueId id = named(typed.name);
    if (typed.shape) {
      edit_.mutableValue(id).dtype = typed.type;
      edit_.mutableValue(id).shape = typed.shape;
    }
    return id;
  }
  void input(const std::string& text) { inputs_.push_back(declared(text)); }
  void output(const std::string& text) { outputs_.push_back(declared(text)); }
  void opset(const std::string& text) {
    std::istringstream words(text);
    std::string domain, version;
    words >> domain >> version;
    if (version.empty()) std::swap(domain, version);
    edit_.mutableInfo().opsets[domain] = std::stoll(version);
  }
  void node(const std::string& line) {
    std::string left = trimmed(line.substr(0, line.find("->")));
    Node node;
    if (const std::size_t colon = left.find(": "); colon != std::string::npos && colon < left.find('(')) {
      node.name = left.substr(0, colon);
      left = trimmed(left.substr(colon + 2));
    }
    const std::size_t open = left.find('(');
    const std::size_t close = left.find(')');
    if (open == std::string::npos || close == std::string::npos) fail(line, "no operands");
    const std::string op = left.substr(0, open);
    const std::size_t dot = op.rfind('.');
    node.opType = dot == std::string::npos ? op : op.substr(dot + 1);
    if (dot != std::string::npos) node.domain = op.substr(0, dot);
    for (const std::string& operand : splitList(left.substr(open + 1, close - open - 1)))
      node.inputs.push_back(operand == "_" ? kNone : named(operand));
    for (const std::string& attribute : splitList(inside(left.substr(close + 1), '{', '}'))) {
      const std::size_t equals = attribute.find('=');
      node.attributes.set(trimmed(attribute.substr(0, equals)), parseAttribute(trimmed(attribute.substr(equals + 1))));
    }
    std::string firstOutput;
    for (const std::string& result : splitList(line.substr(line.find("->") + 2))) {
      if (firstOutput.empty()) firstOutput = result;
      node.outputs.push_back(result == "_" ? kNone : named(result));
    }
    if (node.name.empty()) node.name = node.opType + "_" + firstOutput;
    edit_.addNode(std::move(node));
  }

  GraphEdit edit_;
  std::map<std::string, ValueId> values_;
  std::vector<ValueId> inputs_, outputs_;
};

}  // namespace

Tensor randomTensor(DType type, const Dims& dims, unsigned seed) {
  std::mt19937 engine(seed);
  Tensor out = Tensor::zeros(type, dims);
  const Status status = dispatchType(type, [&]<class T>() {
    std::normal_distribution<float> normal;
    for (T& element : out.mutableData<T>()) {
      if constexpr (std::is_integral_v<T>) {
        const int low = std::is_signed_v<T> ? -128 : 0;
        element = static_cast<T>(low + static_cast<int>(engine() % (std::is_same_v<T, bool> ? 2U : 256U)));
      } else {
        element = static_cast<T>(normal(engine));
      }
    }
  });
  if (!status.ok()) std::abort();
  return out;
}

Graph graphFromText(const std::string& text) {
  Builder builder;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    if (const std::string statement = trimmed(line); !statement.empty()) builder.statement(statement);
  }
  return builder.finish();
}

}  // namespace ew::test
